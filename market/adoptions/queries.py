"""Reads of adoption databases; frozen values out, a fixed number of statements each."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true, tuple_
from sqlalchemy.orm import Session

from market.adoptions import rules
from market.adoptions.errors import AdoptionNotFound, OutsideYourRegion
from market.adoptions.gate import is_in, kept_gate
from market.adoptions.invariants import breaches
from market.adoptions.models import AdoptionDifference, AdoptionEntry, AdoptionStep
from market.adoptions.proposing import candidate, candidate_for
from market.adoptions.types import (
    FINAL,
    Asked,
    Candidate,
    Difference,
    EntryState,
    EntryView,
    Source,
    Step,
)
from market.adoptions.usage_queries import (
    get_usage,
    list_usages,
    usage_file,
    usages_waiting,
    uses_of_entry,
)
from market.catalogue import queries as catalogue
from market.db.backlog import backlog
from market.db.region_filter import governed_by, within
from market.kernel.actor import Actor
from market.kernel.backlog import Backlog
from market.kernel.paging import PAGE_SIZE, Page, offset
from market.kernel.region_code import RegionCode
from market.sellers import queries as sellers
from market.sellers.types import SellerView

__all__ = [
    "breaches",
    "candidate",
    "candidate_for",
    "get_usage",
    "list_usages",
    "usage_file",
    "usages_waiting",
    "uses_of_entry",
]
_Row = AdoptionEntry
LISTS: dict[str, tuple[str, ...]] = {
    "waiting": ("first", "returning", "second"),
    "asked": ("first_asked", "second_asked"),
    "listed": ("listed",),
    "exited": ("exited",),
    "over": tuple(state.value for state in FINAL),
}
MOST_IN_FILE = 20_000


def list_public(session: Session, asked: Asked, now: datetime, number: int = 1) -> Page[EntryView]:
    """Entries that are or were listed, newest first."""
    wanted = _public(asked, now)
    total = session.scalar(select(func.count()).select_from(_Row).where(*wanted)) or 0
    rows = session.scalars(
        select(_Row).where(*wanted).order_by(_Row.public_at.desc(), _Row.id)
        .limit(PAGE_SIZE).offset(offset(number))
    ).all()  # fmt: skip
    return Page([view_of(row, now) for row in rows], total, max(1, number))


def all_public(session: Session, asked: Asked, now: datetime) -> list[EntryView]:
    """The same for a file, at most `MOST_IN_FILE`."""
    query = select(_Row).where(*_public(asked, now)).order_by(_Row.public_at.desc(), _Row.id)
    return [view_of(row, now) for row in session.scalars(query.limit(MOST_IN_FILE))]


def public_kinds(session: Session) -> list[str]:
    """Codes of the kinds that public entries have."""
    query = select(_Row.kind_code).where(_Row.public_at.is_not(None)).distinct()
    return sorted(session.scalars(query))


def public_provinces(session: Session) -> list[str]:
    """Codes of the provinces that public entries have."""
    query = select(_Row.province).where(_Row.public_at.is_not(None)).distinct()
    return sorted(session.scalars(query))


def _public(asked: Asked, now: datetime) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [_Row.public_at.is_not(None)]
    if asked.region is not None:
        wanted.append(within(_Row.region_code, asked.region))
    if asked.kind:
        wanted.append(_Row.kind_code == asked.kind)
    if asked.state == "listed":
        wanted.append(is_in(now))
    elif asked.state == "exited":
        wanted.append(~is_in(now))
    columns = (_Row.name_zh, _Row.name_en, _Row.model, _Row.maker_name, _Row.number,
               _Row.certificate_number)  # fmt: skip
    words = asked.words.split()[:5]
    return wanted + [
        or_(*(one.icontains(word, autoescape=True) for one in columns)) for word in words
    ]


def get_public(session: Session, entry_id: str, now: datetime) -> EntryView:
    """An entry that is or was listed. Raises AdoptionNotFound."""
    row = session.get(_Row, entry_id)
    if row is None or row.public_at is None:
        raise AdoptionNotFound
    return view_of(row, now)


def changed_since(
    session: Session, since: datetime | None, after: tuple[datetime, str] | None, limit: int,
    now: datetime,
) -> list[EntryView]:  # fmt: skip
    """Entries that are or were listed, in the order of their last change, from an instant or
    behind a row. What the clock ends is a change once it is written down."""
    query = select(_Row).where(_Row.public_at.is_not(None))
    if since is not None:
        query = query.where(_Row.updated_at >= since)
    if after is not None:
        query = query.where(tuple_(_Row.updated_at, _Row.id) > after)
    rows = session.scalars(query.order_by(_Row.updated_at, _Row.id).limit(limit))
    return [view_of(row, now) for row in rows]


def public_in(
    session: Session, region: RegionCode, known: Any, limit: int, now: datetime
) -> list[EntryView]:
    """Public entries of a region whose revision is not the one of `known` (a selectable of
    entry_id and revision), the oldest change first."""
    query = (
        select(_Row)
        .outerjoin(known, known.c.entry_id == _Row.id)
        .where(
            _Row.public_at.is_not(None), within(_Row.region_code, region),
            or_(known.c.revision.is_(None), known.c.revision != _Row.revision),
        )
        .order_by(_Row.updated_at, _Row.id)
        .limit(limit)
    )  # fmt: skip
    return [view_of(row, now) for row in session.scalars(query)]


def history_of(session: Session, entry_id: str) -> list[Step]:
    """Every act on an entry, oldest first."""
    rows = session.scalars(
        select(AdoptionStep)
        .where(AdoptionStep.entry_id == entry_id)
        .order_by(AdoptionStep.position, AdoptionStep.id)
    )
    return [
        Step(row.at, row.action, row.level, RegionCode(row.office), row.actor_name, row.reason,
             row.cause)
        for row in rows
    ]  # fmt: skip


def list_of_seller(session: Session, seller_id: str, now: datetime) -> list[EntryView]:
    """Everything proposed of a maker's products, newest first."""
    rows = session.scalars(
        select(_Row).where(_Row.seller_id == seller_id)
        .order_by(_Row.proposed_at.desc(), _Row.id.desc()).limit(200)
    )  # fmt: skip
    return [view_of(row, now) for row in rows]


