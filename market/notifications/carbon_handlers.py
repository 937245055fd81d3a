"""What people are told about carbon declarations."""

from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.footprints.events import DeclarationDecided, DeclarationSubmitted
from market.kernel.events import Event
from market.kernel.region_code import RegionCode
from market.notifications.service import send
from market.web.instant import present


def on_declaration_submitted(session: Session, event: Event) -> None:
    """The officials of the maker's region look at it."""
    assert isinstance(event, DeclarationSubmitted)
    send(
        session, accounts.officials_of(session, RegionCode(event.region_code)),
        "carbon_submitted", {"product": event.product_name, "version": event.version},
        f"/official/carbon/{event.declaration_id}", key=event.declaration_id, now=present(),
    )  # fmt: skip


def on_declaration_decided(session: Session, event: Event) -> None:
    """The maker learns what became of it."""
    assert isinstance(event, DeclarationDecided)
    params = {
        "product": event.product_name, "version": event.version, "reason": event.reason,
    }  # fmt: skip
    send(
        session, accounts.members_of(session, "seller", event.maker_id),
        f"carbon_{event.decision}", params, f"/seller/carbon/{event.declaration_id}",
        key=event.declaration_id, now=present(),
    )  # fmt: skip
