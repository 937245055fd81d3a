"""The check of `permutations` on a sample cart under the promotions that run now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.catalogue.types import ListingFilter, ListingView
from market.kernel.money import Fen
from market.kernel.region_code import RegionCode
from market.promotions import mapping, permutations, queries, simulate
from market.promotions.engine import evaluate
from market.promotions.permutations import Check
from market.promotions.types import Evaluation, PricedLine, PromotionSpec, PromotionView
from market.regions import queries as regions

_LOOKED_AT = 100  # of the cheapest goods, to find some of different shops


@dataclass(frozen=True, slots=True)
class OrderCheck:
    """A sample cart and what became of it in the orders tried."""

    lines: tuple[PricedLine, ...]
    promotions: Mapping[str, PromotionSpec]
    found: Check
    off: Mapping[str, Fen]
    at: datetime
    bundled: bool = False  # all goods but the last are taken to be in one bundle

    @property
    def goods_fen(self) -> Fen:
        return sum(line.amount_fen for line in self.lines)

    @property
    def result(self) -> Evaluation:
        return self.found.first.result


def sample_cart(
    session: Session, chosen: PromotionView | None, running: Sequence[PromotionView], now: datetime
) -> list[ListingView]:
    """Goods that a promotion could be about; without one, of different shops with promotions."""
    if chosen is not None:
        return simulate.sample_listings(session, chosen, now)
    shops = frozenset(x.ownership.seller_id for x in running if x.ownership.seller_id)
    wanted = ListingFilter(sellers=shops)
    found = catalogue.list_listings(session, wanted, now, size=_LOOKED_AT).page.items
    by_shop: dict[str, ListingView] = {}
    for listing in found:
        by_shop.setdefault(listing.seller_id, listing)
    return list(by_shop.values())[: simulate.MOST_LISTINGS]


def check_orders(
    session: Session,
    listings: Sequence[ListingView],
    packs: Mapping[str, int],
    region: RegionCode | None,
    now: datetime,
) -> OrderCheck:
    """Price the cart again and again, for a household that fulfils what any promotion asks."""
    lines = [mapping.priced_line(x, packs[x.id]) for x in listings if packs.get(x.id, 0) > 0]
    shops = {line.seller_id for line in lines}
    codes = queries.codes_in_use(session, now)
    specs = queries.live_promotions(session, shops, region, codes, now)
    rules = [spec.conditions.bundle for spec in specs if spec.conditions.bundle is not None]
    bundled = bool(rules) and len(lines) > 1
    if bundled:  # all but the last, so that both sorts of goods are there
        lines = [*simulate.as_bundle(lines[:-1], rules[0]), lines[-1]]
    zone = regions.climate_zone(session, region).zone if region else ""
    situation = simulate.well_met(session, specs, specs, shops, region, now, zone=zone)
    found = permutations.check(lines, specs, lambda some, others: evaluate(some, situation, others))
    return OrderCheck(
        tuple(lines), {spec.id: spec for spec in specs}, found,
        permutations.taken_off(found.first.result), now, bundled=bundled,
    )  # fmt: skip
