"""Per segment of a Whoosh index: what filters, counts and orders need, as sets of bits.

A set of products is one whole number with one bit per product of the segment, so that an
intersection or a count over 100,000 products takes microseconds and no hit is walked in
Python. A segment never changes except that products are taken out of it, so its columns are
read once.
"""

from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from operator import or_
from sys import intern
from typing import Any, TypeVar

from market.search.types import TextRequest

K = TypeVar("K")
KEPT_TERMS = 400
ENOUGH = 2**62


def positions(bits: int) -> Iterator[int]:
    """The numbers of the products in a set, ascending."""
    text = bin(bits)[:1:-1]
    at = text.find("1")
    while at >= 0:
        yield at
        at = text.find("1", at + 1)


def bits_of(numbers: Iterable[int], size: int) -> int:
    """A set from numbers below `size`."""
    found = bytearray((size >> 3) + 1)
    for number in numbers:
        found[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(found, "little")


def union(sets: Iterable[int]) -> int:
    """Everything in any of the sets."""
    return reduce(or_, sets, 0)


class Columns:
    """One segment."""

    def __init__(self, reader: Any) -> None:
        self.size = int(reader.doc_count_all())
        self.ids = [""] * self.size
        self.opens, self.closes = self._numbers(), self._numbers()
        self.price = self._numbers()
        self.first = array("I", bytes(4 * (self.size + 1)))
        self.offer_seller, self.offer_price = array("I"), array("q")
        self.offer_stock = bytearray()
        self.seller_numbers: dict[str, int] = {}
        kinds: dict[str, list[int]] = {}
        stars: dict[int, list[int]] = {}
        sellers: dict[str, list[int]] = {}
        stocked: dict[str, list[int]] = {}
        certified: list[int] = []
        areas: dict[str, list[int]] = {}
        for number in range(self.size):
            row = reader.stored_fields(number)
            self.ids[number] = row["id"]
            kind, star, is_certified, opens, closes, places = row["facts"]
            self.opens[number], self.closes[number] = opens, closes
            kinds.setdefault(intern(kind), []).append(number)
            stars.setdefault(star, []).append(number)
            if is_certified:
                certified.append(number)
            for place in places:
                areas.setdefault(intern(place), []).append(number)
            self._add_offers(number, row["offers"], sellers, stocked)
        self.all = (1 << self.size) - 1
        self.kinds = self._sets(kinds)
        self.stars = self._sets(stars)
        self.sellers = self._sets(sellers)
        self.stocked = {
            seller: self.sellers[seller] if found == sellers[seller] else self._set(found)
            for seller, found in stocked.items()
        }
        self.any_stock = union(self.stocked.values())
        self.certified = self._set(certified)
        self.areas = self._sets(areas)
        self.local = union(self.areas.values())
        self._visible: tuple[int, int, int] = (1, 0, 0)
        self._terms: OrderedDict[tuple[str, str], int] = OrderedDict()

    def _numbers(self) -> "array[int]":
        return array("q", bytes(8 * self.size))

    def _set(self, numbers: Iterable[int]) -> int:
        return bits_of(numbers, self.size)

    def _sets(self, found: dict[K, list[int]]) -> dict[K, int]:
        return {key: self._set(numbers) for key, numbers in found.items()}

    def _add_offers(
        self, number: int, offers: Any, sellers: dict[str, list[int]],
        stocked: dict[str, list[int]],
    ) -> None:  # fmt: skip
        """Offers arrive cheapest first."""
        for _listing, seller, price, in_stock in offers:
            name = intern(seller)
            self.offer_seller.append(self.seller_numbers.setdefault(name, len(self.seller_numbers)))
            self.offer_price.append(price)
            self.offer_stock.append(in_stock)
            for table in (sellers, stocked) if in_stock else (sellers,):
                known = table.setdefault(name, [])
                if not known or known[-1] != number:
                    known.append(number)
        self.price[number] = offers[0][2] if offers else ENOUGH
        self.first[number + 1] = len(self.offer_price)

    def visible(self, at: int) -> int:
        """Products whose gate is open at an instant; kept until the next one opens or shuts."""
        since, until, bits = self._visible
        if since <= at < until:
            return bits
        since, until, shown = -ENOUGH, ENOUGH, []
        for number in range(self.size):
            opens, closes = self.opens[number], self.closes[number]
            for edge in (opens, closes):
                if edge <= at:
                    since = max(since, edge)
                else:
                    until = min(until, edge)
            if opens <= at < closes:
                shown.append(number)
        self._visible = (since, until, self._set(shown))
        return self._visible[2]

    def elsewhere(self, places: frozenset[str]) -> int:
        """Products that only visitors of other places may find."""
        return self.local & ~union(self.areas.get(place, 0) for place in places)

    def term(self, reader: Any, field: str, word: str) -> int:
        """Products with a word."""
        if field == "kind":
            return self.kinds.get(word, 0)
        key = (field, word)
        if key in self._terms:
            return self._terms[key]
        found = 0
        if key in reader:
            found = self._set(reader.postings(field, word).all_ids())
        self._terms[key] = found
        if len(self._terms) > KEPT_TERMS:
            self._terms.popitem(last=False)
        return found

    def offered(self, sellers: frozenset[str] | None, *, in_stock: bool) -> int:
        """Products with an offer by one of these (None: any) sellers."""
        table = self.stocked if in_stock else self.sellers
        if sellers is None:
            return self.any_stock if in_stock else self.all
        return union(table[seller] for seller in sellers if seller in table)

    def seller_counts(self, bits: int, among: frozenset[str] | None, *, in_stock: bool) -> Any:
        """(seller, products of the set that he offers); walks the set only when it is small."""
        table = self.stocked if in_stock else self.sellers
        names = table if among is None else among & table.keys()
        if bits.bit_count() * 150 > len(names) * (self.size >> 3):
            return ((name, (bits & table[name]).bit_count()) for name in names)
        return self._walked(bits, set(names), in_stock=in_stock)

    def _walked(self, bits: int, names: set[str], *, in_stock: bool) -> Any:
        counts = [0] * len(self.seller_numbers)
        for number in positions(bits):
            seen = {
                self.offer_seller[i]
                for i in range(self.first[number], self.first[number + 1])
                if self.offer_stock[i] or not in_stock
            }
            for seller in seen:
                counts[seller] += 1
        return ((name, counts[n]) for name, n in self.seller_numbers.items() if name in names)

    def price_for(self, request: TextRequest) -> Callable[[int], int]:
        """The lowest price of a product among the offers that satisfy the filters."""
        allowed, stocked = request.allowed_sellers, request.in_stock_only
        if allowed is None and not stocked:
            return self.price.__getitem__
        numbers = {self.seller_numbers.get(seller, -1) for seller in allowed or ()}

        def price(product: int) -> int:
            return min(
                (
                    self.offer_price[i]
                    for i in range(self.first[product], self.first[product + 1])
                    if (allowed is None or self.offer_seller[i] in numbers)
                    and (self.offer_stock[i] or not stocked)
                ),
                default=ENOUGH,
            )

        return price
