"""The public pages of bundles: the list and the configurator. All work without JavaScript."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from flask import current_app, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from market.bundles import (
    change_words,
    choosing_words,
    money_words,
    queries,
    review_views,
    saved_views,
    section,
    seller_views,
    service,
    site_words,
    source_views,
    staff_views,
    wording,
)
from market.bundles.archetypes import by_place, constructions
from market.bundles.asking import Questions, questions_of
from market.bundles.blueprint import blueprint
from market.bundles.errors import ConfigurationNotFound
from market.bundles.forms import UNITS, ConfigureForm, form_for, shown
from market.bundles.held import Held
from market.bundles.house import defaults_of, measured
from market.bundles.materials import geometry
from market.bundles.optimise import Aim
from market.bundles.owning import owner, owner_to_write
from market.bundles.palette import style_of
from market.bundles.ports import PRICE, PriceGoods
from market.bundles.types import BundleView, Calculation, Choices, Priced, SelectionLine
from market.bundles.typical import typical
from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError
from market.regions import queries as regions
from market.sellers import queries as sellers
from market.sellers.types import SellerView
from market.suppliers import words as suppliers
from market.uses import wording as use_words
from market.web import context, feedback
from market.web.access import PUBLIC, policy
from market.web.forms import attach
from market.web.templating import back_to, render

__all__ = [
    "blueprint",
    "review_views",
    "saved_views",
    "seller_views",
    "source_views",
    "staff_views",
]
_ANCHOR = re.compile(r"[a-z][a-z0-9_-]{0,45}")


@blueprint.get("/bundles")
@policy(PUBLIC)
def list_bundles() -> str:
    """All bundles, those for the visitor's climate zone first."""
    region = context.region()
    with reading() as session:
        zone = regions.climate_zone(session, region.digits) if region else None
        found = queries.live_bundles(session, zone.zone if zone else None)
        place = regions.short_label(session, region.digits, context.language()) if region else None
        authors = _authors(session, found)
    code = zone.zone if zone else None
    rows = [(bundle, typical(bundle, code)) for bundle in found]
    return render(
        "bundles/list_bundles.html",
        zone=zone,
        place=place,
        own=[row for row in rows if code and code in row[0].card.zones],
        anywhere=[row for row in rows if "all" in row[0].card.zones],
        others=[row for row in rows if not row[0].card.suits(code)],
        authors=authors,
        supplier_title=suppliers.title,
        words=wording,
        uses=use_words,
    )


@blueprint.get("/bundles/<slug>")
@policy(PUBLIC)
def show_bundle(slug: str) -> str:
    """The configurator, with the visitor's last numbers when there are any."""
    with reading() as session:
        held = service.held_version(session, slug, None, context.now())
        stored = None
        if "new" not in request.args:
            stored = queries.find_configuration(session, owner(), held.bundle.card.id)
        if stored and stored.bundle_version != held.version:
            held = service.held_version(session, slug, stored.bundle_version, context.now())
        choices = stored.choices if stored else Choices()
        return _page(session, held, choices, stored.id if stored else "")


@blueprint.get("/bundles/versions/<published_bundle_id>/<int:version>")
@policy(PUBLIC)
def show_version(published_bundle_id: str, version: int) -> str:
    """A version as it was published: what orders made from it refer to."""
    with reading() as session:
        bundle = queries.get_version(session, published_bundle_id, version)
        author = _authors(session, [bundle]).get(bundle.card.seller_id)
    return render(
        "bundles/show_version.html", bundle=bundle, author=author, words=wording,
        site_words=site_words,
    )  # fmt: skip


@blueprint.get("/bundles/<slug>/my/<configuration_id>")
@policy(PUBLIC)
def show_configuration(slug: str, configuration_id: str) -> str:
    """A stored configuration, to look at and change."""
    with reading() as session:
        stored = queries.get_configuration(session, owner(), configuration_id)
        now = context.now()
        held = service.held_version(session, stored.slug, stored.bundle_version, now)
        return _page(session, held, stored.choices, stored.id)


@blueprint.post("/bundles/<slug>")
@policy(PUBLIC)
def configure_bundle(slug: str) -> Response | tuple[str, int]:
    """Store what was chosen; calculate again, or go on to the cart."""
    with reading() as session:
        held = _held(session, slug, request.form.get("configuration", ""))
    bundle = held.bundle
    form = form_for(questions_of(bundle, geometry()))()
    if form.validate():
        try:
            return _stored(held, form)
        except DomainError as error:
            attach(form, error)
    with reading() as session:
        stored = queries.find_configuration(session, owner(), bundle.card.id)
        choices = stored.choices if stored else Choices()
        return _page(session, held, choices, form["configuration"].data, form), 422


