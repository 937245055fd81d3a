"""What people are told about households: nothing of who the other is."""

from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.households.events import HouseholdJoined, MemberDecided, MemberObjected
from market.kernel.events import Event
from market.kernel.region_code import RegionCode
from market.notifications.service import send

_PAGE = "/me/household"
KINDS_OF = {
    "confirmed": "household_confirmed",
    "separated": "household_separated",
    "moved": "household_moved",
}


def on_joined(session: Session, event: Event) -> None:
    """Who belongs to the household already can object."""
    assert isinstance(event, HouseholdJoined)
    send(
        session, list(event.others), "household_joined", {}, _PAGE,
        key=f"{event.household_id}:{event.account_id}", now=event.at,
    )  # fmt: skip


def on_objected(session: Session, event: Event) -> None:
    """The officials of the place have something to decide."""
    assert isinstance(event, MemberObjected)
    send(
        session, accounts.officials_of(session, RegionCode(event.town)), "household_objected",
        {"last4": event.last4}, f"/official/households/{event.household_id}",
        key=event.objection_id, now=event.at,
    )  # fmt: skip


def on_decided(session: Session, event: Event) -> None:
    """The account learns what was decided and why; who objected, that it was."""
    assert isinstance(event, MemberDecided)
    key = f"{event.member_id}:{event.verdict}:{event.at.isoformat()}"
    send(
        session, [event.account_id], KINDS_OF[event.verdict],
        {"last4": event.last4, "words": event.reason}, _PAGE, key=key, now=event.at,
    )  # fmt: skip
    send(
        session, list(event.objectors), f"objection_{event.verdict}", {"last4": event.last4},
        _PAGE, key=f"{key}:objection", now=event.at,
    )  # fmt: skip
