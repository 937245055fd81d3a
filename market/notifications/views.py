"""The inbox, the same for a household and for everybody who works at a desk."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from market.db.session import reading, unit_of_work
from market.notifications import service
from market.notifications.texts import words
from market.web.access import SIGNED_IN, policy
from market.web.context import actor, language, now
from market.web.templating import back_to, render

blueprint = Blueprint("notifications", __name__)


@blueprint.get("/me/messages")
@policy(SIGNED_IN)
def list_messages() -> str:
    """Everything that was sent to this person, newest first."""
    with reading() as session:
        messages = service.list_messages(session, actor().account_id or "")
    rows = [(message, *words(message.kind, message.params, language())) for message in messages]
    unread = sum(message.read_at is None for message in messages)
    return render("notifications/list_messages.html", rows=rows, unread=unread)


@blueprint.post("/me/messages/read")
@policy(SIGNED_IN)
def mark_read() -> ResponseReturnValue:
    """All of them were seen."""
    with unit_of_work() as session:
        service.mark_read(session, actor().account_id or "", now())
    return back_to("notifications.list_messages")
