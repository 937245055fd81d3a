"""What can be done with a cart. Prices and availability are decided by `checkout`."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from market.accounts.events import AccountDeleted, SignedOut
from market.carts import models as m
from market.carts.errors import (
    CartFull,
    CartLineNotFound,
    CodeUnreadable,
    QuantityOutOfRange,
    TooManyCodes,
)
from market.carts.queries import owned_by, token_hash
from market.carts.types import (
    MAX_CODES,
    MAX_LINES,
    MAX_QUANTITY,
    Added,
    CartLine,
    CartOwner,
    CartView,
    LineToAdd,
)
from market.catalogue import cart_holds
from market.db.inserting import insert_new
from market.kernel.ids import new_id

GUEST_CART_DAYS = 60
_CODE = re.compile(r"[0-9A-Z_-]{3,32}")


def add(session: Session, owner: CartOwner, line: LineToAdd, now: datetime) -> Added:
    """Put packs of a listing into the cart, on top of loose packs of it already there.

    Raises QuantityOutOfRange, CartFull.
    """
    return _put(session, owner, _own_cart(session, owner, now), [line], None, now)


def add_group(
    session: Session,
    owner: CartOwner,
    label: str,
    lines: Sequence[LineToAdd],
    now: datetime,
    *,
    link: str | None = None,
    label_en: str = "",
    origin: str = "",
    contract_id: str = "",
) -> str:
    """Put lines that belong together into the cart; returns the group's id.

    Raises QuantityOutOfRange, CartFull; then nothing was added.
    """
    cart_id = _own_cart(session, owner, now)
    group = m.CartGroup(
        cart_id=cart_id, label=label[:200], label_en=label_en[:200], link=link, origin=origin,
        contract_id=contract_id, added_at=now,
    )  # fmt: skip
    session.add(group)
    session.flush()
    _put(session, owner, cart_id, lines, group.id, now)
    return group.id


def set_quantity(
    session: Session, owner: CartOwner, line_id: str, quantity: int, now: datetime
) -> None:
    """Change the packs of a line; 0 takes it out. Raises CartLineNotFound, QuantityOutOfRange."""
    if quantity == 0:
        remove(session, owner, [line_id], now)
        return
    line = _own_line(session, owner, line_id)
    _checked(quantity)
    _touch(session, line.cart_id, now)
    if quantity < line.quantity:
        cart_holds.shrink(session, _holder(owner, line.cart_id), line.id, quantity)
    line.quantity = quantity


def require_line(session: Session, owner: CartOwner, line_id: str) -> None:
    """Raises CartLineNotFound unless the line is in this cart."""
    _own_line(session, owner, line_id)


def remove(session: Session, owner: CartOwner, line_ids: Sequence[str], now: datetime) -> int:
    """Take lines out; unknown ones are passed over. Returns how many went."""
    cart_id = session.scalar(select(m.Cart.id).where(owned_by(owner)))
    if cart_id is None:
        return 0
    _touch(session, cart_id, now)
    cart_holds.free_lines(session, _holder(owner, cart_id), line_ids)
    gone = session.execute(
        delete(m.CartLine)
        .where(m.CartLine.cart_id == cart_id, m.CartLine.id.in_(line_ids))
        .returning(m.CartLine.id)
    ).all()
    _drop_empty_groups(session, cart_id)
    return len(gone)


def remove_group(session: Session, owner: CartOwner, group_id: str, now: datetime) -> int:
    """Take a whole group out. Returns how many lines went."""
    cart_id = session.scalar(select(m.Cart.id).where(owned_by(owner)))
    ids = session.scalars(
        select(m.CartLine.id).where(m.CartLine.cart_id == cart_id, m.CartLine.group_id == group_id)
    ).all()
    return remove(session, owner, ids, now)


def remove_linked(session: Session, owner: CartOwner, link: str, now: datetime) -> int:
    """Take out the groups that came from `link`. Returns how many lines went."""
    mine = select(m.Cart.id).where(owned_by(owner)).scalar_subquery()
    groups = session.scalars(
        select(m.CartGroup.id).where(m.CartGroup.cart_id == mine, m.CartGroup.link == link)
    ).all()
    return sum(remove_group(session, owner, group_id, now) for group_id in groups)


def accept_price(
    session: Session, owner: CartOwner, line_id: str, price_fen: int, now: datetime
) -> None:
    """The buyer has seen the new price of a line. Raises CartLineNotFound."""
    line = _own_line(session, owner, line_id)
    line.seen_price_fen = price_fen
    _touch(session, line.cart_id, now)


def add_code(session: Session, owner: CartOwner, code: str, now: datetime) -> str:
    """Remember a coupon code; returns it as stored. Whether it applies, `checkout` says.

    Raises CodeUnreadable, TooManyCodes.
    """
    plain = unicodedata.normalize("NFKC", code).strip().upper()
    if not _CODE.fullmatch(plain):
        raise CodeUnreadable(field="code")
    cart_id = _own_cart(session, owner, now)
    known = session.scalars(select(m.CartCode.code).where(m.CartCode.cart_id == cart_id)).all()
    if plain in known:
        return plain
    if len(known) >= MAX_CODES:
        raise TooManyCodes(limit=MAX_CODES, field="code")
    session.add(m.CartCode(cart_id=cart_id, code=plain, added_at=now))
    session.flush()
    return plain


def remove_code(session: Session, owner: CartOwner, code: str) -> None:
    """Forget a coupon code."""
    mine = select(m.Cart.id).where(owned_by(owner)).scalar_subquery()
    session.execute(delete(m.CartCode).where(m.CartCode.cart_id == mine, m.CartCode.code == code))


def merge(session: Session, token: str, account_id: str, now: datetime) -> int:
    """Move a guest's cart into the account's. Quantities of equal loose lines add up.

    The guest cart is gone afterwards, so a second call changes nothing; packs kept for it are
    the account's from now on. Returns the number of lines moved. Limits are not enforced here:
    nothing a person chose is lost.
    """
    guest = session.scalar(select(m.Cart).where(m.Cart.token_hash == token_hash(token)))
    if guest is None:
        return 0
    mine = session.scalar(select(m.Cart).where(m.Cart.account_id == account_id))
    if mine is None:
        guest.account_id, guest.token_hash, guest.updated_at = account_id, None, now
        session.flush()
        cart_holds.move(session, guest.id, account_id, {})
        return session.scalar(_line_count(guest.id)) or 0
    moved, folded = _merge_lines(session, guest.id, mine.id)
    cart_holds.move(session, guest.id, account_id, folded)
    _merge_codes(session, guest.id, mine.id)
    mine.updated_at = now
    session.execute(delete(m.Cart).where(m.Cart.id == guest.id))
    session.flush()
    return moved


_ORDERED = (
    delete(m.CartLine)
    .where(
        m.CartLine.cart_id == bindparam("cart_id"),
        m.CartLine.id.in_(bindparam("ids", expanding=True)),
    )
    .execution_options(synchronize_session=False)
)


def clear(session: Session, cart: CartView) -> None:
    """Empty the cart of what was ordered, and of its codes."""
    if cart.id is None:
        return
    ordered = [line.id for line in cart.lines]
    session.execute(_ORDERED, {"cart_id": cart.id, "ids": ordered})
    if any(line.group_id for line in cart.lines):
        _drop_empty_groups(session, cart.id)
    if cart.coupon_codes:
        session.execute(delete(m.CartCode).where(m.CartCode.cart_id == cart.id))


def forget_old_guests(session: Session, now: datetime) -> int:
    """Delete guest carts nobody touched for two months. Returns how many."""
    before = now - timedelta(days=GUEST_CART_DAYS)
    gone = session.execute(
        delete(m.Cart)
        .where(m.Cart.token_hash.is_not(None), m.Cart.updated_at < before)
        .returning(m.Cart.id)
    ).all()
    return len(gone)


def _own_cart(session: Session, owner: CartOwner, now: datetime) -> str:
    """The id of the owner's cart, touched, so that others who change it wait; made if new."""
    touched = update(m.Cart).where(owned_by(owner)).values(updated_at=now).returning(m.Cart.id)
    cart_id = session.scalar(touched)
    if cart_id is not None:
        return cart_id
    if owner.account_id is None and not owner.token:
        raise ValueError("a cart needs an owner")
    hashed = token_hash(owner.token) if owner.account_id is None and owner.token else None
    new = {"id": new_id(), "account_id": owner.account_id, "token_hash": hashed, "updated_at": now}
    made: set[str] = insert_new(session, m.Cart, [new])
    # Another device of the same person made it at the same instant: it is this one's, too.
    return made.pop() if made else session.scalars(touched).one()


