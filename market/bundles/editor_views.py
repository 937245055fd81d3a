"""The editor of bundles, the same for the operator and for suppliers: each has its own desk."""

from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from market.bundles import queries, review_queries, service, wording
from market.bundles.expressions import FormulaError
from market.bundles.formulas import known_names
from market.bundles.house import MEASURES, trial_house
from market.bundles.materials import geometry, materials
from market.bundles.preview import houses_for
from market.bundles.staff_forms import (
    LABOUR_ROWS,
    SLOT_UNITS,
    BundleForm,
    SlotForm,
    bundle_data,
    slot_data,
)
from market.bundles.takeoff import TakeOff, take_off
from market.bundles.types import BundleView, Slot
from market.catalogue import queries as catalogue
from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError
from market.regions import queries as regions
from market.regions.types import ZONES
from market.web.choices import choice
from market.web.context import actor, language, now, region
from market.web.feedback import say
from market.web.forms import attach
from market.web.templating import back_to, name_of, render, unit


@dataclass(frozen=True, slots=True)
class EditorDesk:
    """Whose desk the editor stands on, and the addresses of its pages there."""

    name: str
    listed: str
    new: str
    edit: str
    new_slot: str
    edit_slot: str
    remove_slot: str
    preview: str
    retire: str


OPERATOR_DESK = EditorDesk(
    "operator", "bundles.list_all_bundles", "bundles.new_bundle", "bundles.edit_bundle",
    "bundles.new_slot", "bundles.edit_slot", "bundles.remove_slot", "bundles.preview_bundle",
    "bundles.retire_bundle",
)  # fmt: skip
SUPPLIER_DESK = EditorDesk(
    "seller", "bundles.list_own_bundles", "bundles.new_own_bundle", "bundles.edit_own_bundle",
    "bundles.new_own_slot", "bundles.edit_own_slot", "bundles.remove_own_slot",
    "bundles.preview_own_bundle", "bundles.retire_own_bundle",
)  # fmt: skip


def new_page(to: EditorDesk, seller_id: str = "") -> Any:
    """A new empty draft."""
    form = BundleForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                made = service.create_bundle(session, actor(), form.to_draft(), now(), seller_id)
            say(_("存好了，再一样一样加材料"))
            return back_to(to.edit, bundle_id=made)
        except DomainError as error:
            attach(form, error)
    page = render(
        "bundles/new_bundle.html", to=to, form=form, labour_rows=LABOUR_ROWS, measures=MEASURES
    )
    return (page, 422) if form.is_submitted() else page


def edit_page(to: EditorDesk, bundle_id: str) -> Any:
    """One bundle: names, labour, slots with their quantities on a test house."""
    with reading() as session:
        seen = queries.get_own_draft(session, actor(), bundle_id)
    form = BundleForm(data=bundle_data(seen))
    form.slug.data = seen.card.slug
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                service.update_bundle(session, actor(), bundle_id, form.to_draft(), now())
            say(_("存好了，发布以后买家才看得到"))
            return back_to(to.edit, bundle_id=bundle_id)
        except DomainError as error:
            attach(form, error)
    page = _bundle_page(to, bundle_id, seen, form)
    return (page, 422) if form.is_submitted() else page


def _bundle_page(to: EditorDesk, bundle_id: str, seen: BundleView, form: BundleForm) -> str:
    zone = request.args.get("zone", "")
    zone = zone if zone in ZONES else ""
    house = trial_house(seen.defaults, geometry())
    with reading() as session:
        changed = queries.has_changes(session, bundle_id)
        review = review_queries.latest_review(session, bundle_id)
    return render(
        "bundles/edit_bundle.html",
        to=to,
        seen=seen,
        form=form,
        changed=changed,
        review=review,
        zone=zone,
        zones=ZONES,
        preview=_preview(seen, house, zone or None),
        labour_rows=LABOUR_ROWS,
        measures=MEASURES,
        words=wording,
    )


