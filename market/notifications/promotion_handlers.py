"""What households and owners of promotions are told about village purchases and old pieces."""

from datetime import timedelta

from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.kernel.clock import shanghai_date
from market.kernel.events import Event
from market.kernel.quantity import decimal_text
from market.notifications.service import send
from market.promotions.events import GroupCounted, OldPiecesDecided


def on_group_counted(session: Session, event: Event) -> None:
    """Whoever joined learns what came of it, and so does whoever runs the purchase."""
    assert isinstance(event, GroupCounted)
    last = shanghai_date(event.ends_at - timedelta(seconds=1))
    params = {
        "name": event.name, "total": event.total, "least": event.least,
        "reached": event.reached_from, "percent": decimal_text(event.basis_points / 100),
        "product": event.product, "was_fen": event.was_fen, "price_fen": event.price_fen,
        "point": event.drop_point, "day": last.isoformat(), "count": len(event.household_ids),
    }  # fmt: skip
    members = accounts.accounts_by_ids(session, event.household_ids)
    send(
        session, members, _outcome(event), params, f"/promotions/{event.promotion_id}",
        key=event.promotion_id, now=event.at,
    )  # fmt: skip
    desk = "seller" if event.seller_id else "official"
    people = accounts.members_of(session, "seller", event.seller_id) if event.seller_id else []
    if event.created_by and not event.seller_id:
        people = list(accounts.accounts_by_ids(session, [event.created_by]))
    send(
        session, people, "group_counted" if event.reached_from else "group_counted_short", params,
        f"/{desk}/promotions/{event.promotion_id}#joins", key=event.promotion_id, now=event.at,
    )  # fmt: skip


def on_old_pieces_decided(session: Session, event: Event) -> None:
    """The household learns how many of its old pieces count, and why not."""
    assert isinstance(event, OldPiecesDecided)
    kind = "proof_accepted" if event.accepted else "proof_refused"
    if event.accepted and event.reason:
        kind = "proof_accepted_with_note"
    params = {
        "name": event.name, "sent": event.sent, "accepted": event.accepted,
        "reason": event.reason,
    }  # fmt: skip
    send(
        session, list(accounts.accounts_by_ids(session, [event.household_id])), kind, params,
        f"/promotions/{event.promotion_id}#proof", key=event.proof_id, now=event.at,
    )  # fmt: skip


def _outcome(event: GroupCounted) -> str:
    if event.is_stopped:
        return "group_stopped"
    if not event.reached_from:
        return "group_failed"
    return "group_reached" if event.price_fen else "group_reached_unsold"
