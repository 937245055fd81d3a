"""What makers are told about the library of standards."""

from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.kernel.events import Event
from market.notifications.service import send
from market.standards.events import EditionEnded, EditionToRead
from market.web.instant import present

DESK = "/seller/standards"


def on_edition_ended(session: Session, event: Event) -> None:
    """The maker learns which goods cite what is superseded or withdrawn, once for all of them."""
    assert isinstance(event, EditionEnded)
    first_id, first_name = event.products[0]
    alone = len(event.products) == 1
    send(
        session, accounts.members_of(session, "seller", event.maker_id),
        "standard_superseded" if event.by else "standard_withdrawn",
        {
            "code": event.code, "by": event.by, "day": event.from_on.isoformat(),
            "count": len(event.products), "product": first_name,
        },
        f"/seller/products/{first_id}" if alone else DESK, key=event.ending_id, now=present(),
    )  # fmt: skip


def on_edition_to_read(session: Session, event: Event) -> None:
    """The makers learn that there is a text to read and to acknowledge."""
    assert isinstance(event, EditionToRead)
    params = {
        "code": event.code, "title": event.title, "day": event.effective_on.isoformat(),
    }  # fmt: skip
    for maker_id in event.maker_ids:
        people = accounts.members_of(session, "seller", maker_id)
        send(session, people, "standard_to_read", params, DESK, key=event.edition_id, now=present())
