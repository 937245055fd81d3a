"""Claims in arrears: filed, clarified, approved or refused, and withdrawn.

A standing claim reserves its amount of the budget and one use of the household's limit, from
the moment it is filed; both come back when it is refused or withdrawn.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market.audit import service as audit
from market.kernel.actor import Actor
from market.kernel.clock import shanghai_date
from market.kernel.events import publish
from market.kernel.ids import new_code, new_id
from market.kernel.money import allocate, format_fen
from market.media import service as media
from market.media.service import NewFile
from market.subsidies import access, funds, limits, mapping, queries, rules
from market.subsidies.claim_queries import own_claim
from market.subsidies.errors import (
    AmountTooHigh,
    ClaimedBefore,
    ClaimNotFound,
    DocumentMissing,
    HouseholdHadIt,
    NothingToClaim,
    NotPossibleNow,
    ReasonMissing,
    SchemeNotFound,
    SubsidyLimitReached,
)
from market.subsidies.events import ClaimFiled, ClaimMoved
from market.subsidies.models import SubsidyClaim, SubsidyEvent, SubsidyScheme
from market.subsidies.types import (
    AidLine,
    Check,
    ClaimState,
    Household,
    NewClaim,
    Outcome,
    Scheme,
    SchemeType,
    Step,
)

OWNER = "subsidy_claim"


def file_claim(
    session: Session, actor: Actor, new: NewClaim, files: Sequence[NewFile], now: datetime
) -> str:
    """Ask for money of a scheme; returns the claim's id.

    Raises SchemeNotFound, DocumentMissing, NothingToClaim (with the first rule that is not
    met), ClaimedBefore, SubsidySpent and its kinds.
    """
    if not files:
        raise DocumentMissing(field="file")
    row = session.get(SubsidyScheme, new.scheme_id)
    wanted = SchemeType.FEE if new.certificate_id else SchemeType.CLAIM
    if row is None or row.type != wanted.value or row.state == "draft":
        raise SchemeNotFound
    outcome = worked_out(session, mapping.scheme_of(row), new, now)
    if not outcome.applied:
        reason = outcome.reason
        if reason is not None and reason.code == "uses":
            raise had_before(reason)
        raise NothingToClaim(outcome)
    claim = _write(session, actor, row, new, outcome, now)
    for file in files:
        media.attach(session, file, OWNER, claim.id, now=now)
    note(session, claim.id, "filed", actor, now, new.note)
    publish(
        session,
        ClaimFiled(
            claim.id, claim.code, row.name, row.name_en, row.region_code, claim.asked_fen,
            False, now,
        ),
    )  # fmt: skip
    return claim.id


def had_before(reason: Check) -> ClaimedBefore:
    """The refusal of a household, or a maker, that had its share."""
    since = reason.params.get("since")
    return HouseholdHadIt(month=f"{shanghai_date(since):%Y-%m}") if since else ClaimedBefore()


def worked_out(session: Session, scheme: Scheme, new: NewClaim, now: datetime) -> Outcome:
    """What the scheme gives for a claim now, or why nothing."""
    _schemes, known = queries.schemes_at(session, new.region, new.beneficiary_id, now,
                                         (scheme.type,))  # fmt: skip
    stated = known.stated or scheme.type is SchemeType.FEE  # a maker has no booklet
    household = replace(known, flags=new.flags, waived=frozenset(), stated=stated)
    return rules.assess(new.lines, household, [scheme], now).outcomes[0]


def _write(
    session: Session, actor: Actor, row: SubsidyScheme, new: NewClaim, outcome: Outcome,
    now: datetime,
) -> SubsidyClaim:  # fmt: skip
    terms = outcome.scheme.terms
    funds.reserve(session, row.id, outcome.amount_fen, now)
    try:
        asking = new.certificate_id is None  # a maker has no booklet
        place = limits.take(
            session, row, terms, new.beneficiary_id, outcome.amount_fen, now, asking=asking
        )
    except SubsidyLimitReached as reached:
        raise ClaimedBefore from reached
    invoice = new.invoice
    claim = SubsidyClaim(
        id=new_id(), code=claim_code(now), scheme_id=row.id, measure_key=row.measure_key,
        beneficiary_id=new.beneficiary_id, counted_as=place.counted_as,
        window_no=place.window_no, filed_by=actor.account_id,
        region_code=row.region_code, what=_what(new), single=terms.household_uses == 1,
        lines=[mapping.line_to_json(line) for line in new.lines],
        flags=sorted(new.flags), price_fen=sum(line.price_fen for line in new.lines),
        asked_fen=outcome.amount_fen, steps=[mapping.step_to_json(s) for s in outcome.steps],
        order_id=new.order_id, order_code=new.order_code,
        invoice_no=invoice.number if invoice else None,
        invoice_seller=invoice.seller if invoice else "",
        invoiced_on=invoice.issued_on if invoice else None,
        certificate_id=new.certificate_id, note=new.note[:500], filed_at=now,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(claim)
    except IntegrityError as twice:
        raise ClaimedBefore from twice
    return claim


def _what(new: NewClaim) -> str:
    if new.certificate_id:
        return "fee"
    return "order" if new.order_id else "invoice"


def claim_code(now: datetime) -> str:
    """A number people can read to each other."""
    return f"BT{shanghai_date(now):%y%m%d}-{new_code(5)}"


def answer_claim(
    session: Session, actor: Actor, claim_id: str, words: str, files: Sequence[NewFile],
    now: datetime,
) -> None:  # fmt: skip
    """Say what the office asked for. Raises ClaimNotFound, NotPossibleNow, ReasonMissing."""
    claim = own_claim(session, actor, claim_id, lock=True)
    _require(claim, ClaimState.ASKED)
    if not words.strip():
        raise ReasonMissing(field="words")
    claim.state = "filed"
    session.flush()
    for file in files:
        media.attach(session, file, OWNER, claim.id, now=now)
    note(session, claim.id, "answered", actor, now, words)


def withdraw_claim(session: Session, actor: Actor, claim_id: str, now: datetime) -> None:
    """Give a claim up before it is decided. Raises ClaimNotFound, NotPossibleNow."""
    claim = own_claim(session, actor, claim_id, lock=True)
    _require(claim, ClaimState.FILED, ClaimState.ASKED)
    _close(session, claim, "withdrawn")
    note(session, claim.id, "withdrawn", actor, now)


def ask_claim(session: Session, actor: Actor, claim_id: str, words: str, now: datetime) -> None:
    """Ask for more. Raises ClaimNotFound, OutsideYourRegion, NotPossibleNow, ReasonMissing."""
    claim = _decided(session, actor, claim_id, words, ClaimState.FILED)
    claim.state, claim.reason = "asked", words.strip()[:500]
    _moved(session, actor, claim, "asked", words, claim.asked_fen, now)


def refuse_claim(session: Session, actor: Actor, claim_id: str, words: str, now: datetime) -> None:
    """Refuse with a reason; budget and limits come back. Raises as `ask_claim`."""
    claim = _decided(session, actor, claim_id, words, *_OPEN)
    claim.reason, claim.decided_at, claim.decided_by = words.strip()[:500], now, actor.account_id
    _close(session, claim, "refused")
    _moved(session, actor, claim, "refused", words, claim.asked_fen, now)


def approve_claim(
    session: Session, actor: Actor, claim_id: str, accepted_fen: int, now: datetime
) -> int:
    """Approve at the price the office accepts; returns the amount.

    The amount is worked out anew from that price with the rules of the scheme; what is not
    given goes back to budget and limit. Raises as `ask_claim`, AmountTooHigh, NothingToClaim.
    """
    claim = _decided(session, actor, claim_id, "-", *_OPEN)
    if not 0 < accepted_fen <= claim.price_fen:
        raise AmountTooHigh(most=format_fen(claim.price_fen), field="accepted_fen")
    if accepted_fen < claim.price_fen and claim.loan_id is None:
        outcome = _accepted(session, claim, accepted_fen)
        if not outcome.applied:
            raise NothingToClaim(outcome)
        amount = min(outcome.amount_fen, claim.asked_fen)
        steps = (Step("accepted", accepted_fen, {"cap": accepted_fen}), *outcome.steps)
        claim.steps = [mapping.step_to_json(step) for step in steps]
        _give_back(session, claim, claim.asked_fen - amount, uses=0)
    else:
        amount = claim.asked_fen
    claim.state, claim.amount_fen = "approved", amount
    claim.decided_at, claim.decided_by = now, actor.account_id
    _moved(session, actor, claim, "approved", "", amount, now)
    return amount


def _accepted(session: Session, claim: SubsidyClaim, accepted_fen: int) -> Outcome:
    """The claim's lines at the price accepted, worked out as on the day it was filed."""
    scheme = mapping.scheme_of(session.get_one(SubsidyScheme, claim.scheme_id))
    scheme = replace(scheme, left_fen=claim.asked_fen, state=scheme.state.LIVE)
    lines = _at_price([mapping.line_from_json(line) for line in claim.lines], accepted_fen)
    household = Household(scheme.region, frozenset(claim.flags))
    return rules.assess(lines, household, [scheme], claim.filed_at).outcomes[0]


