"""What people are told about factory profiles."""

from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.factories.events import ClaimDecided, ClaimSubmitted
from market.kernel.events import Event
from market.kernel.region_code import RegionCode
from market.notifications.service import send
from market.web.instant import present


def on_claim_submitted(session: Session, event: Event) -> None:
    """The officials of the region look at it; again when a question was answered."""
    assert isinstance(event, ClaimSubmitted)
    now = present()
    send(
        session, accounts.officials_of(session, RegionCode(event.region_code)),
        "factory_submitted", {"seller": event.seller_name},
        f"/official/factories/{event.claim_id}", key=f"{event.claim_id}:{now.isoformat()}", now=now,
    )  # fmt: skip


def on_claim_decided(session: Session, event: Event) -> None:
    """The maker learns what became of it."""
    assert isinstance(event, ClaimDecided)
    now = present()
    send(
        session, accounts.members_of(session, "seller", event.seller_id),
        f"factory_{event.decision}", {"reason": event.reason},
        f"/seller/factory/{event.claim_id}", key=f"{event.claim_id}:{now.isoformat()}", now=now,
    )  # fmt: skip
