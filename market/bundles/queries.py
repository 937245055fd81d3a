"""Reads of bundles and configurations."""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from market.bundles import codec
from market.bundles.access import may_write
from market.bundles.calculate import calculate
from market.bundles.errors import BundleNotFound, ConfigurationNotFound, SlotNotFound
from market.bundles.models import Bundle, BundleConfiguration, BundleSlot, BundleVersion
from market.bundles.reference import coefficients
from market.bundles.review_queries import waiting as waiting_reviews
from market.bundles.types import (
    BundleCard,
    BundleState,
    BundleView,
    Calculation,
    Choices,
    Configuration,
    LabourRow,
    Origin,
    Owner,
    Slot,
)
from market.kernel.actor import Actor

__all__ = [
    "Calculation",
    "Choices",
    "calculate",
    "find_configuration",
    "get_configuration",
    "get_draft",
    "get_live",
    "get_own_draft",
    "get_slot",
    "get_version",
    "has_changes",
    "list_all",
    "list_cloned",
    "list_live",
    "list_of_supplier",
    "live_bundles",
    "local_km",
    "owned_by",
    "published",
    "slots_of",
    "token_hash",
    "waiting_reviews",
]


def token_hash(token: str) -> str:
    """What is stored of a guest's token."""
    return sha256(token.encode()).hexdigest()


def list_live(session: Session, zone: str | None = None) -> list[BundleCard]:
    """Published bundles, those for `zone` first, in the operator's order."""
    return [view.card for view in live_bundles(session, zone)]


def local_km() -> float:
    """How near counts as local; `/bundles/sources` says so."""
    return float(coefficients()["local_km"].range.usual)


def live_bundles(session: Session, zone: str | None = None) -> list[BundleView]:
    """Published bundles whole: those written for `zone`, those for everywhere, the others."""
    found = _live(session)
    if zone is None:
        return found
    return sorted(found, key=lambda v: (not v.card.suits(zone), zone not in v.card.zones))


def _live(session: Session) -> list[BundleView]:
    query = (
        select(Bundle, BundleVersion.content)
        .join(
            BundleVersion,
            (BundleVersion.bundle_id == Bundle.id) & (BundleVersion.version == Bundle.version),
        )
        .where(Bundle.state == BundleState.LIVE.value)
        .order_by(Bundle.position, Bundle.id)
    )
    return [published(row, content, row.version) for row, content in session.execute(query)]


def get_live(session: Session, slug: str) -> BundleView:
    """The published version of a bundle. Raises `BundleNotFound`."""
    query = (
        select(Bundle, BundleVersion.content)
        .join(
            BundleVersion,
            (BundleVersion.bundle_id == Bundle.id) & (BundleVersion.version == Bundle.version),
        )
        .where(Bundle.slug == slug, Bundle.state == BundleState.LIVE.value)
    )
    found = session.execute(query).one_or_none()
    if found is None:
        raise BundleNotFound
    row, content = found
    return published(row, content, row.version)


def published(row: Bundle, content: Mapping[str, Any], version: int) -> BundleView:
    """A version of a bundle as it was published."""
    view = codec.decode(
        content,
        bundle_id=row.id,
        version=version,
        state=BundleState(row.state),
        seller_id=row.seller_id or "",
    )
    origin = _origin(row)
    return replace(view, card=replace(view.card, origin=origin)) if origin else view


def _origin(row: Bundle) -> Origin | None:
    return Origin(row.origin_id, row.origin_zh, row.origin_en) if row.origin_id else None


def get_version(session: Session, bundle_id: str, version: int) -> BundleView:
    """A version that was published once, whatever became of the bundle. Raises `BundleNotFound`."""
    found = session.execute(
        select(Bundle, BundleVersion.content)
        .join(BundleVersion, BundleVersion.bundle_id == Bundle.id)
        .where(Bundle.id == bundle_id, BundleVersion.version == version)
    ).one_or_none()
    if found is None:
        raise BundleNotFound
    return published(found[0], found[1], version)


def list_of_supplier(session: Session, seller_id: str) -> list[tuple[BundleCard, bool]]:
    """Every bundle of a supplier, with whether it has unpublished changes."""
    rows = session.scalars(
        select(Bundle).where(Bundle.seller_id == seller_id).order_by(Bundle.position, Bundle.id)
    )
    return [(_card(row, ()), row.changed) for row in rows]


def get_own_draft(session: Session, actor: Actor, bundle_id: str) -> BundleView:
    """The draft for its author: the operator any, a supplier its own. Raises `BundleNotFound`."""
    found = get_draft(session, bundle_id)
    if not may_write(actor, found.card.seller_id):
        raise BundleNotFound
    return found


def list_cloned(session: Session, project_id: str) -> list[BundleCard]:
    """Published bundles that were cloned from a demonstration project."""
    query = (
        select(Bundle)
        .where(Bundle.origin_id == project_id, Bundle.state == BundleState.LIVE.value)
        .order_by(Bundle.position, Bundle.id)
    )
    return [_card(row, ()) for row in session.scalars(query)]


