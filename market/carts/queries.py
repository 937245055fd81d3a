"""Reads of the cart: one statement whatever its size, one more with coupon codes."""

from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, false, func, select
from sqlalchemy.orm import Session

from market.carts import models as m
from market.carts.types import CartLine, CartOwner, CartView
from market.catalogue import cart_holds
from market.db.plain import read

# Under whom packs are kept for a cart: its account, or the guest's cart itself.
HOLDER = func.coalesce(m.Cart.account_id, m.Cart.id)


def token_hash(token: str) -> str:
    """What is stored of a cart token."""
    return sha256(token.encode()).hexdigest()


def owned_by(owner: CartOwner) -> ColumnElement[bool]:
    """The condition that a cart is `owner`'s; an account outweighs a token."""
    column, key = _key(owner)
    return m.Cart.__table__.c[column] == key if key is not None else false()


def get_cart(session: Session, owner: CartOwner) -> CartView:
    """The cart of `owner`; an empty one when there is none."""
    column, key = _key(owner)
    rows = read(session, _content(column), {"key": key})
    if not rows:
        return CartView()
    cart_id = rows[0].cart_id
    codes: tuple[str, ...] = ()
    if rows[0].has_codes:
        codes = tuple(session.scalars(_CODES, {"cart_id": cart_id}))
    return CartView(
        id=cart_id,
        lines=tuple(_line(of_line) for of_line in _by_line(rows)),
        coupon_codes=codes,
        holder=owner.account_id or cart_id,
    )


def _by_line(rows: Sequence[Any]) -> list[list[Any]]:
    """The rows of each line, one for every warehouse that keeps packs for it."""
    found: dict[str, list[Any]] = {}
    for row in rows:
        if row.id is not None:
            found.setdefault(row.id, []).append(row)
    return list(found.values())


def _line(rows: Sequence[Any]) -> CartLine:
    row = rows[0]
    return CartLine(
        id=row.id,
        listing_id=row.listing_id,
        quantity=row.quantity,
        group_id=row.group_id,
        group_label=row.label,
        group_label_en=row.label_en or "",
        group_link=row.link,
        group_origin=row.origin or "",
        contract_id=row.contract_id or "",
        seen_price_fen=row.seen_price_fen,
        kept=sum(one.kept or 0 for one in rows),
        kept_until=min((one.kept_until for one in rows if one.kept), default=None),
        turn=cart_holds.turn_of(row),
    )


_CODES = (
    select(m.CartCode.code)
    .where(m.CartCode.cart_id == bindparam("cart_id"))
    .order_by(m.CartCode.added_at, m.CartCode.code)
)


@cache
def _content(column: str) -> Select[*tuple[Any, ...]]:
    """A cart with its lines and their groups, found by a column; composed once for each."""
    has_codes = select(m.CartCode.cart_id).where(m.CartCode.cart_id == m.Cart.id).exists()
    content = (
        select(
            m.Cart.id.label("cart_id"),
            has_codes.label("has_codes"),
            m.CartLine.id,
            m.CartLine.listing_id,
            m.CartLine.quantity,
            m.CartLine.group_id,
            m.CartLine.seen_price_fen,
            m.CartGroup.label,
            m.CartGroup.label_en,
            m.CartGroup.link,
            m.CartGroup.origin,
            m.CartGroup.contract_id,
        )
        .outerjoin(m.CartLine, m.CartLine.cart_id == m.Cart.id)
        .outerjoin(m.CartGroup, m.CartGroup.id == m.CartLine.group_id)
        .where(m.Cart.__table__.c[column] == bindparam("key"))
        .order_by(m.CartLine.added_at, m.CartLine.id)
    )
    return cart_holds.with_holds(content, HOLDER, m.CartLine.id, m.CartLine.listing_id)


@cache
def _count(column: str) -> Select[int]:
    return (
        select(func.count(m.CartLine.id))
        .join(m.Cart, m.Cart.id == m.CartLine.cart_id)
        .where(m.Cart.__table__.c[column] == bindparam("key"))
    )


def _key(owner: CartOwner) -> tuple[str, str | None]:
    """The column that names `owner` and its value; NULL equals nobody's."""
    if owner.account_id is not None:
        return "account_id", owner.account_id
    return "token_hash", token_hash(owner.token) if owner.token else None


def count_lines(session: Session, owner: CartOwner) -> int:
    """How many lines the cart has; one statement, for the header."""
    column, key = _key(owner)
    return int(read(session, _count(column), {"key": key})[0][0])