def _at_price(lines: Sequence[AidLine], accepted_fen: int) -> list[AidLine]:
    parts = allocate(accepted_fen, [line.price_fen for line in lines])
    return [replace(line, price_fen=fen) for line, fen in zip(lines, parts, strict=True)]


_OPEN = (ClaimState.FILED, ClaimState.ASKED)


def _decided(
    session: Session, actor: Actor, claim_id: str, words: str, *states: ClaimState
) -> SubsidyClaim:
    """A claim the actor may decide on, locked. Raises as `ask_claim`."""
    claim = session.get(SubsidyClaim, claim_id, with_for_update=True, populate_existing=True)
    if claim is None:
        raise ClaimNotFound
    access.require_governs(actor, claim.region_code)
    _require(claim, *states)
    if not words.strip():
        raise ReasonMissing(field="reason")
    return claim


def _require(claim: SubsidyClaim, *states: ClaimState) -> None:
    if claim.state not in states:
        raise NotPossibleNow


def _close(session: Session, claim: SubsidyClaim, state: str) -> None:
    claim.state = state
    session.flush()
    _give_back(session, claim, claim.asked_fen, uses=1)


def _give_back(session: Session, claim: SubsidyClaim, fen: int, uses: int) -> None:
    if claim.loan_id is not None:
        return  # its loan holds budget and limit
    funds.release(session, claim.scheme_id, fen)
    place = limits.Place(claim.counted_as, claim.window_no)
    limits.give_back(session, claim.measure_key, place, fen, uses)


