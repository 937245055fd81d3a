"""The two reviews, questions, refusals, taking out, and the short review of what comes back."""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market.adoptions import access, gate, rules
from market.adoptions.errors import (
    GateShut,
    NotCityLevel,
    NotListed,
    NotProvinceLevel,
    NotWaiting,
    NumberTaken,
    ReasonMissing,
    SameHands,
)
from market.adoptions.events import AdoptionDecided
from market.adoptions.loading import governed, note
from market.adoptions.models import AdoptionEntry
from market.adoptions.proposing import renew, tell_province
from market.adoptions.types import EntryState
from market.kernel.actor import Actor
from market.kernel.clock import shanghai_date
from market.kernel.events import publish
from market.kernel.region_code import RegionCode

_ATTEMPTS = 5


def pass_first(
    session: Session, actor: Actor, entry_id: str, reason: str = "", *, now: datetime
) -> None:
    """The city lets it go on to the province.

    Raises AdoptionNotFound, OutsideYourRegion, Final, NotWaiting, NotCityLevel, SameHands,
    GateShut, as all reviews here do.
    """
    row = _first(session, actor, entry_id, EntryState.FIRST)
    _need_open(session, row, row.ends_on, now)
    row.state, row.first_by = EntryState.SECOND.value, actor.account_id or ""
    row.waiting_since = now
    _decided(session, actor, row, "pass_first", "passed", reason, now)
    tell_province(session, row, now)


def pass_second(
    session: Session, actor: Actor, entry_id: str, reason: str = "",
    ends_on: date | None = None, *, now: datetime,
) -> str:  # fmt: skip
    """The province lists it, until a day no later than the certificate; returns its number.

    Raises NotProvinceLevel, EndsTooLate, EndsTooSoon, NumberTaken.
    """
    row = _second(session, actor, entry_id)
    last = ends_on or row.ends_on
    found = renew(session, row, last, now)
    _need_open(session, row, last, now)
    if last != row.ends_on:
        row.sources = {**row.sources, "ends_on": _said(actor, now)}
    row.ends_on, row.second_by = last, actor.account_id or ""
    row.certificate_id, row.certificate_number = found.certificate_id, found.certificate_number
    row.listed_at = row.public_at = now
    row.starts_on = row.starts_on or shanghai_date(now)
    row.sources = {"starts_on": _said(actor, now), **row.sources}
    _number(session, row, now)
    _decided(session, actor, row, "pass_second", "listed", reason, now)
    return row.number


def ask(session: Session, actor: Actor, entry_id: str, question: str, *, now: datetime) -> None:
    """Whoever's turn it is asks the maker. Raises ReasonMissing without a question."""
    row, first = _turn(session, actor, entry_id)
    if not question.strip():
        raise ReasonMissing(field="reason")
    row.state = (EntryState.FIRST_ASKED if first else EntryState.SECOND_ASKED).value
    row.question, row.answer = question.strip(), ""
    _decided(session, actor, row, "ask", "asked", question, now)


def refuse(session: Session, actor: Actor, entry_id: str, reason: str, *, now: datetime) -> None:
    """Refuse it for good; what asked to come back stays out and may ask again.

    Raises ReasonMissing without a reason.
    """
    row = governed(session, actor, entry_id)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    if row.state == EntryState.RETURNING:
        _returning(actor, row)
        row.state = EntryState.EXITED.value
        _decided(session, actor, row, "not_readmit", "not_returned", reason, now)
        return
    row, _ = _turn(session, actor, entry_id)
    row.state = EntryState.REFUSED.value
    _decided(session, actor, row, "refuse", "refused", reason, now)


def readmit(
    session: Session, actor: Actor, entry_id: str, reason: str = "", *, now: datetime
) -> None:
    """The city lets back in what has left: a short review, without the province."""
    row = governed(session, actor, entry_id)
    if row.state != EntryState.RETURNING:
        raise NotWaiting
    _returning(actor, row)
    last = row.return_until or row.ends_on
    found = renew(session, row, last, now)
    _need_open(session, row, last, now)
    row.ends_on, row.sources = last, {**row.sources, "ends_on": _said(actor, now)}
    row.certificate_id, row.certificate_number = found.certificate_id, found.certificate_number
    row.state, row.listed_at = EntryState.LISTED.value, now
    row.exit_cause, row.exited_at = "", None
    _decided(session, actor, row, "readmit", "returned", reason, now)


