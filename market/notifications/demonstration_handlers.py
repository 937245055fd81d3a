"""What people are told about demonstration projects."""

from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.demonstrations.events import OrderShown, ProjectDecided, ProjectSubmitted
from market.kernel.events import Event
from market.kernel.region_code import RegionCode
from market.notifications.service import send
from market.web.instant import present


def on_project_submitted(session: Session, event: Event) -> None:
    """Superiors of the region that handed it in look at it; where it has none, operators."""
    assert isinstance(event, ProjectSubmitted)
    region = RegionCode(event.region_code)
    above = [RegionCode(prefix) for prefix in region.prefixes[1:-1]]
    people = accounts.officials_of(session, above[-1]) if above else []
    people = people or accounts.members_of(session, "operator", "")
    send(
        session, [one for one in people if one != event.submitted_by],
        "demonstration_submitted", {"title": event.title},
        f"/official/demonstrations/{event.project_id}", key=f"{event.project_id}:{event.at}",
        now=present(),
    )  # fmt: skip


def on_project_decided(session: Session, event: Event) -> None:
    """Whoever handed it in learns what became of it."""
    assert isinstance(event, ProjectDecided)
    send(
        session, [event.account_id], f"demonstration_{event.decision}",
        {"title": event.title, "reason": event.reason},
        f"/official/demonstrations/{event.project_id}", key=f"{event.project_id}:{event.at}",
        now=present(),
    )  # fmt: skip


def on_order_shown(session: Session, event: Event) -> None:
    """The household learns that its consent was recorded, and whom to tell if it gave none."""
    assert isinstance(event, OrderShown)
    now = present()
    send(
        session, [event.account_id], "demonstration_order",
        {"title": event.title, "code": event.code, "official": event.official},
        "/orders", key=f"{event.project_id}:{event.code}:{now.isoformat()}", now=now,
    )  # fmt: skip
