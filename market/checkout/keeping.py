"""Keeping packs for a cart before it is ordered: for whom, of how many lines, until when.

Nothing is refused for want of it: a line for which nothing could be kept stays in the cart and
says so, and the order decides. What is kept is prolonged by whatever its owner does with the
cart, within the turn that began with the first packs of a listing (`CartTurn`).
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from market.accounts import service as accounts
from market.carts import queries as cart_queries
from market.carts import service as carts
from market.carts.types import Added, CartLine, CartOwner
from market.catalogue import cart_holds
from market.catalogue.types import CartWish, Shelf
from market.checkout.types import Quote, QuotedLine
from market.kernel.region_code import RegionCode

SLACK = timedelta(minutes=1)  # what is kept so much shorter than it could be is left as it is
GUESTS = "guest-hold"


@dataclass(frozen=True)
class KeepTerms:
    """For how long packs are kept for a cart, and of how many of its lines.

    `taking`: whether more may be kept now, or what is kept is only prolonged: for guests nothing
    is until they come to the checkout. `address`: where a guest comes from; all guests from there
    get `address_lines` lines kept in such a time. `most`: how long packs of a listing are kept in
    all; then none are for as long.
    """

    time: timedelta = timedelta(minutes=10)
    lines: int = 20
    taking: bool = True
    address: str = ""
    address_lines: int = 60
    most: timedelta = timedelta(minutes=30)


@dataclass(frozen=True)
class Due:
    """What is to be done for a cart: lines to be prolonged, and lines to keep more packs for."""

    prolonged: frozenset[str]
    more: frozenset[str]


def due(quoted: Quote, terms: KeepTerms) -> Due | None:
    """What a look at the cart brings about; None when it is nothing. Pure."""
    lines = [line for line in quoted.lines if not line.is_gift]
    kept = [line for line in lines if line.kept]
    standing = frozenset(line.line_id for line in kept if line.buyable)
    more = _missing(lines, terms.lines - len(kept), quoted.at) if terms.taking else frozenset()
    soon = quoted.at + terms.time - SLACK
    aged = any(_is_aged(line, soon) for line in kept if line.buyable)
    surplus = len(kept) > terms.lines or any(line.kept > line.quantity for line in kept)
    return Due(standing, more) if aged or surplus or more else None


def _is_aged(line: QuotedLine, soon: datetime) -> bool:
    """Whether what is kept could be kept longer than that."""
    most = soon if line.turn is None else min(soon, line.turn.ends_at)
    return line.kept_until is not None and line.kept_until < most


def _in_hand(line: QuotedLine | CartLine, now: datetime) -> int:
    """The packs kept for a line; those of a turn that is past its rest are to be kept anew."""
    return 0 if line.turn is not None and line.turn.is_past_at(now) else line.kept


def _rests(line: QuotedLine | CartLine, now: datetime) -> bool:
    return line.turn is not None and line.turn.rests_at(now)


def _missing(lines: Sequence[QuotedLine], slots: int, now: datetime) -> frozenset[str]:
    """Lines of which too few packs are kept, as far as there is room for them. Those of a group
    come together, if every line of it can be bought and none rests."""
    groups: dict[str, list[QuotedLine]] = defaultdict(list)
    for line in lines:
        groups[line.group_id or line.line_id].append(line)
    found: set[str] = set()
    for group in groups.values():
        missing = [x for x in group if x.needs_keeping and _in_hand(x, now) < x.quantity]
        new = sum(not line.kept for line in missing)
        may = all(line.buyable and not _rests(line, now) for line in group)
        if may and new <= slots:
            found |= {line.line_id for line in missing}
            slots -= new
    return frozenset(found)


def keep(
    session: Session,
    owner: CartOwner,
    wanted: Due,
    region: RegionCode | None,
    now: datetime,
    terms: KeepTerms,
) -> None:
    """Bring what is kept for a cart in line with what it asks for."""
    carts.lock(session, owner, now)
    cart = cart_queries.get_cart(session, owner)
    past = {line.id for line in cart.lines if line.kept and not _in_hand(line, now)}
    kept = [line for line in cart.lines if line.kept and line.id not in past]
    beyond = {line.id for line in kept[terms.lines :]}
    if beyond or past:
        cart_holds.free_lines(session, cart.holder, beyond | past)
    for line in kept:
        if line.kept > line.quantity and line.id not in beyond:
            cart_holds.shrink(session, cart.holder, line.id, line.quantity)
    until = now + terms.time
    prolonged = wanted.prolonged - beyond - past
    if prolonged:
        cart_holds.prolong(session, cart.holder, until, prolonged)
    slots = terms.lines - len(kept) + len(beyond)
    groups = _wishes(cart.lines, wanted.more - beyond, slots, region, now)
    if terms.taking and groups and _admitted(session, groups, now, terms):
        cart_holds.keep(session, cart.holder, groups, until, now, most=terms.most)


def keep_added(
    session: Session,
    added: Added,
    shelf: Shelf,
    region: RegionCode | None,
    now: datetime,
    terms: KeepTerms,
) -> None:
    """Keep packs for the line that was just put in, and prolong what is kept for the others."""
    until, line = now + terms.time, added.lines[0]
    if added.kept_until is not None and added.kept_until < until - SLACK:
        cart_holds.prolong(session, added.holder, until)
    missing = line.quantity - line.kept
    is_full = not line.kept and added.kept_lines >= terms.lines
    if terms.taking and missing > 0 and not is_full:
        wish = CartWish(line.id, line.listing_id, missing, region)
        cart_holds.keep_one(session, added.holder, wish, shelf, until, now, most=terms.most)


def _wishes(
    lines: Sequence[CartLine],
    more: Collection[str],
    slots: int,
    region: RegionCode | None,
    now: datetime,
) -> list[list[CartWish]]:
    """The packs missing on these lines, group by group, as far as there is room for the lines and
    nothing of the group rests."""
    groups: dict[str, list[CartLine]] = defaultdict(list)
    for line in lines:
        if line.id in more and _in_hand(line, now) < line.quantity:
            groups[line.group_id or line.id].append(line)
    resting = {line.group_id or line.id for line in lines if _rests(line, now)}
    found = []
    for key, group in groups.items():
        new = sum(not _in_hand(line, now) for line in group)
        if new <= slots and key not in resting:
            slots -= new
            found.append(
                [CartWish(x.id, x.listing_id, x.quantity - _in_hand(x, now), region) for x in group]
            )
    return found


def _admitted(
    session: Session, groups: Sequence[Sequence[CartWish]], now: datetime, terms: KeepTerms
) -> bool:
    """Whether guests from this address may have so many lines more kept. The address itself is
    not stored, and its count is forgotten with the time it is for."""
    if not terms.address:
        return True
    lines = sum(len(group) for group in groups)
    limit = accounts.Limit(GUESTS, terms.address, terms.address_lines, terms.time)
    return accounts.count_tries(session, [limit], now=now, tries=lines) is None
