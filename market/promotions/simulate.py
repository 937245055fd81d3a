"""Trying a promotion on a sample cart before it is scheduled."""

from collections.abc import Collection, Iterable, Mapping, Sequence
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
    BenefitKind,
    BundleRule,
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
from market.regions import queries as regions

MOST_LISTINGS = 8  # offered at once, of the goods it is about and of those that were found
MOST_CHOSEN = 20
MOST_PIECES = 99
FREIGHT_FEN = 10_000  # of every shop in a sample cart
STARS = 3
MOST_NEEDED = 3
_SAMPLE = "sample"  # the group of goods that are tried as a bundle


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is tried: packs by listing, the place, the household, and the packs of all who join a
    group purchase (None: as many as the highest tier asks). `words` look for further goods.

    A household `is_met` fulfils whatever is asked of households, any other nothing of it.
    `bundled`: where a bundle is asked for, the goods are those of one.
    """

    packs: Mapping[str, int]
    region: RegionCode | None = None
    words: str = ""
    is_met: bool = True
    joined: int | None = None
    bundled: bool = True


@dataclass(frozen=True, slots=True)
class Simulation:
    """A sample cart with what would be taken off, and why the rest would not."""

    wanted: Wanted
    listings: tuple[ListingView, ...]
    found: int
    lines: tuple[PricedLine, ...]
    situation: Situation
    result: Evaluation

    @property
    def goods_fen(self) -> Fen:
        return sum(line.amount_fen for line in self.lines)

    @property
    def gifts_fen(self) -> Fen:
        """What the gifts would cost; it is taken off again."""
        return sum(gift.value_fen for gift in self.result.gifts)

    @property
    def freight_fen(self) -> Fen:
        """The freight, when something is taken off it."""
        touched = any(True for _ in self.result.of_freight)
        return sum(self.situation.freight.values()) if touched else 0

    @property
    def to_pay_fen(self) -> Fen:
        whole = self.goods_fen + self.gifts_fen + self.freight_fen
        return whole - self.result.discount_fen

    def borne(self) -> dict[str, Fen]:
        """Who gives how much, the most first: seller, platform, maker:<id>, region:<code>."""
        given: dict[str, Fen] = {}
        for one in self.result.adjustments:
            given[one.bearer] = given.get(one.bearer, 0) - one.amount_fen
        return dict(sorted(given.items(), key=lambda item: (-item[1], item[0])))

    def spread(self) -> dict[str, dict[str, Fen]]:
        """What is given off each line, gift or "freight:<seller>", by bearer."""
        found: dict[str, dict[str, Fen]] = {}
        for one in self.result.adjustments:
            row = found.setdefault(one.line_key or f"freight:{one.seller_id}", {})
            row[one.bearer] = row.get(one.bearer, 0) - one.amount_fen
        return found


def sample_listings(session: Session, promotion: PromotionView, now: datetime) -> list[ListingView]:
    """Some listings the promotion is about: of the products it names one each first, else the
    cheapest of its kinds, stars and sellers."""
    draft, shops = promotion.draft, _shops(session, promotion)
    named = draft.product_ids | {part.product_id for part in draft.benefit.parts}
    if not named:
        wanted = ListingFilter(
            sellers=shops, kinds=draft.kind_codes, zone=draft.certified_only,
            stars=frozenset(range(draft.min_star, STARS + 1)) if draft.min_star else frozenset(),
        )  # fmt: skip
        found = catalogue.list_listings(session, wanted, now, size=MOST_LISTINGS)
        return list(found.page.items)
    fitting = [
        x for x in catalogue.listings_of_products(session, named, None, now)
        if (not shops or x.seller_id in shops)
        and (not draft.kind_codes or x.kind_code in draft.kind_codes)
    ]  # fmt: skip
    return _one_of_each_first(fitting)[:MOST_LISTINGS]


def needed_listings(session: Session, promotion: PromotionView, now: datetime) -> list[ListingView]:
    """Some listings, of anybody's, that a bundle is asked to hold: of its products, its kinds."""
    rule = promotion.draft.bundle
    if rule is None or not (rule.products or rule.kinds):
        return []
    ids = {one.id for one in rule.products}
    found = catalogue.listings_of_products(session, ids, None, now) if ids else []
    if rule.kinds:
        wanted = ListingFilter(kinds=frozenset(one.id for one in rule.kinds))
        found += catalogue.list_listings(session, wanted, now, size=MOST_NEEDED).page.items
    return _one_of_each_first(found)[:MOST_NEEDED]


def as_bundle(lines: Iterable[PricedLine], rule: BundleRule) -> list[PricedLine]:
    """The same goods as one group of a bundle that a rule could be about."""
    bundle_id = rule.bundles[0].id if rule.bundles else _SAMPLE
    return [replace(line, group=_SAMPLE, bundle_id=bundle_id) for line in lines]


