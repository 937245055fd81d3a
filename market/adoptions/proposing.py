"""Proposing a product for a province's list, answering, taking it back, asking to come back."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market.adoptions import access, gate, rules
from market.adoptions.errors import (
    AdoptionNotFound,
    AlreadyThere,
    GateShut,
    NoCertificate,
    NotAsked,
    NotExited,
    NotItsMaker,
    OutsideYourRegion,
    ReasonMissing,
    RegionTooSmall,
)
from market.adoptions.events import AdoptionWaits
from market.adoptions.loading import governed, note, own_row
from market.adoptions.models import AdoptionEntry
from market.adoptions.types import FIELDS, Candidate, EntryState, Proposal
from market.catalogue import queries as catalogue
from market.catalogue import service as goods
from market.certification import queries as certification
from market.kernel.actor import Actor
from market.kernel.clock import shanghai_date
from market.kernel.events import publish
from market.kernel.ids import new_id
from market.kernel.region_code import RegionCode
from market.media import service as media
from market.media.service import NewFile
from market.regions import queries as regions
from market.sellers import queries as sellers

EVIDENCE = "adoption"


def candidate(session: Session, product_id: str, now: datetime) -> Candidate:
    """A published product with its certificate. Raises AdoptionNotFound, NoCertificate."""
    about = catalogue.products_about(session, [product_id]).get(product_id)
    if about is None or about.published_at is None:
        raise AdoptionNotFound
    if about.certificate_id is None:
        raise NoCertificate
    certificate = certification.get_certificate(session, about.certificate_id, now)
    maker = sellers.get_seller(session, about.maker_id)
    return Candidate(
        about.id, maker.id, maker.name, maker.region, about.name_zh, about.name_en, about.model,
        about.kind_code, certificate.id, certificate.number, certificate.valid_to,
    )  # fmt: skip


def candidate_for(session: Session, actor: Actor, product_id: str, now: datetime) -> Candidate:
    """The same for an official of the maker's place. Raises OutsideYourRegion besides."""
    found = candidate(session, product_id, now)
    if not actor.governs(found.maker_region):
        raise OutsideYourRegion
    return found


def propose(
    session: Session, actor: Actor, product_id: str, proposal: Proposal, evidence: NewFile, *,
    now: datetime,
) -> str:  # fmt: skip
    """A maker proposes its product; returns the entry's id.

    Raises AdoptionNotFound, NotItsMaker and what `start` raises.
    """
    found = candidate(session, product_id, now)
    if not actor.is_member_of_seller(found.seller_id):
        raise NotItsMaker
    return start(session, actor, found, proposal, evidence, now=now, kind="seller")


def propose_for(
    session: Session, actor: Actor, product_id: str, proposal: Proposal, evidence: NewFile, *,
    now: datetime,
) -> str:  # fmt: skip
    """An official of the maker's place and of the proposal's proposes it; somebody else makes the
    first review.

    Raises AdoptionNotFound, OutsideYourRegion and what `start` raises.
    """
    found = candidate_for(session, actor, product_id, now)
    if not actor.governs(proposal.region):
        raise OutsideYourRegion
    return start(session, actor, found, proposal, evidence, now=now, kind="official")


def start(
    session: Session, actor: Actor, found: Candidate, proposal: Proposal,
    evidence: NewFile | None, *, now: datetime, kind: str, source: dict[str, Any] | None = None,
) -> str:  # fmt: skip
    """A new entry that waits for the city.

    Raises RegionTooSmall, GateShut, AlreadyThere, and EndsTooLate and the like for its days.
    """
    region = proposal.region if proposal.region.level != "town" else RegionCode(
        proposal.region.digits[:6]
    )  # fmt: skip
    if region.level not in ("city", "county") or not regions.exists(session, region.digits):
        raise RegionTooSmall(field="region")
    rules.check_days(
        proposal.ends_on, found.valid_to, shanghai_date(now), proposal.starts_on
    )  # fmt: skip
    row = AdoptionEntry(
        id=new_id(), product_id=found.product_id, seller_id=found.seller_id,
        province=region.digits[:2], region_code=region.digits, kind_code=found.kind_code,
        name_zh=found.name_zh, name_en=found.name_en, model=found.model,
        maker_name=found.maker_name, certificate_id=found.certificate_id,
        certificate_number=found.certificate_number, document_no=proposal.document_no.strip(),
        use_scope=proposal.use_scope.strip(), starts_on=proposal.starts_on,
        ends_on=proposal.ends_on, evidence_file_id=evidence.id if evidence else None,
        proposed_by=actor.account_id or "", proposed_at=now, waiting_since=now, updated_at=now,
        state=EntryState.FIRST.value, gate_opens_at=rules.SINCE, gate_closes_at=rules.UNTIL,
        revision=0,
    )  # fmt: skip
    told = source or {"kind": kind, "who": actor.display_name, "at": now.isoformat()}
    row.sources = {name: told for name in FIELDS if getattr(row, name)}
    goods.keep_products(session, [row.product_id])  # nobody shuts the gate meanwhile
    if not rules.is_open(gate.copy_gate(session, row, now), row.ends_on, now):
        raise GateShut
    _add(session, row)
    if evidence is not None:
        media.attach(session, evidence, EVIDENCE, row.id, now=now)
    office = access.acts_for(actor, region)
    level = {"seller": "maker", "partner": "partner"}.get(kind, access.level_of(actor, office))
    who = {"seller": row.maker_name, "partner": str(told["who"])}.get(kind, "")
    note(session, actor, row, "propose", now, level=level, who=who)
    tell_city(session, row, now)
    return row.id


