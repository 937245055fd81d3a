"""The cart and the order, through the services of the pages."""

import json
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.accounts import service as account_service
from market.accounts.types import AddressInput
from market.api import feeds, order_steps, service
from market.api.blueprint import PREFIX, blueprint
from market.api.bundle_views import choices_of
from market.api.buy_schemas import (
    AddressesOut,
    AddressIn,
    AddressOut,
    BundleLineIn,
    CartOut,
    CartQuery,
    CodeIn,
    LineIn,
    OrderIn,
    OrderOut,
    OrderRowOut,
    QuantityIn,
)
from market.api.operation import ListQuery, operation
from market.api.paging import Slice
from market.api.pickup_schemas import POINT
from market.api.read_schemas import page_of
from market.api.types import Call, Scope
from market.bundles import service as bundles
from market.bundles.types import Owner as BundleOwner
from market.carts import queries as cart_queries
from market.carts import service as carts
from market.carts.errors import CartLineNotFound
from market.carts.types import CartOwner
from market.checkout import service as checkout
from market.checkout import wording
from market.checkout.quote import quote
from market.checkout.service import KeepTerms, Limits
from market.checkout.types import Quote, QuotedLine, SellerBlock, Submission
from market.db.session import reading, unit_of_work
from market.kernel.i18n import N_
from market.orders import queries as orders
from market.orders.types import OrderView
from market.pickups.types import PickupChoice
from market.regions import queries as regions
from market.subsidies import words as aid_words
from market.subsidies.types import Outcome
from market.web.access import API, policy
from market.web.context import language, now, settings

CART, ORDERS = "cart", "orders"


@blueprint.get(f"{PREFIX}/cart")
@policy(API)
@operation(
    N_("购物车，每样的价钱和原因"), tag=CART, result=CartOut, scope=Scope.CART, query=CartQuery,
    errors=(404,),
)  # fmt: skip
def show_cart(call: Call) -> dict[str, Any]:
    """The account's cart, priced now for a place."""
    with reading() as session:
        return _cart(session, call)


@blueprint.post(f"{PREFIX}/cart/lines")
@policy(API)
@operation(
    N_("放进购物车"), tag=CART, result=CartOut, scope=Scope.CART, query=CartQuery, body=LineIn,
    status=201, errors=(404, 409),
)  # fmt: skip
def add_line(call: Call) -> dict[str, Any]:
    """Put packs of a listing into the cart."""
    wanted = call.body
    with unit_of_work() as session:
        checkout.add_to_cart(
            session, _owner(call), wanted["listing_id"], wanted["quantity"], now(), terms=_terms()
        )
        return _cart(session, call)


@blueprint.patch(f"{PREFIX}/cart/lines/<line_id>")
@policy(API)
@operation(
    N_("改一行的包数"), tag=CART, result=CartOut, scope=Scope.CART, query=CartQuery,
    body=QuantityIn, errors=(404,),
)  # fmt: skip
def change_line(call: Call, line_id: str) -> dict[str, Any]:
    """Set the packs of a line."""
    with unit_of_work() as session:
        checkout.set_quantity(
            session, _owner(call), line_id, call.body["quantity"], now(), terms=_terms()
        )
        return _cart(session, call)


@blueprint.delete(f"{PREFIX}/cart/lines/<line_id>")
@policy(API)
@operation(
    N_("拿掉一行"), tag=CART, result=CartOut, scope=Scope.CART, query=CartQuery, errors=(404,)
)
def remove_line(call: Call, line_id: str) -> dict[str, Any]:
    """Take a line out."""
    with unit_of_work() as session:
        if not carts.remove(session, _owner(call), [line_id], now()):
            raise CartLineNotFound()
        return _cart(session, call)


@blueprint.post(f"{PREFIX}/cart/lines/<line_id>/price")
@policy(API)
@operation(
    N_("知道一行的价钱变了"), tag=CART, result=CartOut, scope=Scope.CART, query=CartQuery,
    errors=(404,),
)  # fmt: skip
def accept_price(call: Call, line_id: str) -> dict[str, Any]:
    """The buyer has read that a price changed."""
    with unit_of_work() as session:
        checkout.accept_price(session, _owner(call), line_id, now())
        return _cart(session, call)


