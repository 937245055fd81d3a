"""What makers and officials are told about re-checks of goods that failed."""

from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.inspections.events import RecheckDue, RecheckOverdue
from market.kernel.events import Event
from market.kernel.region_code import RegionCode
from market.notifications.service import send
from market.web.instant import present


def on_recheck_due(session: Session, event: Event) -> None:
    """The maker is reminded of the day."""
    assert isinstance(event, RecheckDue)
    send(
        session, accounts.members_of(session, "seller", event.maker_id), "recheck_due",
        {"product": event.product_name, "day": event.due_on.isoformat()},
        f"/seller/spot-checks/{event.check_id}", key=event.check_id, now=present(),
    )  # fmt: skip


def on_recheck_overdue(session: Session, event: Event) -> None:
    """Maker and officials of the region learn that the day has passed."""
    assert isinstance(event, RecheckOverdue)
    params = {"product": event.product_name, "day": event.due_on.isoformat()}
    send(
        session, accounts.members_of(session, "seller", event.maker_id), "recheck_overdue",
        params, f"/seller/spot-checks/{event.check_id}", key=event.check_id, now=present(),
    )  # fmt: skip
    send(
        session, accounts.officials_of(session, RegionCode(event.region_code)),
        "recheck_overdue_official", params, f"/official/spot-checks/{event.check_id}",
        key=event.check_id, now=present(),
    )  # fmt: skip
