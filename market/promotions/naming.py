"""What a promotion may name: products and sellers, looked for by name or number, and bundles.

A seller's promotion is about its own goods. The platform may name whatever is sold now; an office
of a region those sellers that are at home there or deliver into a part of it, and what they sell.
What a draft names already stays nameable when it is off sale for the time being.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.kernel.actor import Actor
from market.kernel.region_code import RegionCode
from market.promotions.errors import NotToBeNamed
from market.promotions.types import Named, Owner, Ownership, PromotionDraft
from market.sellers import queries as sellers

MOST_FOUND = 12
MOST_NAMED = 200
MOST_ROWS = 100

Bundles = Callable[[Session], Sequence[Any]]
_sources: dict[str, Bundles] = {}


def use_bundles(published: Bundles) -> None:
    """`published`: the bundles that households can choose, with id and names. They lie in another
    package of this layer: who knows them is handed in at start-up."""
    _sources["bundles"] = published


def bundles(session: Session) -> Sequence[Named]:
    """The bundles a promotion can ask for."""
    source = _sources.get("bundles")
    found = source(session) if source else ()
    return [Named(one.id, one.name_zh, one.name_en) for one in found]


@dataclass(frozen=True)
class Scope:
    """Within which regions an office may name sellers; None: everywhere."""

    regions: tuple[RegionCode, ...] | None = None


def scope_of(actor: Actor, ownership: Ownership) -> Scope:
    """What whoever drafts a promotion may name."""
    everywhere = actor.is_operator or ownership.owner is not Owner.REGION
    return Scope(None if everywhere else (ownership.region,))


@dataclass(frozen=True)
class Shown:
    """A product or a seller as a form offers it; `more` tells it from others of its name."""

    id: str
    name_zh: str
    name_en: str
    more: str = ""


def products_called(
    session: Session, words: str, scope: Scope, now: datetime
) -> tuple[list[Shown], bool]:
    """Products found by name or number, and whether there are more than are given."""
    near = sellers.open_near(scope.regions)
    found = catalogue.products_called(session, words, near, now, MOST_FOUND + 1)
    return _shown_products(session, found[:MOST_FOUND]), len(found) > MOST_FOUND


def sellers_called(session: Session, words: str, scope: Scope) -> tuple[list[Shown], bool]:
    """Sellers found by name or number, and whether there are more than are given."""
    found = sellers.sellers_called(session, words, scope.regions, MOST_FOUND + 1)
    return shown_sellers(session, found[:MOST_FOUND]), len(found) > MOST_FOUND


def products_numbered(
    session: Session, numbers: Collection[str], scope: Scope, now: datetime
) -> dict[str, list[str]]:
    """Ids of products by what was written of each."""
    near = sellers.open_near(scope.regions)
    found = catalogue.products_numbered(session, numbers, near, now)
    return {number: [one.id for one in rows] for number, rows in found.items()}


def sellers_numbered(
    session: Session, numbers: Collection[str], scope: Scope
) -> dict[str, list[str]]:
    """Ids of sellers by what was written of each."""
    return sellers.sellers_numbered(session, numbers, scope.regions)


def shown_products(session: Session, ids: Collection[str]) -> list[Shown]:
    """Products by name, on sale or not; unknown ones are left out."""
    found = catalogue.products_named(session, ids).values()
    return _shown_products(session, sorted(found, key=lambda x: (x.name_zh, x.model, x.id)))


def shown_sellers(session: Session, ids: Collection[str]) -> list[Shown]:
    """Sellers by name; unknown ones are left out."""
    found = sellers.sellers_by_ids(session, ids).values()
    return [Shown(x.id, x.name, "") for x in sorted(found, key=lambda x: (x.name, x.id))]


def nameable_products(
    session: Session, ids: Collection[str], scope: Scope, now: datetime
) -> set[str]:
    """Those of these products that may be named."""
    near = sellers.open_near(scope.regions)
    return catalogue.products_sold_by(session, ids, near, now)


def nameable_sellers(session: Session, ids: Collection[str], scope: Scope) -> set[str]:
    """Those of these sellers that may be named."""
    found = sellers.sellers_numbered(session, ids, scope.regions)
    return {key for key, rows in found.items() if key in rows}


def check(
    session: Session, actor: Actor, ownership: Ownership, draft: PromotionDraft, now: datetime,
    before: PromotionDraft | None = None,
) -> None:  # fmt: skip
    """Raises NotToBeNamed for a product or a seller an office may not name, beside its field, and
    for too many of them."""
    for field, ids in _named_in(draft):
        if len(ids) > MOST_NAMED:
            raise NotToBeNamed(most=MOST_NAMED, field=field)
    scope = scope_of(actor, ownership)
    if scope.regions is None:
        return
    kept = dict(_named_in(before)) if before else {}
    for field, ids in _named_in(draft):
        fresh = ids - kept.get(field, frozenset())
        if not fresh:
            continue
        if field == "seller_ids":
            allowed = nameable_sellers(session, fresh, scope)
        else:
            allowed = nameable_products(session, fresh, scope, now)
        if fresh - allowed:
            raise NotToBeNamed(most=MOST_NAMED, field=field)


def _named_in(draft: PromotionDraft) -> Iterable[tuple[str, frozenset[str]]]:
    rule = draft.bundle
    yield "product_ids", draft.product_ids
    yield "seller_ids", draft.seller_ids
    yield "bundle_products", frozenset(x.id for x in rule.products) if rule else frozenset()


def _shown_products(session: Session, found: Sequence[catalogue.NamedProduct]) -> list[Shown]:
    makers = sellers.sellers_by_ids(session, {one.maker_id for one in found})
    return [
        Shown(
            one.id, one.name_zh, one.name_en,
            " ".join(filter(None, (one.model, makers[one.maker_id].name
                                   if one.maker_id in makers else ""))),
        )
        for one in found
    ]  # fmt: skip
