"""What people are told about claims for subsidies."""

from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.kernel.events import Event
from market.kernel.region_code import RegionCode
from market.notifications.service import send
from market.subsidies.events import ClaimFiled, ClaimMoved

KINDS_OF = {
    "asked": "subsidy_asked",
    "approved": "subsidy_approved",
    "refused": "subsidy_refused",
    "paid": "subsidy_paid",
}


def on_claim_filed(session: Session, event: Event) -> None:
    """The officials of the scheme's region have something to review."""
    assert isinstance(event, ClaimFiled)
    where = "loans" if event.is_loan else "claims"
    send(
        session, accounts.officials_of(session, RegionCode(event.region_code)), "subsidy_filed",
        {"code": event.code, "name": event.scheme_name, "amount_fen": event.amount_fen},
        f"/official/subsidy-{where}/{event.subject_id}", key=event.subject_id, now=event.at,
    )  # fmt: skip


def on_claim_moved(session: Session, event: Event) -> None:
    """Whoever filed it learns each step."""
    assert isinstance(event, ClaimMoved)
    where = "loans" if event.is_loan else "claims"
    send(
        session, [event.account_id], KINDS_OF[event.state],
        {"code": event.code, "name": event.scheme_name, "amount_fen": event.amount_fen,
         "words": event.words},
        f"/me/subsidies/{where}/{event.subject_id}", key=event.key, now=event.at,
    )  # fmt: skip
