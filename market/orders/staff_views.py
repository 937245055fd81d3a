"""The operator's list of orders."""

from flask import request

from market.db.session import reading
from market.orders import queries, service
from market.orders.errors import OrderNotFound
from market.orders.seller_views import blueprint
from market.web.access import OPERATOR, policy
from market.web.paging import page_number
from market.web.templating import render

__all__ = ["blueprint"]


@blueprint.get("/operator/orders")
@policy(OPERATOR)
def list_all_orders() -> str:
    """Every order; by part of a code, name or phone."""
    typed = request.args.get("q", "").strip()[:60]
    with reading() as session:
        page = queries.list_all_orders(session, typed, page_number())
    return render("orders/list_all_orders.html", page=page, typed=typed)


@blueprint.get("/operator/orders/<order_id>")
@policy(OPERATOR)
def show_any_order(order_id: str) -> str:
    """One order, to look at."""
    with reading() as session:
        order = queries.find_order(session, order_id)
        if order is None:
            raise OrderNotFound()
        lines = [line for part in order.seller_orders for line in part.lines]
        troubles = service.troubles_of(session, {line.product_id for line in lines})
    return render("orders/show_any_order.html", order=order, troubles=troubles)