@blueprint.post(f"{PREFIX}/cart/bundles")
@policy(API)
@operation(
    N_("整套方案放进购物车"), tag=CART, result=CartOut, scope=Scope.CART, query=CartQuery,
    body=BundleLineIn, status=201, errors=(404, 409),
)  # fmt: skip
def add_bundle(call: Call) -> dict[str, Any]:
    """Put everything a bundle needs for a house into the cart, as one group."""
    slug, region = call.body["slug"], call.body["region"]
    mine = BundleOwner(account_id=call.account_id)
    with unit_of_work() as session:
        choices = choices_of(session, slug, call.body)
        bundles.price(session, slug, choices, region, now())
        stored = bundles.save_configuration(
            session, mine, slug, choices, configuration_id=None, now=now()
        )
        checkout.add_bundle_to_cart(
            session, _owner(call), mine, stored, region, now=now(), terms=_terms()
        )
        return _cart(session, call)


@blueprint.post(f"{PREFIX}/cart/codes")
@policy(API)
@operation(
    N_("用优惠码"), tag=CART, result=CartOut, scope=Scope.CART, query=CartQuery, body=CodeIn,
    status=201, errors=(404, 409),
)  # fmt: skip
def add_code(call: Call) -> dict[str, Any]:
    """Remember a coupon code; the cart says whether it applies."""
    with unit_of_work() as session:
        carts.add_code(session, _owner(call), call.body["code"], now())
        return _cart(session, call)


@blueprint.delete(f"{PREFIX}/cart/codes/<code>")
@policy(API)
@operation(
    N_("不用这个优惠码"), tag=CART, result=CartOut, scope=Scope.CART, query=CartQuery, errors=(404,)
)
def remove_code(call: Call, code: str) -> dict[str, Any]:
    """Forget a coupon code."""
    with unit_of_work() as session:
        carts.remove_code(session, _owner(call), code)
        return _cart(session, call)


@blueprint.get(f"{PREFIX}/addresses")
@policy(API)
@operation(N_("你的收货地址"), tag=ORDERS, result=AddressesOut, scope=Scope.ORDERS)
def list_addresses(call: Call) -> dict[str, Any]:
    """The account's addresses."""
    with reading() as session:
        return {"items": accounts.addresses(session, call.account_id)}


@blueprint.post(f"{PREFIX}/addresses")
@policy(API)
@operation(
    N_("加一个收货地址"), tag=ORDERS, result=AddressOut, scope=Scope.ORDERS, body=AddressIn,
    status=201, errors=(404, 409),
)  # fmt: skip
def add_address(call: Call) -> Any:
    """Store a new address of the account."""
    with unit_of_work() as session:
        key = account_service.add_address(session, call.account_id, AddressInput(**call.body))
        return accounts.get_address(session, call.account_id, key)


@blueprint.get(f"{PREFIX}/orders")
@policy(API)
@operation(
    N_("你的订单，新的在前"), tag=ORDERS, result=page_of(OrderRowOut), scope=Scope.ORDERS,
    query=ListQuery,
)  # fmt: skip
def list_orders(call: Call) -> Slice[Any]:
    """The account's orders."""
    with reading() as session:
        return feeds.orders(session, call.account_id, call.args)


@blueprint.post(f"{PREFIX}/orders")
@policy(API)
@operation(
    N_("下单：买下购物车里的全部，货留着等付款"), tag=ORDERS, result=OrderOut,
    scope=Scope.ORDERS, body=OrderIn, status=201, errors=(404, 409, 429), idempotent=True,
)  # fmt: skip
def place_order(call: Call) -> dict[str, Any]:
    """Hold the goods and write the order; the same key and content gives the same order."""
    key = f"api:{call.key}"
    content = json.dumps(call.body, sort_keys=True, default=str)
    limits = Limits(hold=settings().hold, hold_cap_lines=settings().hold_cap_lines)
    asked = call.body.get("pickup")
    pickup = PickupChoice(**asked) if asked else None
    submission = Submission(idempotency_key=key, **{**call.body, "pickup": pickup})
    with unit_of_work() as session:
        placed = checkout.place_order(session, call.account_id, submission, now(), limits)
        service.note_submission(session, call.account_id, key, content, placed.id, now=now())
        return _order(orders.get_order(session, placed.id, call.account_id))


@blueprint.get(f"{PREFIX}/orders/<order_id>")
@policy(API)
@operation(N_("一个订单"), tag=ORDERS, result=OrderOut, scope=Scope.ORDERS, errors=(404,))
def show_order(call: Call, order_id: str) -> dict[str, Any]:
    """One of the account's orders."""
    with reading() as session:
        return _order(orders.get_order(session, order_id, call.account_id))


