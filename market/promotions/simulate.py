"""Trying a promotion on a sample cart before it is scheduled."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.catalogue.types import ListingFilter, ListingView
from market.kernel.money import Fen
from market.kernel.region_code import RegionCode
from market.promotions import mapping, queries
from market.promotions.engine import evaluate
from market.promotions.types import (
    Channel,
    Evaluation,
    GiftOffer,
    GroupState,
    PricedLine,
    PromotionSpec,
    PromotionState,
    PromotionView,
    ProofState,
    Situation,
)

MOST_LISTINGS = 8
MOST_PIECES = 99


@dataclass(frozen=True, slots=True)
class Simulation:
    """A sample cart with what would be taken off, and why the rest would not."""

    listings: tuple[ListingView, ...]
    quantities: Mapping[str, int]
    region: RegionCode | None
    goods_fen: Fen
    result: Evaluation
    at: datetime

    @property
    def to_pay_fen(self) -> Fen:
        return self.goods_fen - self.result.discount_fen


def sample_listings(session: Session, promotion: PromotionView, now: datetime) -> list[ListingView]:
    """Some listings the promotion could be about: the seller's own, or the cheapest of all."""
    draft, ownership = promotion.draft, promotion.ownership
    sellers = frozenset({ownership.seller_id}) if ownership.seller_id else frozenset[str]()
    wanted = ListingFilter(sellers=sellers, kinds=draft.kind_codes)
    found = catalogue.list_listings(session, wanted, now, size=MOST_LISTINGS)
    return list(found.page.items)


def simulate(
    session: Session,
    promotion: PromotionView,
    quantities: Mapping[str, int],
    region: RegionCode | None,
    now: datetime,
) -> Simulation:
    """Evaluate a sample cart as if the promotion ran, beside everything that runs now."""
    listings = sample_listings(session, promotion, now)
    lines = [line(x, quantities[x.id]) for x in listings if quantities.get(x.id, 0) > 0]
    at = max(now, promotion.draft.starts_at)
    others = queries.live_promotions(session, {x.seller_id for x in lines}, region, (), now)
    trial = _trial(promotion)
    specs = [trial, *(spec for spec in others if spec.id != trial.id)]
    situation = well_met(session, [trial], specs, {trial.seller_id or ""}, region, at)
    return Simulation(
        tuple(listings),
        quantities,
        region,
        sum(x.amount_fen for x in lines),
        evaluate(lines, situation, specs),
        at,
    )


def well_met(
    session: Session,
    wanted: Sequence[PromotionSpec],
    specs: Sequence[PromotionSpec],
    shops: Collection[str],
    region: RegionCode | None,
    at: datetime,
    *,
    zone: str = "",
) -> Situation:
    """A household that fulfils what the `wanted` of the promotions ask of households, on a day
    that fits, with the freight of some shops to pay; without `zone`, in one they hold in."""
    facts = queries.facts_for(session, specs, None)
    gifts = {spec.benefit.gift_listing_id for spec in wanted} - {""}
    listings = catalogue.listings_by_ids(session, gifts, at) if gifts else {}
    channels = {spec.conditions.channel for spec in wanted}
    zones = {zone for spec in wanted for zone in spec.conditions.zones}
    return Situation(
        at,
        region,
        "",
        tuple(sorted({code for spec in wanted for code in spec.codes})),
        zone=zone or min(zones, default=""),
        channel=Channel.OFFLINE if channels == {Channel.OFFLINE} else Channel.ONLINE,
        household_flags=frozenset(flag for spec in wanted for flag in spec.conditions.flags),
        first_order=True,
        freight=dict.fromkeys(shops, 10_000),
        gifts={
            key: GiftOffer(key, x.seller_id, x.maker_id, x.price_fen, x.available)
            for key, x in listings.items()
        },
        proofs={spec.id: ProofState(MOST_PIECES) for spec in wanted},
        groups={spec.id: GroupState(MOST_PIECES, _most_packs(spec)) for spec in wanted},
        enrolled=facts.enrolled,
        caps=facts.caps,
    )


def _most_packs(spec: PromotionSpec) -> int:
    return max((tier.at_least for tier in spec.benefit.tiers), default=0)


def _trial(promotion: PromotionView) -> PromotionSpec:
    """The promotion as if it were scheduled and its code typed."""
    draft = promotion.draft
    spec = PromotionSpec(
        id=promotion.id,
        name=draft.name,
        name_en=draft.name_en,
        owner=promotion.ownership.owner,
        seller_id=promotion.ownership.seller_id,
        benefit=draft.benefit,
        conditions=mapping.conditions_of(draft),
        needs_code=draft.needs_code,
        codes=frozenset({"SAMPLE"}) if draft.needs_code else frozenset(),
        budget_fen=draft.budget_fen,
        budget_left_fen=promotion.left_fen,
        household_limit=draft.household_limit,
        group=draft.group,
        exclusive=draft.exclusive,
        priority=draft.priority,
        bearer=promotion.ownership.bearer,
        layer=draft.layer,
        bearings=draft.bearings,
    )
    closed = replace(spec.benefit, closes_at=None)
    hours = replace(spec.conditions, weekdays=frozenset(), from_minute=0, to_minute=1440)
    return replace(spec, state=PromotionState.LIVE, benefit=closed, conditions=hours)


def line(listing: ListingView, quantity: int) -> PricedLine:
    """So many packs of a listing, as the engine wants them."""
    return PricedLine(
        key=listing.id,
        listing_id=listing.id,
        product_id=listing.product_id,
        kind_code=listing.kind_code,
        seller_id=listing.seller_id,
        quantity=quantity,
        unit_price_fen=listing.price_fen,
        amount_fen=listing.price_fen * quantity,
        star=listing.star,
        certified=listing.certified,
    )