def _holder(owner: CartOwner, cart_id: str) -> str:
    """Under whom packs are kept for a cart, as `queries.HOLDER`."""
    return owner.account_id or cart_id


def _own_line(session: Session, owner: CartOwner, line_id: str) -> m.CartLine:
    line = session.scalar(
        select(m.CartLine)
        .join(m.Cart, m.Cart.id == m.CartLine.cart_id)
        .where(m.CartLine.id == line_id, owned_by(owner))
    )
    if line is None:
        raise CartLineNotFound()
    return line


_KNOWN = cart_holds.with_holds(
    select(
        m.CartLine.id, m.CartLine.listing_id, m.CartLine.group_id, m.CartLine.quantity
    ).where(m.CartLine.cart_id == bindparam("cart_id")),
    bindparam("holder"),
    m.CartLine.id,
    m.CartLine.listing_id,
)  # fmt: skip


def _put(
    session: Session,
    owner: CartOwner,
    cart_id: str,
    lines: Sequence[LineToAdd],
    group_id: str | None,
    now: datetime,
) -> Added:
    """Add lines to a group or loose, on top of the same ones already there.

    Raises QuantityOutOfRange, CartFull.
    """
    holder = _holder(owner, cart_id)
    rows = session.execute(_KNOWN, {"cart_id": cart_id, "holder": holder}).all()
    known = {row.listing_id: row.id for row in rows if row.group_id == group_id}
    packs = {row.listing_id: row.quantity for row in rows if row.group_id == group_id}
    wanted: dict[str, LineToAdd] = {}
    for line in lines:
        _checked(line.quantity)
        packs[line.listing_id] = _checked(packs.get(line.listing_id, 0) + line.quantity)
        wanted[line.listing_id] = line
    new = [
        {
            "id": new_id(),
            "cart_id": cart_id,
            "listing_id": line.listing_id,
            "group_id": group_id,
            "quantity": packs[line.listing_id],
            "seen_price_fen": line.seen_price_fen,
            "added_at": now,
        }
        for line in wanted.values()
        if line.listing_id not in known
    ]
    if len({row.id for row in rows}) + len(new) > MAX_LINES:
        raise CartFull(limit=MAX_LINES)
    if new:
        session.execute(insert(m.CartLine), new)
    for line in wanted.values():
        if line.listing_id in known:
            session.execute(
                update(m.CartLine)
                .where(m.CartLine.id == known[line.listing_id])
                .values(quantity=packs[line.listing_id], seen_price_fen=line.seen_price_fen)
            )
    ids = known | {row["listing_id"]: row["id"] for row in new}
    kept: dict[str, int] = defaultdict(int)
    for row in rows:
        if row.kept:
            kept[row.id] += row.kept
    return Added(
        holder=holder,
        lines=tuple(
            CartLine(ids[key], key, packs[key], group_id, kept=kept.get(ids[key], 0))
            for key in wanted
        ),
        kept_lines=len(kept),
        kept_until=min((row.kept_until for row in rows if row.kept), default=None),
    )


