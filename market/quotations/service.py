"""Issue a quotation, list one's own, and read one again with today's price beside it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from market.bundles import queries as bundles
from market.bundles import service as bundle_service
from market.bundles.types import Owner, SelectionLine
from market.checkout.quote import quote
from market.checkout.service import as_cart
from market.kernel.clock import shanghai_date
from market.kernel.ids import new_code
from market.kernel.region_code import RegionCode
from market.quotations.content import content_of
from market.quotations.errors import GoodsMissing, PlaceMissing, QuotationNotFound
from market.quotations.models import Quotation
from market.quotations.types import QuotationCard, QuotationView
from market.regions import queries as regions

VALID_FOR = bundle_service.HELD_FOR
MOST_LISTED = 100


def issue(
    session: Session,
    owner: Owner,
    configuration_id: str,
    region: RegionCode | None,
    now: datetime,
) -> str:
    """Write down what a configuration costs delivered to `region` now; returns the number.

    The sums are those of the one pricing function, promotions without a code included. Issued
    twice at the same price, it is the same quotation. It is valid no longer than the version of
    the bundle it was made with is held. Raises `ConfigurationNotFound`,
    `BundleNotFound`, `NothingChosen`, `ChoicesClash`, `PlaceMissing`, `GoodsMissing`.
    """
    stored = bundles.get_configuration(session, owner, configuration_id)
    if region is None:
        raise PlaceMissing
    chosen = bundle_service.select_for_cart(session, owner, configuration_id, region, now)
    found = bundle_service.price(
        session, chosen.slug, stored.choices, region, now, stored.bundle_version
    )
    cart = as_cart(chosen.lines, chosen.bundle_id, owner.account_id)
    quoted = quote(session, cart, region, owner.account_id, now)
    if quoted.blocked:
        raise GoodsMissing
    content = content_of(found, quoted)
    last = session.scalar(
        select(Quotation)
        .where(
            Quotation.configuration_id == configuration_id, Quotation.region_code == region.digits
        )
        .order_by(Quotation.issued_at.desc(), Quotation.id.desc())
        .limit(1)
    )
    if (
        last is not None
        and last.content == content
        and shanghai_date(last.issued_at) == shanghai_date(now)
    ):
        return last.number
    row = Quotation(
        number=f"BJ{shanghai_date(now):%Y%m%d}-{new_code(6)}",
        account_id=owner.account_id,
        token_hash=bundles.token_hash(owner.token) if owner.token else None,
        configuration_id=configuration_id,
        bundle_id=chosen.bundle_id,
        bundle_version=chosen.version,
        region_code=region.digits,
        region_label=regions.label(session, region.digits),
        content=content,
        total_fen=quoted.total_fen,
        issued_at=now,
        valid_until=min(now + VALID_FOR, chosen.held_until or now + VALID_FOR),
    )
    session.add(row)
    session.flush()
    return row.number


def list_mine(session: Session, owner: Owner, now: datetime) -> list[QuotationCard]:
    """The owner's quotations, newest first: by account, and by guest token what no account has."""
    rows = session.scalars(
        select(Quotation)
        .where(_owned_by(owner))
        .order_by(Quotation.issued_at.desc(), Quotation.id.desc())
        .limit(MOST_LISTED)
    ).all()
    places = _places(session, rows)
    return [
        QuotationCard(
            row.number, row.content["bundle_zh"], row.content["bundle_en"],
            places[row.id], row.total_fen, row.issued_at, row.valid_until,
            is_valid=now < row.valid_until,
        )
        for row in rows
    ]  # fmt: skip


def show(session: Session, owner: Owner, number: str, now: datetime) -> QuotationView:
    """One of the owner's quotations. Raises `QuotationNotFound`, also for others'."""
    row = session.scalar(select(Quotation).where(Quotation.number == number, _owned_by(owner)))
    if row is None:
        raise QuotationNotFound
    return QuotationView(
        row.number, row.configuration_id, _places(session, [row])[row.id], row.content,
        row.total_fen, row.issued_at, row.valid_until, _now(session, row, owner, now),
    )  # fmt: skip


def _places(session: Session, rows: Sequence[Quotation]) -> dict[str, dict[str, str]]:
    """By quotation where the goods go: in Chinese as it was written down, in English as the
    place is called."""
    paths = regions.paths(session, {row.region_code for row in rows})
    return {
        row.id: {
            "name_zh": row.region_label,
            "name_en": path.text("en") if (path := paths.get(row.region_code)) else "",
        }
        for row in rows
    }


def _now(session: Session, row: Quotation, owner: Owner, now: datetime) -> int | None:
    """What the same packs cost now; None when some cannot be bought."""
    lines = [
        SelectionLine(line["listing_id"], line["packs"], line["price_fen"])
        for seller in row.content["sellers"]
        for line in seller["lines"]
        if not line["gift"]
    ]
    region = RegionCode(row.region_code)
    quoted = quote(
        session, as_cart(lines, row.bundle_id, owner.account_id), region, owner.account_id, now
    )
    return None if quoted.blocked else quoted.total_fen


def _owned_by(owner: Owner) -> ColumnElement[bool]:
    wanted: list[ColumnElement[bool]] = []
    if owner.account_id is not None:
        wanted.append(Quotation.account_id == owner.account_id)
    if owner.token:
        mine = Quotation.token_hash == bundles.token_hash(owner.token)
        wanted.append(mine & Quotation.account_id.is_(None))
    return or_(*wanted) if wanted else false()