def get_own(session: Session, actor: Actor, entry_id: str, now: datetime) -> EntryView:
    """An entry for its maker's people. Raises AdoptionNotFound for anyone else's."""
    row = session.get(_Row, entry_id)
    if row is None or not actor.is_member_of_seller(row.seller_id):
        raise AdoptionNotFound
    return view_of(row, now)


def get_managed(session: Session, actor: Actor, entry_id: str, now: datetime) -> EntryView:
    """An entry of the actor's subtree. Raises AdoptionNotFound, OutsideYourRegion."""
    row = session.get(_Row, entry_id)
    if row is None:
        raise AdoptionNotFound
    if not actor.governs(RegionCode(row.region_code)):
        raise OutsideYourRegion
    return view_of(row, now)


def candidates(
    session: Session, makers: Sequence[SellerView], typed: str, now: datetime, limit: int = 200
) -> list[Candidate]:
    """Published products of some makers under a certificate in force, by name."""
    known = {one.id: one for one in makers}
    return [
        Candidate(
            one.id, one.maker_id, known[one.maker_id].name, known[one.maker_id].region,
            one.name_zh, one.name_en, one.model, one.kind_code, certificate.id,
            certificate.number, certificate.valid_to,
        )
        for one, certificate in catalogue.certified_products(session, set(known), typed, now, limit)
        if certificate.is_in_force
    ]  # fmt: skip


def candidates_of_maker(session: Session, seller_id: str, now: datetime) -> list[Candidate]:
    """What a maker may propose."""
    return candidates(session, [sellers.get_seller(session, seller_id)], "", now)


def candidates_called(session: Session, actor: Actor, typed: str, now: datetime) -> list[Candidate]:
    """What an official may propose of the makers in the own subtree; nothing without words."""
    if not typed.strip():
        return []
    makers = [one for one in sellers.open_sellers(session) if actor.governs(one.region)]
    return candidates(session, makers, typed, now, 30)


def list_managed(
    session: Session, actor: Actor, shown: str, now: datetime, number: int = 1
) -> Page[EntryView]:
    """Entries of the actor's subtree in one of `LISTS`, the longest waiting first."""
    wanted = governed_by(actor, _Row.region_code), _shown(shown, now)
    total = session.scalar(select(func.count()).select_from(_Row).where(*wanted)) or 0
    rows = session.scalars(
        select(_Row).where(*wanted).order_by(_Row.waiting_since, _Row.id)
        .limit(PAGE_SIZE).offset(offset(number))
    ).all()  # fmt: skip
    return Page([view_of(row, now) for row in rows], total, max(1, number))


def counts_managed(session: Session, actor: Actor, now: datetime) -> dict[str, int]:
    """How many entries each of the lists holds."""
    counts = [func.count().filter(_shown(key, now)) for key in LISTS]
    row = session.execute(select(*counts).where(governed_by(actor, _Row.region_code))).one()
    return dict(zip(LISTS, map(int, row), strict=True))


def _shown(key: str, now: datetime) -> ColumnElement[bool]:
    if key == "listed":
        return is_in(now)
    if key == "exited":
        return or_(_Row.state == "exited", and_(_Row.state == "listed", ~is_in(now)))
    return _Row.state.in_(LISTS[key])