def _merge_lines(session: Session, source: str, target: str) -> tuple[int, dict[str, str]]:
    """How many lines moved, and which of them went into one that was there."""
    lines = session.scalars(select(m.CartLine).where(m.CartLine.cart_id == source)).all()
    mine = {
        line.listing_id: line
        for line in session.scalars(
            select(m.CartLine).where(m.CartLine.cart_id == target, m.CartLine.group_id.is_(None))
        )
    }
    session.execute(update(m.CartGroup).where(m.CartGroup.cart_id == source).values(cart_id=target))
    folded = {}
    for line in lines:
        same = mine.get(line.listing_id) if line.group_id is None else None
        if same is None:
            line.cart_id = target
        else:
            same.quantity = min(MAX_QUANTITY, same.quantity + line.quantity)
            folded[line.id] = same.id
            session.delete(line)
    session.flush()
    return len(lines), folded


def _merge_codes(session: Session, source: str, target: str) -> None:
    known = set(session.scalars(select(m.CartCode.code).where(m.CartCode.cart_id == target)))
    for code in session.scalars(select(m.CartCode).where(m.CartCode.cart_id == source)).all():
        if code.code not in known and len(known) < MAX_CODES:
            known.add(code.code)
            session.add(m.CartCode(cart_id=target, code=code.code, added_at=code.added_at))
    session.flush()


def _line_count(cart_id: str) -> Select[int]:
    return select(func.count(m.CartLine.id)).where(m.CartLine.cart_id == cart_id)


def _checked(quantity: int) -> int:
    if not 1 <= quantity <= MAX_QUANTITY:
        raise QuantityOutOfRange(limit=MAX_QUANTITY, field="quantity")
    return quantity


def _touch(session: Session, cart_id: str, now: datetime) -> None:
    session.execute(update(m.Cart).where(m.Cart.id == cart_id).values(updated_at=now))
    session.flush()


def _drop_empty_groups(session: Session, cart_id: str) -> None:
    used = select(m.CartLine.group_id).where(m.CartLine.group_id.is_not(None))
    session.execute(
        delete(m.CartGroup).where(m.CartGroup.cart_id == cart_id, m.CartGroup.id.not_in(used))
    )


def on_account_deleted(session: Session, event: AccountDeleted) -> None:
    """Reaction: a person who left leaves no cart, and nothing is kept for it."""
    cart_holds.forget(session, event.account_id)
    session.execute(delete(m.Cart).where(m.Cart.account_id == event.account_id))


def on_signed_out(session: Session, event: SignedOut) -> None:
    """Reaction: nothing is kept for who has gone; the cart stays."""
    cart_holds.free_holder(session, event.account_id)


def lock(session: Session, owner: CartOwner, now: datetime) -> None:
    """Make others who would change or order this cart wait for the end of the transaction."""
    session.execute(
        update(m.Cart)
        .where(owned_by(owner))
        .values(updated_at=now)
        .execution_options(synchronize_session=False)
    )