def answer(session: Session, actor: Actor, entry_id: str, words: str, *, now: datetime) -> None:
    """Answer the reviewer's question. Raises AdoptionNotFound, ReasonMissing, NotAsked."""
    row = own_row(session, actor, entry_id)
    if not words.strip():
        raise ReasonMissing(field="answer")
    states = {EntryState.FIRST_ASKED: EntryState.FIRST, EntryState.SECOND_ASKED: EntryState.SECOND}
    back = states.get(EntryState(row.state))
    if back is None:
        raise NotAsked
    row.state, row.answer, row.waiting_since = back.value, words.strip(), now
    note(session, actor, row, "answer", now, level="maker", who=row.maker_name)
    if back is EntryState.FIRST:
        tell_city(session, row, now)
    else:
        tell_province(session, row, now)


def withdraw(session: Session, actor: Actor, entry_id: str, *, now: datetime) -> None:
    """The maker takes its product back for good. Raises AdoptionNotFound, Final."""
    row = own_row(session, actor, entry_id)
    row.state = EntryState.WITHDRAWN.value
    note(session, actor, row, "withdraw", now, level="maker", who=row.maker_name)


def ask_back(
    session: Session, actor: Actor, entry_id: str, ends_on: date, *, now: datetime
) -> None:
    """The maker or an official of the place asks for what has left to come back, which the city
    alone decides, until a day no later than the certificate.

    Raises AdoptionNotFound, OutsideYourRegion, Final, NotExited, GateShut, EndsTooLate.
    """
    if actor.official_regions or actor.is_operator:
        row = governed(session, actor, entry_id)
        level, who = "", ""
    else:
        row = own_row(session, actor, entry_id)
        level, who = "maker", row.maker_name
    standing = gate.settle_row(session, row, now)
    if row.state != EntryState.EXITED:
        raise NotExited
    renew(session, row, ends_on, now)
    if not rules.is_open(standing, ends_on, now):
        raise GateShut
    row.state, row.waiting_since = EntryState.RETURNING.value, now
    row.returned_by, row.return_until = actor.account_id or "", ends_on
    note(session, actor, row, "ask_back", now, level=level, who=who)
    tell_city(session, row, now)


def renew(session: Session, row: AdoptionEntry, ends_on: date, now: datetime) -> Candidate:
    """What the product is sold under now, with a last day that fits it. Raises EndsTooLate,
    EndsTooSoon, NoCertificate, AdoptionNotFound."""
    found = candidate(session, row.product_id, now)
    rules.check_days(ends_on, found.valid_to, shanghai_date(now))
    return found


def tell_city(session: Session, row: AdoptionEntry, now: datetime) -> None:
    """The officials of the city learn that it waits."""
    _tell(session, row, row.region_code[:4], "city", now)


def tell_province(session: Session, row: AdoptionEntry, now: datetime) -> None:
    """Those of the province do."""
    _tell(session, row, row.province, "province", now)


def _tell(session: Session, row: AdoptionEntry, region: str, level: str, now: datetime) -> None:
    hands = tuple(filter(None, (row.proposed_by, row.first_by, row.returned_by)))
    publish(
        session, AdoptionWaits(row.id, row.name_zh, region, level, hands, now.isoformat())
    )  # fmt: skip


def _add(session: Session, row: AdoptionEntry) -> None:
    standing = select(AdoptionEntry.id).where(
        AdoptionEntry.product_id == row.product_id, AdoptionEntry.province == row.province,
        AdoptionEntry.state.not_in(["refused", "withdrawn", "removed"]),
    )  # fmt: skip
    if session.scalar(standing) is not None:
        raise AlreadyThere
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:  # somebody else was faster
        raise AlreadyThere from None