def _moved(
    session: Session, actor: Actor, claim: SubsidyClaim, kind: str, words: str, amount: int,
    now: datetime,
) -> None:  # fmt: skip
    session.flush()
    note(session, claim.id, kind, actor, now, words, by_office=True)
    audit.record(
        session, actor, f"subsidy_claim.{kind}", "subsidy_claim", claim.id, now=now,
        after={"code": claim.code, "state": claim.state, "amount_fen": amount,
               "words": words.strip()},
        region=claim.region_code,
    )  # fmt: skip
    tell(session, claim, kind, words, amount, now)


def tell(
    session: Session, claim: SubsidyClaim, kind: str, words: str, amount: int, now: datetime
) -> None:
    """Publish that a claim moved."""
    row = session.get_one(SubsidyScheme, claim.scheme_id)
    publish(
        session,
        ClaimMoved(
            subject_id=claim.id, code=claim.code, account_id=claim.filed_by,
            scheme_name=row.name, scheme_name_en=row.name_en, state=kind, amount_fen=amount,
            words=words.strip(), of_seller=claim.what == "fee", is_loan=False,
            key=f"{claim.id}:{kind}:{now.isoformat()}", at=now,
        ),
    )  # fmt: skip


def note(
    session: Session, subject_id: str, kind: str, actor: Actor, now: datetime, words: str = "",
    *, by_office: bool = False,
) -> None:  # fmt: skip
    """Write what happened into the claim's own story."""
    session.add(
        SubsidyEvent(
            subject_id=subject_id, kind=kind, words=words.strip()[:500], at=now,
            by_office=by_office, account_id=actor.account_id,
        )
    )  # fmt: skip
    session.flush()
