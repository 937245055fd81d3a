"""Promotions in sentences: what they give, where they stand, why they were not used."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _

from market.kernel.i18n import N_
from market.kernel.money import format_fen
from market.kernel.quantity import decimal_text
from market.promotions.types import Benefit, BenefitKind, Phase, PromotionDraft, Verdict
from market.web.templating import day

PHASES: dict[Phase, tuple[str, str]] = {
    Phase.DRAFT: (N_("草稿"), "plain"),
    Phase.SCHEDULED: (N_("还没开始"), "info"),
    Phase.RUNNING: (N_("正在进行"), "ok"),
    Phase.EXHAUSTED: (N_("预算用完"), "warn"),
    Phase.ENDED: (N_("已经结束"), "plain"),
    Phase.STOPPED: (N_("已经停了"), "bad"),
}
REASONS: dict[str, str] = {
    "stopped": N_("已经停了"),
    "not_started": N_("%(starts_at)s 才开始"),
    "ended": N_("%(ends_at)s 已经结束"),
    "region_unknown": N_("只在部分地区有，先选乡镇"),
    "other_region": N_("你的收货地区不在范围内"),
    "uses_spent": N_("次数已经用完"),
    "budget_spent": N_("优惠预算用完了，这一单按原价"),
    "household_limit": N_("每户限用 %(limit)s 次，你家已经用完"),
    "code_needed": N_("要填优惠码"),
    "code_used_up": N_("这个优惠码已经用完"),
    "code_unknown": N_("没有这个优惠码，请检查有没有输错"),
    "no_matching_goods": N_("购物车里没有适用的商品"),
    "below_minimum": N_("还差 %(short)s 元"),
    "below_step": N_("还差 %(short)s 元"),
    "nothing_off": N_("没有可以减的金额"),
    "not_combinable": N_("不能和“%(other)s”一起用"),
    "one_of_group": N_("已经用了同类的“%(other)s”"),
}


def say_phase(phase: Phase) -> tuple[str, str]:
    """Where a promotion stands, and the tone of its tag."""
    text, tone = PHASES[phase]
    return _(text), tone


def say_reason(verdict: Verdict) -> str:
    """Why a promotion was not used."""
    params: dict[str, Any] = dict(verdict.reason_params)
    if "short_fen" in params:
        params["short"] = format_fen(params["short_fen"])
    for key in ("starts_at", "ends_at"):
        if key in params:
            params[key] = day(params[key])
    text = REASONS.get(verdict.reason_code, N_("现在用不上"))
    return _(text, **{key: str(value) for key, value in params.items()})


def say_benefit(benefit: Benefit) -> str:
    """What is taken off: 9 折, 立减 20.00 元, 满 3000.00 减 300.00 元."""
    if benefit.kind is BenefitKind.PERCENT:
        text = _("减 %(percent)s %%", percent=decimal_text(benefit.basis_points / 100))
    elif benefit.kind is BenefitKind.AMOUNT:
        text = _("立减 %(amount)s 元", amount=format_fen(benefit.amount_fen))
    else:
        text = _("，").join(
            _("满 %(at)s 减 %(off)s 元", at=format_fen(s.at_least_fen), off=format_fen(s.off_fen))
            for s in benefit.steps
        )
    if benefit.cap_fen is not None:
        text += _("，一次最多减 %(amount)s 元", amount=format_fen(benefit.cap_fen))
    return text


def say_conditions(draft: PromotionDraft, places: list[str], kinds: list[str]) -> list[str]:
    """Everything that must hold, one sentence each."""
    rows = [_("%(start)s 到 %(end)s", start=day(draft.starts_at), end=last_day(draft))]
    rows.append(_("只在%(places)s", places=_("、").join(places)) if places else _("不限地区"))
    if kinds:
        rows.append(_("只限品类：%(kinds)s", kinds=_("、").join(kinds)))
    if draft.product_ids:
        rows.append(_("只限 %(count)s 种产品", count=len(draft.product_ids)))
    if draft.min_star:
        rows.append(_("只限星级 %(stars)s 星起的商品", stars=draft.min_star))
    if draft.min_amount_fen:
        rows.append(_("适用商品满 %(amount)s 元", amount=format_fen(draft.min_amount_fen)))
    if draft.certified_only:
        rows.append(_("只限有绿色认证的商品"))
    if draft.household_limit:
        rows.append(_("每户最多用 %(count)s 次", count=draft.household_limit))
    if draft.max_uses:
        rows.append(_("总共 %(count)s 次", count=draft.max_uses))
    if draft.needs_code:
        rows.append(_("凭优惠码使用"))
    if draft.exclusive:
        rows.append(_("不和同一层的别的优惠一起用"))
    elif draft.group:
        rows.append(_("“%(group)s”这一组里只用一个", group=draft.group))
    return rows


def last_day(draft: PromotionDraft) -> str:
    """The last day on which it holds; the stored end is the moment after."""
    return day(draft.ends_at - timedelta(seconds=1))


def say_places(draft: PromotionDraft, labels: Mapping[str, str]) -> str:
    """Where it holds, by the names of its regions."""
    names = [labels[prefix] for prefix in sorted(draft.region_prefixes) if prefix]
    return _("只在%(places)s", places=_("、").join(names)) if names else _("不限地区")