def _held(session: Session, slug: str, configuration_id: str) -> Held:
    """The version that counts for one of the visitor's configurations, else the newest."""
    version = None
    if configuration_id:
        with suppress(ConfigurationNotFound):
            version = queries.get_configuration(session, owner(), configuration_id).bundle_version
    return service.held_version(session, slug, version, context.now())


@blueprint.post("/bundles/<slug>/my/<configuration_id>/newest")
@policy(PUBLIC)
def use_newest(slug: str, configuration_id: str) -> Response:
    """Calculate a configuration again with the newest version of its bundle."""
    with unit_of_work() as session:
        number = service.use_newest(session, owner(), configuration_id, context.now())
    feedback.say(_("现在按第 %(version)s 版算", version=number))
    return back_to(
        "bundles.show_configuration", slug=slug, configuration_id=configuration_id, _anchor="slots"
    )


def _stored(held: Held, form: ConfigureForm) -> Response:
    bundle = held.bundle
    choices, slug = form.to_choices(bundle), bundle.card.slug
    wanted = request.form.get("do", "")
    with unit_of_work() as session:
        if wanted == "optimise":
            choices = _optimised(session, held, choices, form)
        service.price_of(session, bundle, choices, context.region(), context.now())
        stored_id = service.save_configuration(
            session,
            owner_to_write(),
            slug,
            choices,
            configuration_id=form["configuration"].data or None,
            now=context.now(),
        )
    if wanted == "cart":
        # 307 keeps the POST: one press stores the numbers and fills the cart.
        return redirect(url_for("checkout.add_bundle", configuration_id=stored_id), 307)
    anchor = wanted if _ANCHOR.fullmatch(wanted) else "size"
    if wanted == "optimise":
        anchor = "total"
    if "pick" in request.form:
        anchor = f"slot-{request.form['pick'].partition('|')[0]}"
    return back_to(
        "bundles.show_configuration", slug=slug, configuration_id=stored_id, _anchor=anchor
    )


def _optimised(session: Session, held: Held, choices: Choices, form: ConfigureForm) -> Choices:
    """Choices re-optimised for the aim of the form; the next page says what it brought."""
    aim, budget = Aim(form["aim"].data), form["budget"].data
    region, now = context.region(), context.now()
    price: PriceGoods = current_app.extensions[PRICE]

    def pay(lines: Sequence[SelectionLine]) -> Priced:
        return price(session, lines, held.bundle.card.id, region, context.actor().account_id, now)

    found = service.reoptimise(
        session, held.bundle.card.slug, choices, aim, budget, pay=pay, region=region,
        now=now, version=held.made_with,
    )  # fmt: skip
    feedback.say(*choosing_words.say_reoptimised(found, budget))
    return found.choices


def _authors(session: Session, found: list[BundleView]) -> dict[str, SellerView]:
    """The suppliers of bundles; one statement, none when the operator wrote them all."""
    return sellers.sellers_by_ids(session, {v.card.seller_id for v in found if v.card.seller_id})


def _page(
    session: Session,
    held: Held,
    choices: Choices,
    configuration_id: str | None,
    form: ConfigureForm | None = None,
) -> str:
    """The configurator for choices; a refused form keeps what was typed."""
    bundle = held.bundle
    region, lang = context.region(), context.language()
    questions = questions_of(bundle, geometry())
    buyer = context.actor().account_id
    found = queries.calculate(session, bundle, choices, region, context.now(), buyer)
    if form is None:
        form = _filled(bundle, questions, found)
        form["configuration"].data = configuration_id or ""
    place = regions.short_label(session, region.digits, lang) if region else None
    zone = regions.climate_zone(session, region.digits) if region else None
    price: PriceGoods = current_app.extensions[PRICE]
    return render(
        "bundles/show_bundle.html",
        priced=price(session, found.lines, bundle.card.id, region, buyer, context.now()),
        style=style_of(found),
        bundle=bundle,
        held=held,
        change_words=change_words,
        author=_authors(session, [bundle]).get(bundle.card.seller_id),
        supplier_title=suppliers.title,
        form=form,
        questions=questions,
        found=found,
        place=place,
        zone=zone,
        configuration_id=configuration_id,
        houses=by_place(region.digits if region else None),
        usual_wall=constructions()[choices.house.picture.wall],
        units=UNITS,
        words=wording,
        money=money_words,
        uses=use_words,
        other_zone=wording.other_place(bundle, zone, region),
        cut=section.cut,
        doubts=site_words.say_doubts(bundle.site, choices.house),
        unsure=wording.unsure_of(found, questions),
    )


def _filled(bundle: BundleView, questions: Questions, found: Calculation) -> ConfigureForm:
    house = found.choices.house
    by_sizes = measured(replace(house, areas=None), bundle.defaults, geometry())
    defaults = {**by_sizes, **defaults_of(house.archetype, bundle.defaults)}
    data = shown(questions, found.choices, found.values, defaults)
    return form_for(questions)(formdata=None, data=data)
