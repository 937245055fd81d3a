"""One line of the append-only log for everything that happens to a certificate."""

from datetime import datetime

from sqlalchemy.orm import Session

from market.certification.models import Certificate, CertificateLogEntry
from market.kernel.actor import Actor


def note(
    session: Session, row: Certificate, action: str, actor: Actor, reason: str, *, now: datetime
) -> None:
    """Add the line and flush it with the change it tells of, which is the row's last one."""
    row.updated_at = now
    session.add(
        CertificateLogEntry(
            certificate_id=row.id,
            at=now,
            action=action,
            actor_account_id=actor.account_id or "",
            actor_name=actor.display_name,
            reason=reason,
        )
    )
    session.flush()