def remove(session: Session, actor: Actor, entry_id: str, reason: str, *, now: datetime) -> None:
    """The province takes out for good what is or was listed, with a reason that stays public.

    Raises NotListed, NotProvinceLevel, ReasonMissing.
    """
    row = governed(session, actor, entry_id)
    if row.public_at is None:
        raise NotListed
    if not reason.strip():
        raise ReasonMissing(field="reason")
    if not access.is_of_province(actor, RegionCode(row.region_code)):
        raise NotProvinceLevel
    row.state = EntryState.REMOVED.value
    _decided(session, actor, row, "remove", "removed", reason, now)


def _first(session: Session, actor: Actor, entry_id: str, state: EntryState) -> AdoptionEntry:
    row = governed(session, actor, entry_id)
    if row.state != state:
        raise NotWaiting
    if not access.is_of_city(actor, RegionCode(row.region_code)):
        raise NotCityLevel
    if actor.account_id == row.proposed_by:
        raise SameHands
    return row


def _second(session: Session, actor: Actor, entry_id: str) -> AdoptionEntry:
    row = governed(session, actor, entry_id)
    if row.state != EntryState.SECOND:
        raise NotWaiting
    if not access.is_of_province(actor, RegionCode(row.region_code)):
        raise NotProvinceLevel
    if actor.account_id in (row.proposed_by, row.first_by):
        raise SameHands
    return row


def _turn(session: Session, actor: Actor, entry_id: str) -> tuple[AdoptionEntry, bool]:
    """The entry, and whether it is the first review's turn."""
    row = governed(session, actor, entry_id)
    if row.state == EntryState.SECOND:
        return _second(session, actor, entry_id), False
    return _first(session, actor, entry_id, EntryState.FIRST), True


def _returning(actor: Actor, row: AdoptionEntry) -> None:
    if not access.is_of_city(actor, RegionCode(row.region_code)):
        raise NotCityLevel
    if actor.account_id == row.returned_by:
        raise SameHands


def _need_open(session: Session, row: AdoptionEntry, ends_on: date, now: datetime) -> None:
    if not rules.is_open(gate.copy_gate(session, row, now), ends_on, now):
        raise GateShut


def _number(session: Session, row: AdoptionEntry, now: datetime) -> None:
    """The next number of the province and year, such as CX13-2026-0007."""
    prefix = f"CX{row.province}-{shanghai_date(now).year}-"
    last = (
        select(AdoptionEntry.number)
        .where(AdoptionEntry.number.startswith(prefix))
        .order_by(func.length(AdoptionEntry.number).desc(), AdoptionEntry.number.desc())
        .limit(1)
    )
    for _attempt in range(_ATTEMPTS):
        serial = int((session.scalar(last) or "0").removeprefix(prefix)) + 1
        try:
            with session.begin_nested():
                row.number, row.state = f"{prefix}{serial:04d}", EntryState.LISTED.value
                session.flush()
        except IntegrityError:  # somebody else was faster
            session.refresh(row, ["number", "state"])
            continue
        return
    raise NumberTaken


def _said(actor: Actor, now: datetime) -> dict[str, str]:
    return {"kind": "official", "who": actor.display_name, "at": now.isoformat()}


def _decided(
    session: Session, actor: Actor, row: AdoptionEntry, verb: str, decision: str, reason: str,
    now: datetime,
) -> None:  # fmt: skip
    row.reason = reason.strip()
    session.flush()
    note(session, actor, row, verb, now, reason=row.reason)
    publish(
        session,
        AdoptionDecided(
            row.id, row.name_zh, row.seller_id, decision, row.reason, "", now.isoformat()
        ),
    )