def _preview(
    seen: BundleView, house: dict[str, float], zone: str | None
) -> list[tuple[Slot, TakeOff | None]]:
    """Quantities on the test house; None where a formula does not hold any more."""
    rows: list[tuple[Slot, TakeOff | None]] = []
    for slot in seen.slots:
        try:
            rows.append((slot, take_off([slot.formula], house, zone)[0]))
        except FormulaError:
            rows.append((slot, None))
    return rows


def preview_page(to: EditorDesk, bundle_id: str) -> str:
    """The draft on a few houses of the place: quantities, packs, price, carbon."""
    with reading() as session:
        seen = queries.get_own_draft(session, actor(), bundle_id)
        return preview_of(session, seen, to=to, back=(to.edit, {"bundle_id": bundle_id}))


def preview_of(session: Session, seen: BundleView, **more: Any) -> str:
    """The page of a bundle on its test houses, at the visitor's place."""
    here = region()
    place = regions.short_label(session, here.digits, language()) if here else None
    houses = houses_for(session, seen, here, now())
    return render(
        "bundles/preview_bundle.html", seen=seen, houses=houses, place=place, words=wording, **more
    )


def slot_page(to: EditorDesk, bundle_id: str, key: str | None) -> Any:
    """One material: its form, tried on the test house or saved."""
    with reading() as session:
        seen = queries.get_own_draft(session, actor(), bundle_id)
        known = queries.get_slot(session, bundle_id, key) if key else None
        form = _slot_form(session, known)
    if known is not None:
        form.key.data = known.key
    tried = None
    if form.validate_on_submit():
        slot = form.to_slot()
        try:
            with unit_of_work() as session:
                save = service.update_slot if known else service.add_slot
                if request.form.get("do") == "try":
                    service.try_slot(seen, slot)
                    tried = slot
                else:
                    save(session, actor(), bundle_id, slot, now())
                    say(_("存好了：%(name)s", name=name_of(slot)))
                    return back_to(to.edit, bundle_id=bundle_id, _anchor="slots")
        except DomainError as error:
            attach(form, error)
    page = _render_slot(to, seen, form, known, tried)
    return (page, 422) if form.is_submitted() and tried is None else page


def _render_slot(
    to: EditorDesk, seen: BundleView, form: SlotForm, known: Slot | None, tried: Slot | None
) -> str:
    """The form, with the quantity on the test house after 试算."""
    house = trial_house(seen.defaults, geometry())
    zones = [None, *sorted(tried.zone_factors)] if tried else []
    return render(
        "bundles/edit_slot.html",
        to=to,
        seen=seen,
        form=form,
        known=known,
        names=sorted(known_names()),
        house=house,
        tried=[(zone, take_off([tried.formula], house, zone)[0]) for zone in zones if tried],
        words=wording,
    )


def _slot_form(session: Session, slot: Slot | None) -> SlotForm:
    form = SlotForm(data=slot_data(slot) if slot else {"waste": 5})
    form.kind_code.choices = [
        choice(kind.code, f"{kind.code} {name_of(kind)}") for kind in catalogue.list_kinds(session)
    ]
    form.material_key.choices = [
        choice("", _("不限，这个品类都行")),
        *(choice(m.key, f"{m.kind_code} {name_of(m)}") for m in materials().values()),
    ]
    form.unit.choices = [choice(key, unit(key)) for key in SLOT_UNITS]
    return form


def removed(to: EditorDesk, bundle_id: str, key: str) -> Any:
    """Take a material out of the draft."""
    with unit_of_work() as session:
        service.remove_slot(session, actor(), bundle_id, key, now())
    say(_("拿掉了，发布以后买家才看不到"))
    return back_to(to.edit, bundle_id=bundle_id, _anchor="slots")


def retired(to: EditorDesk, bundle_id: str) -> Any:
    """No longer offer it."""
    with unit_of_work() as session:
        service.retire(session, actor(), bundle_id, now())
    say(_("下架了，购物车和订单里的不受影响"))
    return back_to(to.edit, bundle_id=bundle_id)
