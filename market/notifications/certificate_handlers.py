"""What sellers are told when an official changes a certificate or ends an anomaly."""

from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.certification.events import AnomalyDecided, StandingDecided
from market.kernel.events import Event
from market.notifications.service import send
from market.notifications.texts import KINDS
from market.web.instant import present


def on_standing_decided(session: Session, event: Event) -> None:
    """The seller learns that its goods are off sale, or on again, and why."""
    assert isinstance(event, StandingDecided)
    now = present()
    send(
        session, accounts.members_of(session, "seller", event.seller_id),
        f"{'registry' if event.by_registry else 'certificate'}_{event.action}",
        {"number": event.number, "reason": event.reason},
        f"/seller/certificates/{event.certificate_id}",
        key=f"{event.certificate_id}:{now.isoformat()}", now=now,
    )  # fmt: skip


def on_anomaly_decided(session: Session, event: Event) -> None:
    """Both sellers learn what was found. What a verb of the review did to the seller of the
    certificate, that verb tells itself."""
    assert isinstance(event, AnomalyDecided)
    params, own = {"number": event.number, "reason": event.reason}, f"anomaly_{event.deed}"
    if own in KINDS:
        send(
            session, accounts.members_of(session, "seller", event.seller_id), own, params,
            f"/seller/certificates/{event.certificate_id}", key=event.anomaly_id, now=present(),
        )  # fmt: skip
    if event.other_seller_id:
        kind = f"anomaly_other_{event.deed}"
        send(
            session, accounts.members_of(session, "seller", event.other_seller_id),
            kind if kind in KINDS else "anomaly_other_shut", params,
            "/seller/certificates/new" if event.deed == "refuse" else "/seller/certificates",
            key=event.anomaly_id, now=present(),
        )  # fmt: skip
