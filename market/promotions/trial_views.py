"""The sample cart on a promotion's page: what is asked for in the address, and its result."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from market.kernel.money import format_fen
from market.kernel.region_code import RegionCode
from market.promotions import places, simulate
from market.promotions.errors import RegionAmbiguous, RegionUnknown
from market.promotions.sentences import say_tier
from market.promotions.simulate import Simulation, Wanted
from market.promotions.types import BenefitKind, PromotionView
from market.promotions.vocabulary import BEARERS, FLAGS, ZONES, listed
from market.sellers import queries as sellers
from market.web.context import language, now
from market.web.errors import sentence

MOST_PACKS = 99_999
MOST_WORDS = 40


@dataclass(frozen=True)
class Trial:
    """A sample cart as the page shows it."""

    of: Simulation
    place: str
    place_error: str | None
    bearers: dict[str, str]
    assumed: list[str]
    tiers: list[tuple[int, str]]

    def who(self, given: dict[str, int]) -> str:
        """Who gives how much, in words."""
        return _("，").join(
            _("%(who)s %(amount)s 元", who=self.bearers[key], amount=format_fen(fen))
            for key, fen in given.items()
        )


def tried(session: Session, seen: PromotionView) -> Trial:
    """The sample cart of the query string; with nothing in it, one to begin with."""
    prefixes = sorted(seen.draft.region_prefixes)
    region, error = typed_place(session, prefixes[0] if prefixes else "")
    packs, words = typed_packs(), request.args.get("find", "").strip()[:MOST_WORDS]
    if not packs and not words:
        packs = simulate.usual_packs(
            seen, simulate.sample_listings(session, seen, now()),
            simulate.needed_listings(session, seen, now()),
        )  # fmt: skip
    tiers = _tiers(seen)
    joined = request.args.get("joined", type=int)
    wanted = Wanted(
        packs, region, words, request.args.get("who") != "nobody",
        joined if joined in dict(tiers) else None, request.args.get("as") != "loose",
    )  # fmt: skip
    found = simulate.simulate(session, seen, wanted, now())
    return Trial(
        found, request.args.get("place") or written_place(session, region), error,
        _named_bearers(session, found.borne()), _assumed(seen, found), tiers,
    )  # fmt: skip


def _tiers(seen: PromotionView) -> list[tuple[int, str]]:
    """What a group purchase may come to, the highest first: packs of all, and what that means."""
    if seen.draft.benefit.kind is not BenefitKind.GROUP_BUY:
        return []
    rising = sorted(seen.draft.benefit.tiers, key=lambda tier: tier.at_least)
    short = (rising[0].at_least - 1, _("差一包，没有成团"))
    return [*((tier.at_least, say_tier(tier)) for tier in reversed(rising)), short]


def _named_bearers(session: Session, bearers: Iterable[str]) -> dict[str, str]:
    """Those who bear something, by name."""
    parts = {key: key.partition(":") for key in bearers}
    makers = sellers.sellers_by_ids(
        session, {x for kind, _sep, x in parts.values() if x and kind == "maker"}
    )
    found = {}
    for key, (kind, _sep, one) in parts.items():
        name = makers[one].name if one in makers else ""
        if kind == "region" and one:
            name = next(iter(places.place_labels(session, frozenset({one}), language())), one)
        word = _(BEARERS[kind])
        found[key] = _("%(who)s（%(name)s）", who=word, name=name) if name else word
    return found


def _assumed(seen: PromotionView, found: Simulation) -> list[str]:
    """What the sample cart takes for granted, so that nobody reads more into it."""
    draft, rows = seen.draft, [_("只试算，不占预算和次数；现在正在进行的别的优惠一起算")]
    if found.wanted.is_met:
        rows += _of_household(seen)
    else:
        rows.append(
            _("买的人什么条件都不符合：没有登记身份，不是第一单，没有交旧物，也没有报名团购")
        )
    if draft.bundle is not None:
        bundled = found.wanted.bundled
        rows.append(
            _("当作这些商品都在一套方案里") if bundled
            else _("当作这些商品都是零散买的，购物车里没有方案")
        )  # fmt: skip
    if draft.zones and found.wanted.region is None:
        rows.append(_("没有写送到哪里，当作送到%(zone)s", zone=listed([ZONES[min(draft.zones)]])))
    if draft.weekdays or (draft.from_minute, draft.to_minute) != (0, 1440):
        rows.append(_("不看星期几和几点，当作在能用的时间"))
    if draft.needs_code:
        rows.append(_("当作填了优惠码"))
    if draft.household_limit or draft.max_uses:
        rows.append(_("当作这户一次都没用过，次数也没用完"))
    if draft.benefit.kind is BenefitKind.FREE_DELIVERY:
        rows.append(_("每家的运费当作 %(amount)s 元", amount=format_fen(simulate.FREIGHT_FEN)))
    return rows


def _of_household(seen: PromotionView) -> list[str]:
    draft, rows = seen.draft, []
    if draft.flags:
        rows.append(
            _("当作买的人登记成了%(who)s", who=listed(FLAGS[x] for x in sorted(draft.flags)))
        )
    if draft.first_order:
        rows.append(_("当作是这户的第一单"))
    if draft.benefit.kind is BenefitKind.TRADE_IN:
        rows.append(_("当作交了 %(count)s 件旧物，都核对通过了", count=simulate.MOST_PIECES))
    if draft.benefit.kind is BenefitKind.GROUP_BUY:
        rows.append(
            _("当作这户报名了 %(count)s 包，报名已经截止；一共报了多少在上面选",
              count=simulate.MOST_PIECES)
        )  # fmt: skip
    return rows


def written_place(session: Session, region: RegionCode | None) -> str:
    """A region as its field shows it, code and name; nothing for everywhere."""
    return places.written(session, frozenset({region.digits})) if region else ""


def typed_packs() -> dict[str, int]:
    """Packs of listings in the query string, as far as they are numbers."""
    return {
        key[2:]: min(int(value), MOST_PACKS)
        for key, value in request.args.items()
        if key.startswith("q-") and value.strip().isdecimal() and len(value) < 7
    }


def typed_place(session: Session, usual: str) -> tuple[RegionCode | None, str | None]:
    """The place of the query string and what is wrong with it; without any, the usual one."""
    asked = request.args.get("place", usual)
    try:
        found = sorted(places.read_places(session, asked[:60], "place"))
        return RegionCode(found[0]) if found else None, None
    except (RegionUnknown, RegionAmbiguous) as refusal:
        return None, sentence(refusal)
