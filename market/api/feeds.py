"""Lists by key: each reads its rows from after the last one given out, by an index."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true, tuple_
from sqlalchemy.orm import Session

from market.api import paging
from market.api.paging import Slice
from market.catalogue.models import Listing, Product
from market.catalogue.product_views import product_view
from market.catalogue.types import ProductView
from market.kernel.region_code import RegionCode
from market.orders.loading import facts_of
from market.orders.models import Order, OrderLine, SellerOrder
from market.orders.states import order_state
from market.providers import queries as providers
from market.providers.models import ProviderRoute
from market.providers.types import ProviderView
from market.renovations.models import RenovationRequest
from market.renovations.queries import view_of
from market.renovations.types import RequestView
from market.sellers import queries as sellers

Args = Mapping[str, Any]


def products(session: Session, args: Args) -> Slice[tuple[ProductView, datetime]]:
    """Products with the instant of their last change: those their makers have put up, whatever
    else keeps them from being sold, oldest first; or, since an instant, all that were ever
    published and changed, in the order of the changes. A gate that opens or shuts by a decision
    is a change; what the clock does is not."""
    since = args.get("updated_since")
    wanted: list[Any] = [Product.state == "live"]
    order: tuple[Any, ...] = (Product.id,)
    shape: tuple[type, ...] = (str,)
    if since is not None:
        wanted = [Product.published_at.is_not(None), Product.updated_at >= since]
        order, shape = (Product.updated_at, Product.id), (int, str)
    after = paging.decode(args.get("cursor"), *shape)
    if after is not None:
        key = after if since is None else (paging.instant(after[0]), after[1])
        wanted.append(tuple_(*order) > key)
    for name, column in (("kind", Product.kind_code), ("maker", Product.maker_id)):
        if name in args:
            wanted.append(column == args[name])
    rows = session.scalars(
        select(Product).where(*wanted).order_by(*order).limit(args["limit"] + 1)
    ).all()
    found = paging.cut(
        rows, args["limit"],
        lambda row: (row.id,) if since is None else (paging.micros(row.updated_at), row.id),
    )  # fmt: skip
    makers = sellers.sellers_by_ids(session, {row.maker_id for row in found.items})
    views = [(product_view(row, makers[row.maker_id].name), row.updated_at) for row in found.items]
    return Slice(views, found.next)


def listing_ids(session: Session, args: Args, now: datetime) -> Slice[str]:
    """Listings households see now, by the price of a unit or newest first."""
    newest = args["sort"] == "newest"
    wanted = [
        Listing.shown == true(),
        Listing.local_areas == "",
        Listing.gate_opens_at <= now,
        Listing.gate_closes_at > now,
        *_listing_filters(session, args),
    ]
    column: Any = Listing.published_at if newest else Listing.unit_price_milli_fen
    after = paging.decode(args.get("cursor"), int, str)
    if after is not None:
        value = paging.instant(after[0]) if newest else after[0]
        further = column < value if newest else column > value
        same = Listing.id < after[1] if newest else Listing.id > after[1]
        wanted.append(or_(further, and_(column == value, same)))
    order = (column.desc(), Listing.id.desc()) if newest else (column, Listing.id)
    rows = session.execute(
        select(Listing.id, column.label("value"))
        .where(*wanted, column.is_not(None))
        .order_by(*order)
        .limit(args["limit"] + 1)
    ).all()
    found = paging.cut(
        rows, args["limit"],
        lambda row: (paging.micros(row.value) if newest else int(row.value), row.id),
    )  # fmt: skip
    return Slice([row.id for row in found.items], found.next)


def _listing_filters(session: Session, args: Args) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    columns = (("kind", Listing.kind_code), ("product", Listing.product_id),
               ("seller", Listing.seller_id))  # fmt: skip
    for name, column in columns:
        if name in args:
            found.append(column == args[name])
    if "in_stock" in args:
        found.append(Listing.in_stock.is_(args["in_stock"]))
    region: RegionCode | None = args.get("region")
    if region is not None:
        reach = sellers.sellers_delivering_to(session, region)
        found.append(Listing.seller_id.in_(sorted(reach)))
    return found


def crews(session: Session, args: Args) -> Slice[ProviderView]:
    """Approved crews that work in a place: nearest area first, then the better rated."""
    region: RegionCode = args["region"]
    wanted = [ProviderRoute.region.in_(region.prefixes)]
    if "trade" in args:
        wanted.append(ProviderRoute.trade == args["trade"])
    matched = (
        select(
            ProviderRoute.provider_id.label("id"),
            func.max(func.length(ProviderRoute.region)).label("depth"),
            func.max(ProviderRoute.rating).label("rating"),
        )
        .where(*wanted)
        .group_by(ProviderRoute.provider_id)
        .subquery()
    )
    depth, rating, key = matched.c.depth, matched.c.rating, matched.c.id
    query = select(matched)
    after = paging.decode(args.get("cursor"), int, int, str)
    if after is not None:
        query = query.where(
            or_(
                depth < after[0],
                and_(depth == after[0], rating < after[1]),
                and_(depth == after[0], rating == after[1], key > after[2]),
            )
        )
    rows = session.execute(
        query.order_by(depth.desc(), rating.desc(), key).limit(args["limit"] + 1)
    ).all()
    found = paging.cut(rows, args["limit"], lambda r: (int(r.depth), int(r.rating), r.id))
    views = providers.providers_by_ids(session, [row.id for row in found.items])
    return Slice([views[row.id] for row in found.items], found.next)


def orders(session: Session, account_id: str, args: Args) -> Slice[dict[str, Any]]:
    """The account's orders, newest first; three statements."""
    wanted = [Order.account_id == account_id]
    after = paging.decode(args.get("cursor"), str)
    if after is not None:
        wanted.append(Order.id < after[0])
    rows = session.scalars(
        select(Order).where(*wanted).order_by(Order.id.desc()).limit(args["limit"] + 1)
    ).all()
    parts = session.scalars(
        select(SellerOrder).where(SellerOrder.order_id.in_([row.id for row in rows]))
    ).all()
    lines = session.scalars(
        select(OrderLine).where(OrderLine.seller_order_id.in_([part.id for part in parts]))
    ).all()
    found = paging.cut(rows, args["limit"], lambda row: (row.id,))
    items = []
    for row in found.items:
        own = [part for part in parts if part.order_id == row.id]
        facts = [facts_of(p, [x for x in lines if x.seller_order_id == p.id]) for p in own]
        state = order_state(
            confirmed_at=row.confirmed_at,
            cancelled_at=row.cancelled_at,
            expired_at=row.expired_at,
            parts=facts,
        )
        items.append(
            {
                "id": row.id, "code": row.code, "state": state.value, "placed_at": row.placed_at,
                "held_until": row.held_until, "total_fen": row.total_fen,
                "payment_method": row.payment_method, "sellers": len(own),
            }
        )  # fmt: skip
    return Slice(items, found.next)


def requests(session: Session, account_id: str, args: Args) -> Slice[RequestView]:
    """The account's renovation requests, newest first."""
    wanted = [RenovationRequest.household_id == account_id]
    after = paging.decode(args.get("cursor"), str)
    if after is not None:
        wanted.append(RenovationRequest.id < after[0])
    rows = session.scalars(
        select(RenovationRequest)
        .where(*wanted)
        .order_by(RenovationRequest.id.desc())
        .limit(args["limit"] + 1)
    ).all()
    return paging.cut([view_of(row) for row in rows], args["limit"], lambda view: (view.id,))
