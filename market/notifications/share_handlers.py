"""What people are told about shares that sellers ask the platform to bear."""

from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.kernel.events import Event
from market.kernel.money import format_fen
from market.notifications.service import send
from market.promotions.events import ShareAsked, ShareDecided


def on_share_asked(session: Session, event: Event) -> None:
    """Operators decide."""
    assert isinstance(event, ShareAsked)
    send(
        session, accounts.members_of(session, "operator", ""), "share_asked",
        {
            "seller": event.seller_name, "name": event.name, "share": event.platform_bp // 100,
            "most": format_fen(event.most_fen),
        },
        f"/operator/promotion-shares/{event.promotion_id}", key=_key(event), now=event.at,
    )  # fmt: skip


def on_share_decided(session: Session, event: Event) -> None:
    """The seller learns whether the platform bears its part, and why not."""
    assert isinstance(event, ShareDecided)
    send(
        session, accounts.members_of(session, "seller", event.seller_id),
        f"share_{event.decision}",
        {"name": event.name, "share": event.platform_bp // 100, "reason": event.reason},
        f"/seller/promotions/{event.promotion_id}", key=_key(event), now=event.at,
    )  # fmt: skip


def _key(event: ShareAsked | ShareDecided) -> str:
    return f"{event.promotion_id}:{event.at.isoformat()}"
