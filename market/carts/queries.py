"""Reads of the cart: three statements whatever its size."""

from hashlib import sha256

from sqlalchemy import ColumnElement, false, func, select
from sqlalchemy.orm import Session

from market.carts import models as m
from market.carts.types import CartLine, CartOwner, CartView


def token_hash(token: str) -> str:
    """What is stored of a cart token."""
    return sha256(token.encode()).hexdigest()


def owned_by(owner: CartOwner) -> ColumnElement[bool]:
    """The condition that a cart is `owner`'s; an account outweighs a token."""
    if owner.account_id is not None:
        return m.Cart.account_id == owner.account_id
    if owner.token:
        return m.Cart.token_hash == token_hash(owner.token)
    return false()


def get_cart(session: Session, owner: CartOwner) -> CartView:
    """The cart of `owner`; an empty one when there is none."""
    cart_id = session.scalar(select(m.Cart.id).where(owned_by(owner)))
    if cart_id is None:
        return CartView()
    rows = session.execute(
        select(m.CartLine, m.CartGroup.label, m.CartGroup.label_en, m.CartGroup.link)
        .outerjoin(m.CartGroup, m.CartGroup.id == m.CartLine.group_id)
        .where(m.CartLine.cart_id == cart_id)
        .order_by(m.CartLine.added_at, m.CartLine.id)
    ).all()
    codes = session.scalars(
        select(m.CartCode.code)
        .where(m.CartCode.cart_id == cart_id)
        .order_by(m.CartCode.added_at, m.CartCode.code)
    ).all()
    lines = tuple(
        CartLine(
            id=line.id,
            listing_id=line.listing_id,
            quantity=line.quantity,
            group_id=line.group_id,
            group_label=label,
            group_label_en=label_en or "",
            group_link=link,
            seen_price_fen=line.seen_price_fen,
        )
        for line, label, label_en, link in rows
    )
    return CartView(id=cart_id, lines=lines, coupon_codes=tuple(codes))


def count_lines(session: Session, owner: CartOwner) -> int:
    """How many lines the cart has; one statement, for the header."""
    statement = (
        select(func.count(m.CartLine.id))
        .join(m.Cart, m.Cart.id == m.CartLine.cart_id)
        .where(owned_by(owner))
    )
    return session.scalar(statement) or 0