def waiting(session: Session, actor: Actor, before: datetime) -> Backlog:
    """Entries that this actor may review now, at the level that it has; late since `before`."""
    me = actor.account_id or ""
    first = and_(
        _Row.state == "first", _Row.proposed_by != me, _at(actor, "city"),
    )  # fmt: skip
    again = and_(_Row.state == "returning", _Row.returned_by != me, _at(actor, "city"))
    second = and_(
        _Row.state == "second", _Row.proposed_by != me, _Row.first_by != me,
        _at(actor, "province", "country"),
    )  # fmt: skip
    return backlog(session, _Row.waiting_since, before, or_(first, again, second))


def _at(actor: Actor, *levels: str) -> ColumnElement[bool]:
    if actor.is_operator:
        return true()
    own = [one for one in actor.official_regions if one.level in levels]
    return within(_Row.region_code, *own) if own else false()


def asked_of_seller(session: Session, seller_id: str) -> int:
    """How many entries of a maker the reviewers have a question about."""
    query = select(func.count()).select_from(_Row).where(
        _Row.seller_id == seller_id, _Row.state.in_(LISTS["asked"])
    )  # fmt: skip
    return session.scalar(query) or 0


def differences_waiting(session: Session, actor: Actor, before: datetime) -> Backlog:
    """What partners say otherwise of entries in the actor's subtree."""
    entries = select(_Row.id).where(
        governed_by(actor, _Row.region_code), _Row.state.not_in([one.value for one in FINAL])
    )
    found = AdoptionDifference
    return backlog(
        session, found.made_at, before, found.state == "open", found.entry_id.in_(entries)
    )


def differences_of(session: Session, entry_id: str) -> list[Difference]:
    """What partners say otherwise of an entry, and nobody has decided."""
    row = session.get(_Row, entry_id)
    found = session.scalars(
        select(AdoptionDifference)
        .where(AdoptionDifference.entry_id == entry_id, AdoptionDifference.state == "open")
        .order_by(AdoptionDifference.made_at, AdoptionDifference.id)
    )
    return [
        Difference(
            one.id, one.entry_id, one.field, str(getattr(row, one.field) or ""), one.theirs,
            one.partner_name, one.batch, one.made_at,
        )
        for one in found
    ]  # fmt: skip


def entries_with_differences(session: Session, actor: Actor) -> list[tuple[str, str, int]]:
    """(entry, its name, how many) of what partners say otherwise in the actor's subtree, whatever
    state it is in."""
    rows = session.execute(
        select(_Row.id, _Row.name_zh, _Row.number, func.count())
        .join(AdoptionDifference, AdoptionDifference.entry_id == _Row.id)
        .where(
            AdoptionDifference.state == "open",
            governed_by(actor, _Row.region_code),
            _Row.state.not_in([one.value for one in FINAL]),
        )
        .group_by(_Row.id, _Row.name_zh, _Row.number)
        .order_by(_Row.id)
    )
    return [(row[0], f"{row[1]} {row[2]}".strip(), row[3]) for row in rows]


def evidence_file(session: Session, entry_id: str) -> str:
    """The id of the proof. Raises AdoptionNotFound without one."""
    row = session.get(_Row, entry_id)
    if row is None or row.evidence_file_id is None:
        raise AdoptionNotFound
    return row.evidence_file_id


def standing_of(session: Session, product_ids: Sequence[str]) -> set[tuple[str, str]]:
    """(product, province) of the entries that are not over."""
    rows = session.execute(
        select(_Row.product_id, _Row.province).where(
            _Row.product_id.in_(product_ids), _Row.state.not_in([one.value for one in FINAL])
        )
    )
    return {(row[0], row[1]) for row in rows}


def view_of(row: AdoptionEntry, now: datetime) -> EntryView:
    """An entry as it is at an instant."""
    gate = kept_gate(row)
    state = rules.state_at(row.state, gate, row.ends_on, now)
    cause, exited_at = row.exit_cause, row.exited_at
    if state is EntryState.EXITED and row.state == EntryState.LISTED:
        cause, exited_at = rules.exit_of(gate, row.ends_on, now)
    same = ("id", "number", "product_id", "seller_id", "kind_code", "name_zh", "name_en", "model",
            "maker_name", "certificate_id", "certificate_number", "list_no", "document_no",
            "use_scope", "starts_on", "ends_on", "return_until", "question", "answer", "reason",
            "proposed_by", "first_by", "second_by", "returned_by", "waiting_since", "listed_at",
            "public_at", "updated_at", "revision")  # fmt: skip
    return EntryView(
        **{name: getattr(row, name) for name in same}, state=state,
        region=RegionCode(row.region_code), province=RegionCode(row.province),
        sources={name: _source(one) for name, one in row.sources.items()},
        has_evidence=row.evidence_file_id is not None, exit_cause=cause, exited_at=exited_at,
    )  # fmt: skip


def _source(value: dict[str, str]) -> Source:
    return Source(
        value["kind"], value["who"], datetime.fromisoformat(value["at"]),
        value.get("batch", ""), value.get("partner_id", ""),
    )  # fmt: skip