def list_all(session: Session) -> list[tuple[BundleCard, bool]]:
    """Every bundle for the operator, with whether it has unpublished changes."""
    rows = session.scalars(select(Bundle).order_by(Bundle.position, Bundle.id))
    return [(_card(row, ()), row.changed) for row in rows]


def get_draft(session: Session, bundle_id: str) -> BundleView:
    """A bundle as it is being edited. Raises `BundleNotFound`."""
    row = session.get(Bundle, bundle_id)
    if row is None:
        raise BundleNotFound
    slots = slots_of(session, bundle_id)
    return BundleView(
        card=_card(row, tuple(dict.fromkeys(slot.kind_code for slot in slots))),
        targets=row.targets,
        defaults=row.defaults,
        ranges={key: (value[0], value[1]) for key, value in row.ranges.items()},
        days=(row.days[0], row.days[1]),
        slots=tuple(slots),
        labour=tuple(LabourRow(**item) for item in row.labour),
        rules=codec.decode_rules(row.rules),
        site=codec.decode_site(row.site),
    )


def has_changes(session: Session, bundle_id: str) -> bool:
    """Whether a bundle differs from what is published."""
    return bool(session.scalar(select(Bundle.changed).where(Bundle.id == bundle_id)))


def slots_of(session: Session, bundle_id: str) -> list[Slot]:
    """The slots of a bundle as it is being edited, in order."""
    query = (
        select(BundleSlot)
        .where(BundleSlot.bundle_id == bundle_id)
        .order_by(BundleSlot.position, BundleSlot.id)
    )
    return [slot_of(row) for row in session.scalars(query)]


def get_slot(session: Session, bundle_id: str, key: str) -> Slot:
    """One slot of the draft. Raises `SlotNotFound`."""
    row = session.scalar(
        select(BundleSlot).where(BundleSlot.bundle_id == bundle_id, BundleSlot.key == key)
    )
    if row is None:
        raise SlotNotFound
    return slot_of(row)


def slot_of(row: BundleSlot) -> Slot:
    """A row as a value."""
    return Slot(
        key=row.key,
        kind_code=row.kind_code,
        name_zh=row.name_zh,
        name_en=row.name_en,
        unit=row.unit,
        quantity=row.quantity,
        waste=row.waste,
        material_key=row.material_key,
        purpose_zh=row.purpose_zh,
        purpose_en=row.purpose_en,
        zone_factors=row.zone_factors,
        element=row.element,
        layers=row.layers,
        note_zh=row.note_zh,
        note_en=row.note_en,
        use_key=row.use_key,
        alternatives=tuple(row.alternatives),
        lap=row.lap,
        room=row.room,
        product_id=row.product_id,
        product_zh=row.product_zh,
        product_en=row.product_en,
    )


def find_configuration(session: Session, owner: Owner, bundle_id: str) -> Configuration | None:
    """The owner's latest configuration of a bundle."""
    query = (
        select(BundleConfiguration, Bundle.slug)
        .join(Bundle, Bundle.id == BundleConfiguration.bundle_id)
        .where(BundleConfiguration.bundle_id == bundle_id, owned_by(owner))
        .order_by(BundleConfiguration.updated_at.desc(), BundleConfiguration.id.desc())
        .limit(1)
    )
    found = session.execute(query).one_or_none()
    return None if found is None else configuration_of(found[0], found[1])


def get_configuration(session: Session, owner: Owner, configuration_id: str) -> Configuration:
    """One of the owner's configurations. Raises `ConfigurationNotFound`, also for others'."""
    query = (
        select(BundleConfiguration, Bundle.slug)
        .join(Bundle, Bundle.id == BundleConfiguration.bundle_id)
        .where(BundleConfiguration.id == configuration_id, owned_by(owner))
    )
    found = session.execute(query).one_or_none()
    if found is None:
        raise ConfigurationNotFound
    return configuration_of(found[0], found[1])


def owned_by(owner: Owner) -> ColumnElement[bool]:
    """The condition that a configuration is this owner's, by account or by guest cookie."""
    wanted: list[ColumnElement[bool]] = []
    if owner.account_id is not None:
        wanted.append(BundleConfiguration.account_id == owner.account_id)
    if owner.token:
        mine = BundleConfiguration.token_hash == token_hash(owner.token)
        wanted.append(mine & BundleConfiguration.account_id.is_(None))
    return or_(*wanted) if wanted else false()


def configuration_of(row: BundleConfiguration, slug: str) -> Configuration:
    """A row as a value."""
    choices = codec.decode_choices(row.choices)
    return Configuration(
        row.id, row.bundle_id, row.bundle_version, slug, choices, row.updated_at, row.name
    )


def _card(row: Bundle, kinds: tuple[str, ...]) -> BundleCard:
    return BundleCard(
        id=row.id,
        slug=row.slug,
        version=row.version,
        state=BundleState(row.state),
        name_zh=row.name_zh,
        name_en=row.name_en,
        summary_zh=row.summary_zh,
        summary_en=row.summary_en,
        zones=tuple(row.zones),
        kind_codes=kinds,
        regions=tuple(row.regions),
        seller_id=row.seller_id or "",
        origin=_origin(row),
    )
