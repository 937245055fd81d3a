"""Promotions in sentences: what they give, where they stand, why they were not used."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask_babel import gettext as _

from market.kernel.i18n import N_
from market.kernel.money import format_fen
from market.promotions.bundle_rule import MOST_SAID
from market.promotions.sentences import (
    say_applied,
    say_benefit,
    say_bundle,
    say_failure,
    say_reason,
    say_step,
    say_tier,
)
from market.promotions.types import BundleRule, Channel, Phase, PromotionDraft
from market.promotions.vocabulary import BEARERS, FLAGS, OWNERS, WEEKDAYS, ZONES, hours, listed
from market.web.templating import day, last_day

PHASES: dict[Phase, tuple[str, str]] = {
    Phase.DRAFT: (N_("草稿"), "plain"),
    Phase.SCHEDULED: (N_("还没开始"), "info"),
    Phase.RUNNING: (N_("正在进行"), "ok"),
    Phase.EXHAUSTED: (N_("预算用完"), "warn"),
    Phase.ENDED: (N_("已经结束"), "plain"),
    Phase.STOPPED: (N_("已经停了"), "bad"),
}


@dataclass(frozen=True)
class NamesSaid:
    """The names of what a promotion is limited to, in the visitor's language."""

    products: list[str] = field(default_factory=list)
    sellers: list[str] = field(default_factory=list)
    group: str = ""


OUTCOMES: dict[str, str] = {
    "redeemed": N_("核销了"),
    "same_use": N_("你店里已经核销过，时间、金额都对得上，算同一次"),
    "voucher_used": N_("这个码用过了，没有再减"),
    "voucher_unknown": N_("没有这个码"),
    "not_at_this_till": N_("这个码在这里用不了"),
    "budget_exhausted": N_("优惠预算用完了"),
    "promotion_used_up": N_("优惠次数用完了"),
    "promotion_not_running": N_("优惠已经结束"),
    "household_limit_reached": N_("这户的次数用完了"),
    "household_not_stated": N_("这户还没有填写户口簿号"),
    "other": N_("没有核销"),
}
ENROLMENTS: dict[str, tuple[str, str]] = {
    "applied": (N_("等主管部门同意"), "info"),
    "approved": (N_("参加了"), "ok"),
    "refused": (N_("没有同意"), "bad"),
    "left": (N_("退出了"), "plain"),
}
SHARES: dict[str, tuple[str, str]] = {
    "unsent": (N_("还没有请平台同意"), "warn"),
    "asked": (N_("等平台同意"), "info"),
    "accepted": (N_("平台同意分担"), "ok"),
    "refused": (N_("平台没有同意"), "bad"),
    "void": (N_("改过了，要再请平台同意"), "warn"),
}
PROOFS: dict[str, tuple[str, str]] = {
    "waiting": (N_("等核对"), "info"),
    "accepted": (N_("通过了"), "ok"),
    "refused": (N_("没有通过"), "bad"),
}


def say_phase(phase: Phase) -> tuple[str, str]:
    """Where a promotion stands, and the tone of its tag."""
    text, tone = PHASES[phase]
    return _(text), tone


def say_conditions(
    draft: PromotionDraft, places: list[str], kinds: list[str], named: NamesSaid | None = None
) -> list[str]:
    """Everything that must hold, one sentence each; `named` are the goods and sellers it names."""
    rows = [_("%(start)s 到 %(end)s", start=day(draft.starts_at), end=last_day(draft.ends_at))]
    rows.append(_("只在%(places)s", places=_("、").join(places)) if places else _("不限地区"))
    if kinds:
        rows.append(_("只限品类：%(kinds)s", kinds=_("、").join(kinds)))
    rows += _say_named(draft, named or NamesSaid())
    if draft.min_star:
        rows.append(_("只限星级 %(stars)s 星起的商品", stars=draft.min_star))
    if draft.min_amount_fen:
        rows.append(_("适用商品满 %(amount)s 元", amount=format_fen(draft.min_amount_fen)))
    rows += _further(draft)
    if draft.certified_only:
        rows.append(_("只限有绿色认证的商品"))
    if draft.household_limit:
        rows.append(_("每户最多用 %(count)s 次", count=draft.household_limit))
        if draft.asks_household:
            rows.append(_("要先填写户口簿号，同一户的账号合在一起算"))
    if draft.max_uses:
        rows.append(_("总共 %(count)s 次", count=draft.max_uses))
    if draft.needs_code:
        rows.append(_("凭优惠码使用"))
    if draft.exclusive:
        rows.append(_("不和同一层的别的优惠一起用"))
    elif draft.group:
        rows.append(
            _("“%(group)s”这一组里只用一个", group=named.group) if named and named.group
            else _("同一个分组里只用一个")
        )  # fmt: skip
    return rows


