"""What partners tell: a new product is proposed, a field of their own is followed, anything else
is a difference that an official decides. Nothing an official entered is written over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.adoptions import access, gate, rules
from market.adoptions.errors import (
    DifferenceNotFound,
    EndsTooLate,
    EndsTooSoon,
    GateShut,
    NotCityLevel,
)
from market.adoptions.events import AdoptionDecided, DifferencesFound
from market.adoptions.loading import governed, note
from market.adoptions.models import AdoptionDifference, AdoptionEntry
from market.adoptions.proposing import renew, start, tell_city
from market.adoptions.types import FIELDS, FINAL, Candidate, EntryState, Proposal, Teller, Told
from market.catalogue import queries as catalogue
from market.catalogue import service as goods
from market.catalogue.queries import ProductAbout
from market.certification import queries as certification
from market.certification.types import CertificateView
from market.kernel.actor import Actor
from market.kernel.clock import shanghai_date
from market.kernel.errors import DomainError
from market.kernel.events import publish
from market.kernel.i18n import N_
from market.kernel.region_code import RegionCode
from market.sellers import queries as sellers

UNKNOWN_CERTIFICATE = N_("没有这个编号的证书，或还没有核对通过")
UNKNOWN_MODEL = N_("这张证书下没有这个型号的商品")
OTHER_KIND = N_("和本站这个商品的品类不一样")
OTHER_STAR = N_("和证书上的星级不一样")
NOTHING_TO_EXIT = N_("这个商品不在这个省的库里，没有可退出的")
OUTSIDE = N_("不在这个合作方的地区里")
TWICE = N_("和前面一行说的是同一个商品、同一个省")
TEXTS = ("list_no", "document_no", "use_scope")


@dataclass(frozen=True)
class Fault:
    """Why a row is not taken: its number from 0, the field, a sentence (a msgid) with values."""

    row: int
    field: str
    reason: str
    params: Mapping[str, Any]


@dataclass(frozen=True)
class _Match:
    told: Told
    product_id: str
    certificate: CertificateView
    row: AdoptionEntry | None


def hear(
    session: Session, actor: Actor, teller: Teller, rows: Sequence[Told], *, now: datetime
) -> tuple[list[Fault], list[dict[str, str]]]:
    """Take a batch over, all of it or nothing.

    Returns the faults, and with none of them what became of each row: its entry and `proposed`,
    `followed`, `differs` or `same`.
    """
    _keep(session, teller, rows, now)
    faults: list[Fault] = []
    matches: list[_Match] = []
    seen: set[tuple[str, str]] = set()
    for number, told in enumerate(rows):
        match = _match(session, teller, told, number, faults, now)
        if match is None:
            continue
        key = (match.product_id, told.region.digits[:2])
        if key in seen:
            faults.append(Fault(number, "certificate_number", TWICE, {}))
        seen.add(key)
        matches.append(match)
    if faults:
        return faults, []
    done = []
    for number, match in enumerate(matches):
        try:
            with session.begin_nested():
                done.append(_take(session, actor, teller, match, now))
        except DomainError as error:
            faults.append(Fault(number, error.field or "state", error.message, error.params))
    return faults, done


def _keep(session: Session, teller: Teller, rows: Sequence[Told], now: datetime) -> None:
    """Keep the gates of the products that the rows mean, then their entries, each in one order."""
    numbered = {one.certificate_number for one in rows}
    known = {one: certification.approved_numbered(session, one, now) for one in numbered}
    found = [_product(session, teller, one, known[one.certificate_number]) for one in rows]
    ids = {one.id for one in found if not isinstance(one, tuple)}
    goods.keep_products(session, ids)
    session.execute(
        select(AdoptionEntry.id)
        .where(AdoptionEntry.product_id.in_(ids))
        .order_by(AdoptionEntry.id)
        .with_for_update()
    )


def _match(
    session: Session, teller: Teller, told: Told, number: int, faults: list[Fault], now: datetime
) -> _Match | None:
    certificates = certification.approved_numbered(session, told.certificate_number, now)
    found = _product(session, teller, told, certificates)
    if isinstance(found, tuple):
        faults.append(Fault(number, *found, {}))
        return None
    row = session.scalar(
        select(AdoptionEntry)
        .where(
            AdoptionEntry.product_id == found.id,
            AdoptionEntry.province == told.region.digits[:2],
            AdoptionEntry.state.not_in([state.value for state in FINAL]),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None and told.state is EntryState.EXITED:
        faults.append(Fault(number, "state", NOTHING_TO_EXIT, {}))
        return None
    certificate = next(one for one in certificates if one.id == found.certificate_id)
    return _Match(told, found.id, certificate, row)


def _product(
    session: Session, teller: Teller, told: Told, certificates: Sequence[CertificateView]
) -> ProductAbout | tuple[str, str]:
    """The product that a row means, or the field that is wrong and why."""
    if not teller.region.contains(told.region):
        return "region", OUTSIDE
    if not certificates:
        return "certificate_number", UNKNOWN_CERTIFICATE
    products = [
        one
        for one in catalogue.products_certified(session, {one.id for one in certificates})
        if one.published_at is not None and one.model.strip() == told.model.strip()
    ]
    if not products:
        return "model", UNKNOWN_MODEL
    product = next((one for one in products if one.kind_code == told.kind_code), None)
    if product is None:
        return "kind", OTHER_KIND
    stars = {one.id: one.star or 0 for one in certificates}
    if stars[product.certificate_id or ""] != told.star:
        return "star", OTHER_STAR
    return product


def _take(
    session: Session, actor: Actor, teller: Teller, match: _Match, now: datetime
) -> dict[str, str]:
    told, row = match.told, match.row
    if row is None:
        return {"entry": _proposed(session, actor, teller, match, now), "outcome": "proposed"}
    gate.settle_row(session, row, now)
    followed = differs = False
    for field in FIELDS:
        if (theirs := told.values.get(field, "")) == "":
            continue
        if theirs == _text(row, field):
            _close(session, row, field, teller)
        elif _is_theirs(row, field, teller):
            _write(row, field, theirs, match.certificate.valid_to, now)
            row.sources = {**row.sources, field: source_of(teller, now)}
            followed = True
        else:
            _differ(session, row, field, theirs, teller, now)
            differs = True
    if told.state.value == row.state or row.state not in ("listed", "exited"):
        _close(session, row, "state", teller)
    else:
        _differ(session, row, "state", told.state.value, teller, now)
        differs = True
    if followed:
        note(session, actor, row, "follow", now, level="partner", who=teller.name,
             reason=teller.batch)  # fmt: skip
    if differs:
        publish(
            session,
            DifferencesFound(row.id, row.name_zh, row.region_code, teller.name, teller.batch),
        )
    session.flush()
    outcome = "differs" if differs else "followed" if followed else "same"
    return {"entry": row.id, "outcome": outcome}


def _proposed(session: Session, actor: Actor, teller: Teller, match: _Match, now: datetime) -> str:
    told = match.told
    about = catalogue.products_about(session, [match.product_id])[match.product_id]
    maker = sellers.get_seller(session, about.maker_id)
    found = Candidate(
        about.id, maker.id, maker.name, maker.region, about.name_zh, about.name_en, about.model,
        about.kind_code, match.certificate.id, match.certificate.number,
        match.certificate.valid_to,
    )  # fmt: skip
    begins = told.values.get("starts_on", "")
    ends = told.values.get("ends_on", "")
    proposal = Proposal(
        told.region, date.fromisoformat(ends) if ends else match.certificate.valid_to,
        told.values.get("document_no", ""), told.values.get("use_scope", ""),
        date.fromisoformat(begins) if begins else None,
    )  # fmt: skip
    source = source_of(teller, now)
    made = start(session, actor, found, proposal, None, now=now, kind="partner", source=source)
    row = session.get(AdoptionEntry, made)
    assert row is not None
    row.list_no = told.values.get("list_no", "")
    row.sources = {name: source for name in FIELDS if told.values.get(name)}
    session.flush()
    return made


def decide_difference(
    session: Session, actor: Actor, entry_id: str, difference_id: str, choice: str, *,
    now: datetime,
) -> None:  # fmt: skip
    """An official of the city or the province takes the partner's value over (`take`) or keeps
    ours (`keep`).

    Raises AdoptionNotFound, OutsideYourRegion, Final, NotCityLevel, DifferenceNotFound,
    EndsTooLate, EndsTooSoon, GateShut.
    """
    row = governed(session, actor, entry_id)
    found = session.get(
        AdoptionDifference, difference_id, with_for_update=True, populate_existing=True
    )
    if found is None or found.entry_id != row.id or found.state != "open":
        raise DifferenceNotFound
    region = RegionCode(row.region_code)
    if not (access.is_of_city(actor, region) or access.is_of_province(actor, region)):
        raise NotCityLevel
    found.decided_by, found.decided_at = actor.account_id or "", now
    found.state = "taken" if choice == "take" else "kept"
    if choice == "take":
        _take_over(session, actor, row, found, now)
    told = f"{found.partner_name} {found.batch} {found.field}"
    note(session, actor, row, f"{choice}_told", now, reason=told)


def _take_over(
    session: Session, actor: Actor, row: AdoptionEntry, found: AdoptionDifference, now: datetime
) -> None:
    if found.field == "state":
        _take_state(session, actor, row, found, now)
        return
    about = renew_limit(session, row, now)
    _write(row, found.field, found.theirs, about, now)
    source = {
        "kind": "partner", "who": found.partner_name, "batch": found.batch,
        "partner_id": found.partner_id, "at": found.made_at.isoformat(),
    }  # fmt: skip
    row.sources = {**row.sources, found.field: source}
    session.flush()


def _take_state(
    session: Session, actor: Actor, row: AdoptionEntry, found: AdoptionDifference, now: datetime
) -> None:
    standing = gate.settle_row(session, row, now)
    if found.theirs == EntryState.EXITED.value and row.state == EntryState.LISTED:
        row.state, row.exit_cause, row.exited_at = "exited", "partner", now
        note(session, actor, row, "exit", now, level="partner", who=found.partner_name,
             cause="partner")  # fmt: skip
        publish(
            session,
            AdoptionDecided(
                row.id, row.name_zh, row.seller_id, "exited", "", "partner", now.isoformat()
            ),
        )
    elif found.theirs == EntryState.LISTED.value and row.state == EntryState.EXITED:
        last = row.ends_on
        renew(session, row, last, now)
        if not rules.is_open(standing, last, now):
            raise GateShut
        row.state, row.waiting_since = EntryState.RETURNING.value, now
        row.returned_by, row.return_until = found.partner_id, last
        tell_city(session, row, now)


def renew_limit(session: Session, row: AdoptionEntry, now: datetime) -> date:
    """The last day of the certificate that the product is sold under."""
    return certification.get_certificate(session, row.certificate_id, now).valid_to


def source_of(teller: Teller, now: datetime) -> dict[str, str]:
    """Where a field of a batch comes from."""
    return {
        "kind": "partner", "who": teller.name, "batch": teller.batch, "partner_id": teller.id,
        "at": now.isoformat(),
    }  # fmt: skip


def _is_theirs(row: AdoptionEntry, field: str, teller: Teller) -> bool:
    source = row.sources.get(field, {})
    return _text(row, field) == "" or source.get("partner_id", "") == teller.id


def _text(row: AdoptionEntry, field: str) -> str:
    value = getattr(row, field)
    return value.isoformat() if isinstance(value, date) else value or ""


def _write(row: AdoptionEntry, field: str, theirs: str, valid_to: date, now: datetime) -> None:
    if field in TEXTS:
        setattr(row, field, theirs)
        return
    day = date.fromisoformat(theirs)
    if field == "ends_on" and day > valid_to:
        raise EndsTooLate(field="ends_on", day=valid_to.isoformat())
    if field == "ends_on" and day <= shanghai_date(now):
        raise EndsTooSoon(field="ends_on")
    setattr(row, field, day)


def _open(session: Session, row: AdoptionEntry, field: str, teller: Teller) -> Any:
    return session.scalar(
        select(AdoptionDifference).where(
            AdoptionDifference.entry_id == row.id, AdoptionDifference.field == field,
            AdoptionDifference.partner_id == teller.id, AdoptionDifference.state == "open",
        )
    )  # fmt: skip


def _differ(
    session: Session, row: AdoptionEntry, field: str, theirs: str, teller: Teller, now: datetime
) -> None:
    known = _open(session, row, field, teller)
    if known is None:
        known = AdoptionDifference(
            entry_id=row.id, field=field, partner_id=teller.id, theirs=theirs,
            partner_name=teller.name, batch=teller.batch, made_at=now,
        )  # fmt: skip
        session.add(known)
    known.theirs, known.batch, known.made_at = theirs, teller.batch, now
    session.flush()


def _close(session: Session, row: AdoptionEntry, field: str, teller: Teller) -> None:
    """The partner says the same by now."""
    known = _open(session, row, field, teller)
    if known is not None:
        known.state = "settled"
