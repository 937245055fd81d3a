"""What people are told about adoption databases."""

from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.adoptions.events import (
    AdoptionDecided,
    AdoptionWaits,
    DifferencesFound,
    UsageDecided,
    UsageWaits,
)
from market.kernel.events import Event
from market.kernel.region_code import RegionCode
from market.notifications.service import send
from market.web.instant import present


def on_adoption_waits(session: Session, event: Event) -> None:
    """The officials whose turn it is, without those whose hands it went through."""
    assert isinstance(event, AdoptionWaits)
    people = accounts.officials_at(session, RegionCode(event.region_code))
    send(
        session, [one for one in people if one not in event.hands],
        f"adoption_waits_{event.level}", {"product": event.product_name},
        f"/official/adoptions/{event.entry_id}", key=f"{event.entry_id}:{event.at}",
        now=present(),
    )  # fmt: skip


def on_adoption_decided(session: Session, event: Event) -> None:
    """The maker learns what became of it."""
    assert isinstance(event, AdoptionDecided)
    send(
        session, accounts.members_of(session, "seller", event.seller_id),
        f"adoption_{event.decision}", {"product": event.product_name, "reason": event.reason},
        f"/seller/adoptions/{event.entry_id}", key=f"{event.entry_id}:{event.at}", now=present(),
    )  # fmt: skip


def on_usage_waits(session: Session, event: Event) -> None:
    """Those above whoever entered it; of a province the operator alone."""
    assert isinstance(event, UsageWaits)
    region = RegionCode(event.region_code)
    above = RegionCode(region.prefixes[-2]) if len(region.prefixes) > 1 else region
    people = accounts.officials_of(session, above) if above.digits else []
    send(
        session, [one for one in people if one != event.entered_by], "adoption_use_waits",
        {"project": event.project_name}, f"/official/adoptions/{event.entry_id}/uses",
        key=event.usage_id, now=present(),
    )  # fmt: skip


def on_usage_decided(session: Session, event: Event) -> None:
    """Whoever entered it."""
    assert isinstance(event, UsageDecided)
    word = "approved" if event.approved else "refused"
    send(
        session, [event.entered_by], f"adoption_use_{word}",
        {"project": event.project_name, "reason": event.reason},
        f"/official/adoptions/{event.entry_id}/uses", key=event.usage_id, now=present(),
    )  # fmt: skip


def on_differences_found(session: Session, event: Event) -> None:
    """The officials of the place."""
    assert isinstance(event, DifferencesFound)
    send(
        session, accounts.officials_of(session, RegionCode(event.region_code)),
        "adoption_differs",
        {"product": event.product_name, "partner": event.partner_name, "batch": event.batch},
        f"/official/adoptions/{event.entry_id}", key=f"{event.entry_id}:{event.batch}",
        now=present(),
    )  # fmt: skip