def _one_of_each_first(listings: Iterable[ListingView]) -> list[ListingView]:
    seen: dict[str, int] = {}
    ranked = []
    for listing in listings:
        rank = seen[listing.product_id] = seen.get(listing.product_id, -1) + 1
        ranked.append((rank, listing))
    return [listing for _, listing in sorted(ranked, key=lambda pair: pair[0])]


def _shops(session: Session, promotion: PromotionView) -> frozenset[str]:
    """The sellers it is limited to; none: all."""
    draft = promotion.draft
    if promotion.ownership.seller_id:
        return frozenset({promotion.ownership.seller_id})
    if draft.campaign_id and not draft.seller_ids:
        facts = queries.facts_for(session, [_trial(promotion)], None)
        return facts.enrolled.get(draft.campaign_id, frozenset())
    return draft.seller_ids


def usual_packs(
    promotion: PromotionView, samples: Sequence[ListingView], needed: Sequence[ListingView] = ()
) -> dict[str, int]:
    """A cart to begin with: what a set asks for, else ten of the first sample; and something of
    what a bundle is to hold."""
    packs = {x.id: max(1, x.min_packs) for x in needed[:1]}
    return packs | _of_samples(promotion, samples)


def _of_samples(promotion: PromotionView, samples: Sequence[ListingView]) -> dict[str, int]:
    parts = {part.product_id: part.quantity for part in promotion.draft.benefit.parts}
    if parts:
        first = {x.product_id: x for x in reversed(samples)}
        return {first[key].id: packs for key, packs in parts.items() if key in first}
    return {x.id: max(10, x.min_packs) for x in samples[:1]}


def simulate(
    session: Session, promotion: PromotionView, wanted: Wanted, now: datetime
) -> Simulation:
    """Evaluate a sample cart as if the promotion ran, beside everything that runs now."""
    listings, found = _offered(session, promotion, wanted, now)
    lines = [
        mapping.priced_line(x, wanted.packs[x.id])
        for x in listings
        if wanted.packs.get(x.id, 0) > 0
    ]
    at = max(now, promotion.draft.starts_at)
    if promotion.draft.bundle is not None and wanted.bundled:
        lines = as_bundle(lines, promotion.draft.bundle)
    shops = {x.seller_id for x in lines}
    others = queries.live_promotions(session, shops, wanted.region, (), now)
    trial = _trial(promotion)
    specs = [trial, *(spec for spec in others if spec.id != trial.id)]
    zone = regions.climate_zone(session, wanted.region).zone if wanted.region else ""
    situation = well_met(session, [trial], specs, shops, wanted.region, at, zone=zone)
    situation = _as_asked(situation, trial, wanted)
    return Simulation(
        wanted, tuple(listings), found, tuple(lines), situation, evaluate(lines, situation, specs)
    )


def _offered(
    session: Session, promotion: PromotionView, wanted: Wanted, now: datetime
) -> tuple[list[ListingView], int]:
    """The chosen goods, those found by name and some it is about, each once; how many were found.
    On a seller's promotion only that seller's, and what a bundle is to hold of others."""
    shop = promotion.ownership.seller_id
    ids = [key for key, packs in wanted.packs.items() if packs > 0][:MOST_CHOSEN]
    views = catalogue.listings_by_ids(session, ids, now)
    chosen = [views[key] for key in ids if key in views]
    found = catalogue.listings_called(
        session, wanted.words, {shop} if shop else (), now, MOST_LISTINGS
    )
    needed = needed_listings(session, promotion, now)
    rows = [*chosen, *found, *needed, *sample_listings(session, promotion, now)]
    others = {x.id for x in needed}
    by_id = {
        x.id: x for x in rows
        if x.sellable and (not shop or x.seller_id == shop or x.id in others)
    }  # fmt: skip
    return list(by_id.values()), len(found)


def _as_asked(situation: Situation, trial: PromotionSpec, wanted: Wanted) -> Situation:
    """The household and the group purchase that are to be tried."""
    if trial.benefit.kind is BenefitKind.GROUP_BUY and wanted.joined is not None:
        state = GroupState(MOST_PIECES, wanted.joined)
        situation = replace(situation, groups={trial.id: state})
    if wanted.is_met:
        return situation
    groups = {key: replace(state, joined=0) for key, state in situation.groups.items()}
    return replace(
        situation, household_id="-", household_flags=frozenset(), first_order=False, proofs={},
        groups=groups,
    )  # fmt: skip


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
        freight=dict.fromkeys(shops, FREIGHT_FEN),
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
