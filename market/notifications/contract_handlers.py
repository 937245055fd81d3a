"""What parties, sellers and households are told about turnkey contracts and their goods."""

from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.contracts.events import ContractMoved
from market.kernel.events import Event
from market.notifications.service import send
from market.orders.events import DeliveryPlanned


def on_contract_moved(session: Session, event: Event) -> None:
    """The party concerned learns what the other did."""
    assert isinstance(event, ContractMoved)
    params = {"number": event.number, **event.params}
    if "name_zh" in event.params:
        params["name"] = event.params["name_zh"]
    send(
        session, list(event.to), f"contract_{event.what}", params,
        f"/contracts/{event.contract_id}",
        key=f"{event.contract_id}:{event.at.isoformat()}", now=event.at,
    )  # fmt: skip


def on_delivery_planned(session: Session, event: Event) -> None:
    """The seller learns the days of its part, and the household that they moved."""
    assert isinstance(event, DeliveryPlanned)
    params = {"code": event.code, "seller": event.seller_name}
    if event.window is not None:
        params |= {
            "start": event.window.start.isoformat(), "end": event.window.end.isoformat()
        }  # fmt: skip
    key = f"{event.seller_order_id}:{event.at.isoformat()}"
    send(
        session, accounts.members_of(session, "seller", event.seller_id), f"goods_{event.what}",
        params, f"/seller/orders/{event.seller_order_id}", key=key, now=event.at,
    )  # fmt: skip
    if event.what == "moved":
        send(
            session, [event.account_id], "goods_moved_for_you", params,
            f"/orders/{event.order_id}", key=key, now=event.at,
        )  # fmt: skip
