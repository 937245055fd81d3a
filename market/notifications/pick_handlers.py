"""What officials are told about their pick lists."""

from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.kernel.events import Event
from market.notifications.service import send
from market.picks.events import PickLost
from market.web.instant import present


def on_pick_lost(session: Session, event: Event) -> None:
    """Whoever recommended it looks for another; where that is no official of the region any more,
    all officials of the region do."""
    assert isinstance(event, PickLost)
    people = accounts.officials_of(session, event.region)
    people = [one for one in people if one == event.picked_by] or people
    send(
        session, people, "pick_lost", {"product": event.product_zh},
        "/official/picks?list=lost", key=f"{event.pick_id}:{event.at}", now=present(),
    )  # fmt: skip