def _owner(call: Call) -> CartOwner:
    return CartOwner(account_id=call.account_id)


def _terms() -> KeepTerms:
    return KeepTerms(settings().cart_hold, settings().cart_hold_lines)


def _cart(session: Session, call: Call) -> dict[str, Any]:
    region = call.args.get("region")
    place = ""
    if region is not None:
        regions.get(session, region)
        place = regions.short_label(session, region, language()) or ""
    cart = cart_queries.get_cart(session, _owner(call))
    to_door = call.args.get("delivery") != POINT
    quoted = quote(session, cart, region, call.account_id, now(), to_door=to_door)
    return _quote(quoted, place)


def _quote(quoted: Quote, place: str) -> dict[str, Any]:
    return {
        "region": quoted.region,
        "sellers": [_block(block, place) for block in quoted.seller_blocks],
        "coupon_codes": quoted.coupon_codes,
        "promotions": [
            {"promotion_id": v.promotion_id, "name": v.name, "name_en": v.name_en,
             "code": v.code, "applied_fen": v.applied_fen, "reason_code": v.reason_code,
             "detail": wording.say_applied(v) if v.applied else wording.say_verdict(v)}
            for v in quoted.verdicts
        ],
        "goods_fen": quoted.goods_fen,
        "freight_fen": quoted.freight_fen,
        "seller_discount_fen": quoted.seller_discount_fen,
        "platform_discount_fen": quoted.platform_discount_fen,
        "subsidies": [_subsidy(outcome) for outcome in quoted.aid.outcomes],
        "subsidy_fen": quoted.subsidy_fen,
        "total_fen": quoted.total_fen,
        "certified_share_bp": quoted.certified_share_bp,
        "can_be_ordered": quoted.can_be_ordered,
        "made_to_order": bool(quoted.made_to_order),
    }  # fmt: skip


def _subsidy(outcome: Outcome) -> dict[str, Any]:
    reason = outcome.reason
    return {
        "scheme": outcome.scheme.code, "name": outcome.scheme.name,
        "name_en": outcome.scheme.name_en, "applied_fen": outcome.amount_fen,
        "reason_code": reason.code if reason else "",
        "detail": aid_words.say_reason(reason) if reason else aid_words.say_sum(outcome),
        "example": outcome.scheme.example,
    }  # fmt: skip


def _block(block: SellerBlock, place: str) -> dict[str, Any]:
    return {
        "seller_id": block.seller_id, "seller_name": block.seller_name,
        "lines": [_line(line, place) for line in block.lines], "weight_g": block.weight_g,
        "goods_fen": block.goods_fen, "discount_fen": block.discount_fen,
        "subsidy_fen": block.subsidy_fen,
        "freight_fen": block.freight_fen, "total_fen": block.total_fen,
        "lead_days": block.lead_days,
    }  # fmt: skip


def _line(line: QuotedLine, place: str) -> dict[str, Any]:
    listing = line.listing
    return {
        "line_id": line.line_id, "listing_id": line.listing_id, "quantity": line.quantity,
        "name_zh": listing.name_zh if listing else "",
        "name_en": listing.name_en if listing else "",
        "unit_price_fen": line.unit_price_fen, "amount_fen": line.amount_fen,
        "discount_fen": line.discount_fen, "subsidy_fen": line.subsidy_fen, "gift": line.is_gift,
        "group_id": line.group_id,
        "group_label": line.group_label, "group_label_en": line.group_label_en,
        "adjustments": (*line.adjustments, *line.subsidies),
        "problems": [
            {"code": one.code, "blocking": one.blocking,
             "detail": wording.say_problem(line, one, place).text}
            for one in line.problems
        ],
        "kept": line.kept_at(now()),
        "kept_until": line.kept_until if line.kept_at(now()) else None,
    }  # fmt: skip


def _order(view: OrderView) -> dict[str, Any]:
    made = {"pay_url", "region_name", "steps", "not_used", "not_used_more"}
    return {
        **{name: getattr(view, name) for name in OrderOut().fields.keys() - made},
        "steps": order_steps.steps(view),
        "not_used": order_steps.not_used(view),
        "not_used_more": order_steps.not_kept(view),
        "region_label": view.region_label,
        "pay_url": settings().base_url.rstrip("/") + url_for("checkout.pay", order_id=view.id),
    }