def _say_named(draft: PromotionDraft, named: NamesSaid) -> list[str]:
    """Goods and sellers by name; of many the first, and how many there are."""
    rows = []
    if draft.product_ids:
        count, few = len(draft.product_ids), _few(named.products)
        if few and len(named.products) == count <= MOST_SAID:
            rows.append(_("只限这些商品：%(names)s", names=few))
        elif few:
            rows.append(_("只限 %(count)s 种产品，其中有%(names)s", count=count, names=few))
        else:
            rows.append(_("只限 %(count)s 种产品", count=count))
    if draft.seller_ids:
        count, few = len(draft.seller_ids), _few(named.sellers)
        if few and len(named.sellers) == count <= MOST_SAID:
            rows.append(_("只限这些商家：%(names)s", names=few))
        elif few:
            rows.append(_("只限 %(count)s 家商家，其中有%(names)s", count=count, names=few))
        else:
            rows.append(_("只限 %(count)s 家商家", count=count))
    return rows


def _few(names: list[str]) -> str:
    return _("、").join(names[:MOST_SAID])


def _further(draft: PromotionDraft) -> list[str]:
    """When, where and for whom, beyond dates and regions."""
    rows = []
    if draft.min_quantity:
        rows.append(_("适用商品满 %(count)s 包", count=draft.min_quantity))
    if (draft.from_minute, draft.to_minute) != (0, 1440):
        rows.append(_("每天 %(hours)s", hours=hours(draft.from_minute, draft.to_minute)))
    if draft.weekdays:
        rows.append(_("只在%(days)s", days=listed(WEEKDAYS[n] for n in sorted(draft.weekdays))))
    if draft.zones:
        rows.append(_("只在%(places)s", places=listed(ZONES[z] for z in sorted(draft.zones))))
    if draft.bundle is not None:
        rows.append(say_bundle_rule(draft.bundle))
    if draft.flags:
        rows.append(_("只给%(who)s", who=listed(FLAGS[f] for f in sorted(draft.flags))))
    if draft.first_order:
        rows.append(_("只限第一单"))
    if draft.campaign_id:
        rows.append(_("只限参加活动的商家"))
    if draft.channel is not Channel.ONLINE:
        offline = draft.channel is Channel.OFFLINE
        rows.append(_("只在门店里扫码用") if offline else _("网上和门店都能用"))
    if draft.bearings:
        rows.append(_("费用：%(shares)s", shares=say_bearings(draft)))
    return rows


def say_bundle_rule(rule: BundleRule) -> str:
    """What a promotion asks of the bundles of a cart."""
    what = say_bundle(rule.said["bundles"], rule.said["holds"])
    if rule.only:
        return _("购物车里要有%(bundle)s，只减它里面的商品", bundle=what)
    return _("购物车里要有%(bundle)s", bundle=what)


def say_bearings(draft: PromotionDraft) -> str:
    """Who bears how much of the cost."""
    shares = [
        _("%(who)s %(share)s %%", who=_(BEARERS[one.bearer.partition(":")[0]]),
          share=one.basis_points // 100)
        for one in draft.bearings
    ]  # fmt: skip
    return _("，").join(shares)


def say_places(draft: PromotionDraft, labels: Mapping[str, str]) -> str:
    """Where it holds, by the names of its regions."""
    names = [labels[prefix] for prefix in sorted(draft.region_prefixes) if prefix]
    return _("只在%(places)s", places=_("、").join(names)) if names else _("不限地区")


__all__ = [
    "ENROLMENTS",
    "FLAGS",
    "OUTCOMES",
    "OWNERS",
    "PROOFS",
    "SHARES",
    "WEEKDAYS",
    "ZONES",
    "NamesSaid",
    "say_applied",
    "say_bearings",
    "say_benefit",
    "say_conditions",
    "say_failure",
    "say_phase",
    "say_places",
    "say_reason",
    "say_step",
    "say_tier",
]
