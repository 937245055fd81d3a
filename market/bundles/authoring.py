"""Operators and suppliers write bundles: create, edit slots, publish a version, retire.

Edits touch the draft only; `publish` freezes it as the next version. What households see,
carts and orders refer to is always a published version. Suppliers touch only their own, and
what they write is published by its review (see `reviewing.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.audit import service as audit
from market.bundles import codec, queries
from market.bundles.access import may_write
from market.bundles.errors import (
    BundleNotFound,
    KeyTaken,
    NeedsReview,
    NoSlots,
    NotGraded,
    NothingToPublish,
    ProductUnfit,
    SlotNotFound,
    SlugTaken,
)
from market.bundles.formulas import checked
from market.bundles.materials import bundle_data
from market.bundles.models import Bundle, BundleSlot, BundleVersion
from market.bundles.rule_check import checked_rules
from market.bundles.types import BundleDraft, BundleState, BundleView, Origin, Slot
from market.catalogue import queries as catalogue
from market.kernel.actor import Actor
from market.kernel.errors import Forbidden
from market.sellers import queries as sellers


def create_bundle(
    session: Session, actor: Actor, draft: BundleDraft, now: datetime, seller_id: str = "",
    origin: Origin | None = None,
) -> str:  # fmt: skip
    """A new empty draft, of the operator or of a graded supplier; returns its id.

    `origin` is the demonstration project whose materials will be its slots.

    Raises `SlugTaken`, `FormulaRefused`, `RuleRefused` (it has no materials yet), `Forbidden`,
    `NotGraded`.
    """
    if not may_write(actor, seller_id):
        raise Forbidden
    if seller_id and not sellers.get_seller(session, seller_id).is_supplier:
        raise NotGraded
    if session.scalar(select(Bundle.id).where(Bundle.slug == draft.slug)) is not None:
        raise SlugTaken(slug=draft.slug, field="slug")
    last = session.scalar(select(func.max(Bundle.position)))
    row = Bundle(slug=draft.slug, created_at=now, position=(last or 0) + 1, version=0, changed=True)
    row.seller_id = seller_id or None
    if origin is not None:
        row.origin_id, row.origin_zh, row.origin_en = origin.id, origin.name_zh, origin.name_en
    _fill(row, draft, ())
    session.add(row)
    session.flush()
    _record(session, actor, "bundle.create", row, now)
    return row.id


def update_bundle(
    session: Session, actor: Actor, bundle_id: str, draft: BundleDraft, now: datetime
) -> None:
    """Change names, zones, days and labour of the draft; the address stays.

    Raises `BundleNotFound`, `FormulaRefused`, `RuleRefused`, `Forbidden`.
    """
    row = _row(session, actor, bundle_id)
    _fill(row, draft, queries.slots_of(session, bundle_id))
    row.changed = True
    session.flush()
    _record(session, actor, "bundle.update", row, now)


def add_slot(session: Session, actor: Actor, bundle_id: str, slot: Slot, now: datetime) -> None:
    """Add a material. Raises `KeyTaken`, `FormulaRefused`, `ProductUnfit`, `BundleNotFound`."""
    row = _row(session, actor, bundle_id)
    known = queries.slots_of(session, bundle_id)
    if any(other.key == slot.key for other in known):
        raise KeyTaken(key=slot.key, field="key")
    checked(slot.quantity, row.defaults, slot.unit)
    slot = named(session, slot)
    session.add(BundleSlot(bundle_id=bundle_id, position=len(known), **_columns(slot)))
    row.changed = True
    session.flush()
    _record(session, actor, "bundle.slot.add", row, now, slot=slot.key)


def update_slot(session: Session, actor: Actor, bundle_id: str, slot: Slot, now: datetime) -> None:
    """Change a material, found by its key.

    Raises `SlotNotFound`, `FormulaRefused`, `ProductUnfit`.
    """
    row = _row(session, actor, bundle_id)
    found = _slot_row(session, bundle_id, slot.key)
    checked(slot.quantity, row.defaults, slot.unit)
    slot = named(session, slot)
    for column, value in _columns(slot).items():
        setattr(found, column, value)
    row.changed = True
    session.flush()
    _record(session, actor, "bundle.slot.update", row, now, slot=slot.key)


def named(session: Session, slot: Slot) -> Slot:
    """The slot with the name of its chosen product. Raises `ProductUnfit` for another kind of
    thing, one that is counted otherwise, or one that is not published."""
    if not slot.product_id:
        return replace(slot, product_zh="", product_en="")
    found = catalogue.products_about(session, [slot.product_id]).get(slot.product_id)
    if (
        found is None
        or found.published_at is None
        or (found.kind_code, found.unit.lower()) != (slot.kind_code, slot.unit.lower())
    ):
        raise ProductUnfit(field="product_id")
    return replace(slot, product_zh=found.name_zh, product_en=found.name_en)


def try_slot(bundle: BundleView, slot: Slot) -> float:
    """The value of a slot's formula on the test house. Raises `FormulaRefused`."""
    return checked(slot.quantity, bundle.defaults, slot.unit)


def remove_slot(session: Session, actor: Actor, bundle_id: str, key: str, now: datetime) -> None:
    """Take a material out of the draft. Raises `SlotNotFound`."""
    row = _row(session, actor, bundle_id)
    session.delete(_slot_row(session, bundle_id, key))
    row.changed = True
    session.flush()
    _record(session, actor, "bundle.slot.remove", row, now, slot=key)


