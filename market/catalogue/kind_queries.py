"""Reads of kinds and groups."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.catalogue.cited import decode_cited
from market.catalogue.errors import KindNotFound
from market.catalogue.models import Kind, KindGroup, Listing, ListingTally
from market.catalogue.types import GroupView, KindView, Risk, Scheme
from market.db.glance import recent

_KINDS = Kind.__table__.c
_REVISIONS = select(_KINDS.code, _KINDS.revision)
_NAMES = (
    select(_KINDS.code, _KINDS.name_zh)
    .where(_KINDS.is_open.is_(True))
    .order_by(_KINDS.position, _KINDS.code)
)


def list_groups(session: Session) -> list[GroupView]:
    """All groups in their order."""
    rows = session.scalars(select(KindGroup).order_by(KindGroup.position, KindGroup.code))
    return [GroupView(row.code, row.name_zh, row.name_en, row.position) for row in rows]


def list_kinds(session: Session, *, include_closed: bool = False) -> list[KindView]:
    """All kinds in their order; closed ones only on request."""
    statement = select(Kind).order_by(Kind.position, Kind.code)
    if not include_closed:
        statement = statement.where(Kind.is_open.is_(True))
    return [kind_view(row) for row in session.scalars(statement)]


def find_kind(session: Session, code: str) -> KindView | None:
    """One kind, None when unknown."""
    row = session.get(Kind, code)
    return None if row is None else kind_view(row)


def get_kind(session: Session, code: str) -> KindView:
    """One kind. Raises KindNotFound."""
    view = find_kind(session, code)
    if view is None:
        raise KindNotFound()
    return view


def kind_counts(session: Session, now: datetime) -> dict[str, int]:
    """How many listings households see now in each kind that has any; one small statement."""
    statement = (
        select(ListingTally.kind_code, func.sum(ListingTally.listings))
        .where(ListingTally.gate_opens_at <= now, ListingTally.gate_closes_at > now)
        .group_by(ListingTally.kind_code)
    )
    return {code: int(count) for code, count in session.execute(statement)}


def kind_names(session: Session) -> tuple[tuple[str, str], ...]:
    """(code, Chinese name) of every open kind, in their order; every search asks for them."""
    return recent(session, _NAMES)


def kind_revisions(session: Session) -> dict[str, int]:
    """The revision of each kind: it moves when what households see in the kind changes."""
    return {row.code: row.revision for row in session.execute(_REVISIONS)}


def product_counts(session: Session, kind_codes: Collection[str], now: datetime) -> dict[str, int]:
    """How many products households see now in each of these kinds that has any; one statement,
    which walks their listings.

    A product that several sellers offer counts once, as the page of its kind lists it.
    """
    statement = (
        select(Listing.kind_code, func.count(Listing.product_id.distinct()))
        .where(Listing.kind_code.in_(sorted(kind_codes)), Listing.shown.is_(True))
        .where(Listing.local_areas == "")
        .where(Listing.gate_opens_at <= now, Listing.gate_closes_at > now)
        .group_by(Listing.kind_code)
    )
    return {code: int(count) for code, count in session.execute(statement)}


def kind_view(row: Kind) -> KindView:
    """The view of a row."""
    return KindView(
        code=row.code,
        group_code=row.group_code,
        name_zh=row.name_zh,
        name_en=row.name_en,
        scheme=Scheme(row.scheme),
        certifiable=row.certifiable,
        standard=row.standard,
        default_unit=row.default_unit,
        picture=row.picture or row.code,
        house_part=row.house_part,
        spot_check_risk=Risk(row.spot_check_risk),
        catalogue_batch=row.catalogue_batch,
        attribute_keys=tuple(row.attribute_keys),
        is_open=row.is_open,
        position=row.position,
        basis=row.basis,
        traced=row.traced,
        cited=decode_cited(row.cited),
    )
