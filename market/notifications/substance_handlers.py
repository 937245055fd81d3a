"""What makers are told about the register of substances."""

from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.kernel.events import Event
from market.notifications.service import send
from market.substances.events import ProductUnfit
from market.web.instant import present


def on_product_unfit(session: Session, event: Event) -> None:
    """The maker learns which product a rule keeps off the market, and from when on."""
    assert isinstance(event, ProductUnfit)
    params = {
        "product": event.product_name, "substance": event.substance,
        "day": event.from_on.isoformat(),
    }  # fmt: skip
    send(
        session, accounts.members_of(session, "seller", event.maker_id), "product_unfit", params,
        f"/seller/products/{event.product_id}/substances",
        key=f"{event.product_id}-{event.from_on}-{event.substance}", now=present(),
    )  # fmt: skip
