"""What people are told about taking part in campaigns."""

from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.kernel.events import Event
from market.kernel.region_code import RegionCode
from market.notifications.service import send
from market.promotions.events import EnrolmentAsked, EnrolmentDecided


def on_enrolment_asked(session: Session, event: Event) -> None:
    """The officials of the campaign's region decide; operators where it is the whole country."""
    assert isinstance(event, EnrolmentAsked)
    people = (
        accounts.officials_of(session, RegionCode(event.region_code)) if event.region_code
        else accounts.members_of(session, "operator", "")
    )  # fmt: skip
    send(
        session, people, "enrolment_asked", {"seller": event.seller_name, "name": event.name},
        "/official/campaigns", key=_key(event), now=event.at,
    )  # fmt: skip


def on_enrolment_decided(session: Session, event: Event) -> None:
    """The seller learns whether it takes part, and why not."""
    assert isinstance(event, EnrolmentDecided)
    send(
        session, accounts.members_of(session, "seller", event.seller_id),
        f"enrolment_{event.decision}", {"name": event.name, "reason": event.reason},
        "/seller/campaigns", key=_key(event), now=event.at,
    )  # fmt: skip


def _key(event: EnrolmentAsked | EnrolmentDecided) -> str:
    return f"{event.campaign_id}:{event.seller_id}:{event.at.isoformat()}"
