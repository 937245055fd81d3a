"""What of a person's data renovations keep, and when they still need the account."""

from typing import Any

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from market.accounts import service as accounts
from market.accounts.events import AccountDeleted
from market.accounts.types import Blocker
from market.kernel.events import Event
from market.kernel.i18n import N_
from market.media import queries as media
from market.media import service as media_service
from market.renovations.models import RenovationRequest, RequestContact
from market.renovations.types import PHOTO_OWNER, RequestState


def export_requests(session: Session, account_id: str) -> list[dict[str, Any]]:
    """Every request of the account as plain values, contact data included."""
    rows = session.execute(
        select(RenovationRequest, RequestContact)
        .outerjoin(RequestContact, RequestContact.request_id == RenovationRequest.id)
        .where(RenovationRequest.household_id == account_id)
        .order_by(RenovationRequest.created_at)
    )
    return [
        {
            "number": request.number,
            "state": request.state,
            "created_at": request.created_at.isoformat(),
            "project_type": request.project_type,
            "facts": request.facts,
            "scope": request.scope,
            "region": request.region,
            "contact": {"name": contact.name, "phone": contact.phone, "door": contact.door}
            if contact
            else None,
        }
        for request, contact in rows
    ]


def deletion_blocker(session: Session, account_id: str) -> Blocker | None:
    """Requests that look for a crew and jobs under way need their account."""
    request = RenovationRequest
    running = session.scalar(
        select(func.count())
        .select_from(request)
        .where(
            request.household_id == account_id,
            or_(
                request.state == RequestState.LIVE,
                (request.state == RequestState.AWARDED)
                & request.finished_at.is_(None)
                & request.called_off_at.is_(None),
            ),
        )
    )
    if running:
        return Blocker(N_("还有 %(count)s 个装修需求没有结束"), {"count": running})
    return None


def on_account_deleted(session: Session, event: Event) -> None:
    """Contact data and photos go with the account; what was agreed stays without a name."""
    assert isinstance(event, AccountDeleted)
    ids = session.scalars(
        select(RenovationRequest.id).where(RenovationRequest.household_id == event.account_id)
    ).all()
    session.execute(delete(RequestContact).where(RequestContact.request_id.in_(ids)))
    for request_id, photos in media.files_of(session, PHOTO_OWNER, ids).items():
        for photo in photos:
            media_service.detach(session, photo.id, PHOTO_OWNER, request_id)


accounts.contribute_export("renovation_requests", export_requests)
accounts.contribute_deletion_check("renovations", deletion_blocker)