def publish(session: Session, actor: Actor, bundle_id: str, now: datetime) -> int:
    """Freeze the draft as the next version and offer it; returns the version.

    Raises `NoSlots`, `NothingToPublish`, `FormulaRefused` (a formula that no longer holds),
    `RuleRefused` (a rule whose material is gone), `NeedsReview` for a supplier's bundle.
    """
    row = _row(session, actor, bundle_id)
    if row.seller_id is not None:
        raise NeedsReview
    content = publishable(session, row)
    return freeze(session, actor, row, content, now)


def publishable(session: Session, row: Bundle) -> dict[str, Any]:
    """The draft as the document that a version holds.

    Raises `NoSlots`, `NothingToPublish`, `FormulaRefused`, `RuleRefused`.
    """
    if row.state == BundleState.LIVE.value and not row.changed:
        raise NothingToPublish
    view = queries.get_draft(session, row.id)
    if not view.slots:
        raise NoSlots
    for text, unit in [
        *((slot.quantity, slot.unit) for slot in view.slots),
        *((row.quantity, row.unit) for row in view.labour),
    ]:
        checked(text, view.defaults, unit)
    checked_rules(view.rules, view.slots)
    return codec.encode(view)


def freeze(
    session: Session, actor: Actor, row: Bundle, content: dict[str, Any], now: datetime
) -> int:
    """Offer a document as the next version of its bundle; returns the version.

    What was written after the document stays as an unpublished change.
    """
    row.version += 1
    row.state = BundleState.LIVE.value
    row.changed = codec.encode(queries.get_draft(session, row.id)) != content
    row.published_at, row.retired_at = now, None
    session.add(
        BundleVersion(
            bundle_id=row.id,
            version=row.version,
            content=content,
            published_at=now,
            published_by=actor.account_id,
        )
    )
    session.flush()
    _record(session, actor, "bundle.publish", row, now)
    return row.version


def retire(session: Session, actor: Actor, bundle_id: str, now: datetime) -> None:
    """No longer offer a bundle; carts and orders keep what they have."""
    row = _row(session, actor, bundle_id)
    row.state, row.retired_at, row.changed = BundleState.RETIRED.value, now, True
    session.flush()
    _record(session, actor, "bundle.retire", row, now)


def load_bundles(
    session: Session,
    actor: Actor,
    now: datetime,
    documents: Sequence[Mapping[str, Any]] | None = None,
) -> int:
    """Create and publish bundles from documents, those that come with the program by default.

    Known ones are left alone. Returns how many were made.
    """
    known = set(session.scalars(select(Bundle.slug)))
    made = 0
    for document in bundle_data()["bundles"] if documents is None else documents:
        if document["slug"] in known:
            continue
        view = codec.decode(document)
        draft = _draft(view)
        bundle_id = create_bundle(session, actor, replace(draft, rules=()), now)
        for slot in view.slots:
            add_slot(session, actor, bundle_id, slot, now)
        if draft.rules:
            update_bundle(session, actor, bundle_id, draft, now)
        publish(session, actor, bundle_id, now)
        made += 1
    return made


def _draft(view: BundleView) -> BundleDraft:
    card = view.card
    return BundleDraft(
        slug=card.slug,
        name_zh=card.name_zh,
        name_en=card.name_en,
        summary_zh=card.summary_zh,
        summary_en=card.summary_en,
        zones=card.zones,
        days=view.days,
        targets=view.targets,
        defaults=view.defaults,
        ranges=view.ranges,
        labour=view.labour,
        rules=view.rules,
        regions=card.regions,
        site=view.site,
    )


def _fill(row: Bundle, draft: BundleDraft, slots: Sequence[Slot]) -> None:
    checked_rules(draft.rules, slots, draft.rule_lines)
    for number, item in enumerate(draft.labour, 1):
        checked(item.quantity, draft.defaults, item.unit, field=f"labour{number}_quantity")
    row.name_zh, row.name_en = draft.name_zh, draft.name_en
    row.summary_zh, row.summary_en = draft.summary_zh, draft.summary_en
    row.zones, row.days = list(draft.zones), list(draft.days)
    row.targets, row.defaults = dict(draft.targets), dict(draft.defaults)
    row.ranges = {key: list(value) for key, value in draft.ranges.items()}
    row.labour = [asdict(item) for item in draft.labour]
    row.rules = [asdict(rule) for rule in draft.rules]
    row.regions = list(draft.regions)
    row.site = codec.encode_site(draft.site)


def _columns(slot: Slot) -> dict[str, object]:
    return {
        **asdict(replace(slot, zone_factors={})),
        "zone_factors": dict(slot.zone_factors),
        "alternatives": list(slot.alternatives),
    }


def _row(session: Session, actor: Actor, bundle_id: str) -> Bundle:
    """The bundle for its author, locked. Raises `Forbidden` without any desk, `BundleNotFound`."""
    if not (actor.is_operator or actor.seller_ids):
        raise Forbidden
    row = session.get(Bundle, bundle_id, with_for_update=True, populate_existing=True)
    if row is None or not may_write(actor, row.seller_id or ""):
        raise BundleNotFound
    return row


def _slot_row(session: Session, bundle_id: str, key: str) -> BundleSlot:
    row = session.scalar(
        select(BundleSlot).where(BundleSlot.bundle_id == bundle_id, BundleSlot.key == key)
    )
    if row is None:
        raise SlotNotFound
    return row


def _record(
    session: Session, actor: Actor, action: str, row: Bundle, now: datetime, *, slot: str = ""
) -> None:
    after = {"slug": row.slug, "version": row.version, "state": row.state, "slot": slot}
    audit.record(session, actor, action, "bundle", row.id, now=now, after=after)
