"""Subsidies in sentences: rules, reasons, sums, states."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _

from market.accounts.types import HOUSEHOLD_FLAGS
from market.kernel.i18n import N_
from market.kernel.money import format_fen
from market.kernel.quantity import decimal_text
from market.subsidies.tracing import ToldScheme
from market.subsidies.types import (
    LEVELS,
    REPAYMENTS,
    Check,
    Names,
    Outcome,
    Phase,
    SchemeType,
    Step,
    Terms,
)
from market.web.templating import day, last_day

PHASES: dict[str, tuple[str, str]] = {
    Phase.DRAFT: (N_("草稿"), "plain"),
    Phase.COMING: (N_("还没开始"), "info"),
    Phase.OPEN: (N_("正在办"), "ok"),
    Phase.SPENT: (N_("预算用完"), "warn"),
    Phase.PAUSED: (N_("暂停"), "warn"),
    Phase.ENDED: (N_("已经结束"), "plain"),
}
TYPES: dict[str, str] = {
    SchemeType.VOUCHER: N_("下单时直接减"),
    SchemeType.CLAIM: N_("买完再申请"),
    SchemeType.INTEREST: N_("贷款贴息"),
    SchemeType.FEE: N_("认证费补贴"),
}
VOUCHERS: dict[str, tuple[str, str]] = {
    "reserved": (N_("留着，等付款"), "info"),
    "used": (N_("用了"), "ok"),
    "released": (N_("退回了"), "plain"),
}
CLAIMS: dict[str, tuple[str, str]] = {
    "filed": (N_("等审核"), "info"),
    "asked": (N_("要补充说明"), "warn"),
    "approved": (N_("通过了，等拨付"), "ok"),
    "refused": (N_("没有通过"), "bad"),
    "withdrawn": (N_("撤回了"), "plain"),
    "paid": (N_("拨付了"), "ok"),
}
LOANS: dict[str, tuple[str, str]] = {**CLAIMS, "approved": (N_("通过了"), "ok")}
EVENTS: dict[str, str] = {
    "filed": N_("交上去了"),
    "asked": N_("主管部门要求补充"),
    "answered": N_("补充了说明"),
    "approved": N_("审核通过"),
    "refused": N_("没有通过"),
    "withdrawn": N_("撤回了"),
    "paid": N_("拨付了"),
}
WHAT: dict[str, str] = {
    "order": N_("平台订单"),
    "invoice": N_("发票"),
    "quarter": N_("季度利息"),
    "fee": N_("认证费"),
}
_RULES: dict[str, str] = {
    "dates": N_("从 %(start)s 到 %(end)s"),
    "paused": N_("正在办理"),
    "ended": N_("还没结束"),
    "region": N_("家在%(place)s"),
    "flags": N_("%(who)s"),
    "waived": N_("没有留着以后用"),
    "goods": N_("有要付钱的商品"),
    "kinds": N_("品类：%(kinds)s"),
    "certified": N_("有效的绿色认证"),
    "star": N_("%(star)s 星以上"),
    "local": N_("商家在%(place)s"),
    "minimum": N_("适用商品满 %(least)s 元"),
    "stated": N_("填写了户口簿号，每户限 %(uses)s 次%(per)s"),
    "stated_cap": N_("填写了户口簿号，每户限 %(cap)s 元%(per)s"),
    "uses": N_("每户最多 %(uses)s 次%(per)s"),
    "household": N_("每户最多 %(cap)s 元%(per)s"),
    "budget": N_("预算还有"),
    "item_cap": N_("每件有上限"),
    "total_cap": N_("各级补贴合起来不超过 %(share)s %%"),
    "order_cap": N_("每次有上限"),
    "household_cap": N_("每户有上限"),
    "budget_cap": N_("预算还有"),
    "less_than_a_fen": N_("至少补一分钱"),
}
_REASONS: dict[str, str] = {
    "dates": N_("%(start)s 才开始"),
    "paused": N_("暂停了"),
    "ended": N_("%(day)s 结束了"),
    "region": N_("只给当地家庭，你的地址不在范围内"),
    "flags": N_("只给登记过的%(who)s"),
    "waived": N_("你选了留着以后用"),
    "goods": N_("没有要付钱的商品"),
    "kinds": N_("里面没有它补的品类"),
    "certified": N_("里面没有证书有效的认证商品"),
    "star": N_("里面没有 %(star)s 星以上的商品"),
    "local": N_("只补当地商家的商品"),
    "minimum": N_("适用商品还差 %(short)s 元"),
    "stated": N_("先填写户口簿号，每户限 %(uses)s 次"),
    "stated_cap": N_("先填写户口簿号，每户限 %(cap)s 元"),
    "uses": N_("你家的次数用完了%(when)s%(again)s"),
    "household": N_("你家的额度用完了%(when)s%(again)s"),
    "budget": N_("预算用完了"),
    "total_cap": N_("各级补贴合起来最多 %(share)s %%，已经满了"),
    "budget_cap": N_("预算用完了"),
    "less_than_a_fen": N_("算下来不到一分钱"),
}
_STEPS: dict[str, str] = {
    "rate": N_("%(base)s 元 × %(rate)s %% ＝ %(amount)s 元"),
    "per_unit": N_("%(units)s 个单位 × %(unit_fen)s 元 ＝ %(amount)s 元"),
    "item_cap": N_("每件最多 %(cap)s 元，算 %(amount)s 元"),
    "total_cap": N_("各级补贴合起来不超过价格的 %(share)s %%，算 %(amount)s 元"),
    "order_cap": N_("每次最多 %(cap)s 元，算 %(amount)s 元"),
    "household_cap": N_("每户最多 %(cap)s 元，算 %(amount)s 元"),
    "budget_cap": N_("预算只剩 %(cap)s 元，算 %(amount)s 元"),
    "less_than_a_fen": N_("不到一分钱"),
    "months": N_("这个季度的利息 %(interest)s 元，按 %(points)s 个百分点补 %(amount)s 元"),
    "accepted": N_("主管部门认可 %(cap)s 元的价格"),
}


def percent(basis_points: int) -> str:
    """Basis points as percent without trailing zeros."""
    whole, rest = divmod(basis_points, 100)
    return f"{whole}.{rest:02d}".rstrip("0") if rest else str(whole)


def say_rule(check: Check, names: Names) -> str:
    """What a rule asks for."""
    return _(_RULES.get(check.code, N_("规则")), **_told(check.params, names))


def say_reason(check: Check) -> str:
    """Why a rule is not met."""
    return _(_REASONS.get(check.code, N_("不符合规则")), **_told(check.params, Names()))


def say_step(step: Step) -> str:
    """One step of a sum with what it came to."""
    told = _told(step.params, Names()) | {"amount": format_fen(step.amount_fen)}
    return _(_STEPS[step.code], **told)


def say_steps(steps: Iterable[Step]) -> str:
    """A whole sum, one step after the other."""
    return _("；").join(say_step(step) for step in steps)


def say_sum(outcome: Outcome) -> str:
    """How what a scheme gives was worked out."""
    return say_steps(outcome.steps)


def needs_household(outcome: Outcome) -> bool:
    """Whether stating one's household is what is missing."""
    return outcome.reason is not None and outcome.reason.code in ("stated", "stated_cap")


def say_told(one: ToldScheme) -> str:
    """Whose money a scheme of an order or a quotation is, and how the sum came about."""
    level = say_level(one.level)
    if one.steps:
        text = _("补贴（%(level)s）：%(sum)s", level=level, sum=say_steps(one.steps))
    else:
        text = _("补贴（%(level)s）", level=level)
    return _("示例，%(told)s", told=text) if one.example else text


def say_terms(type_: SchemeType, terms: Terms, names: Names) -> list[str]:
    """Everything a scheme says of itself, one sentence each; the amount first."""
    rows = [_amount(type_, terms)]
    if terms.kinds:
        rows.append(_("品类：%(kinds)s", kinds=_listed(terms.kinds, names.kinds)))
    if type_ in (SchemeType.VOUCHER, SchemeType.CLAIM):
        rows += _goods(terms)
    if terms.flags:
        rows.append(_("只给登记过的%(who)s", who=_flags(terms.flags)))
    rows += _caps(type_, terms)
    return rows


def _amount(type_: SchemeType, terms: Terms) -> str:
    if type_ is SchemeType.INTEREST:
        return _("贷款年利率里补 %(points)s 个百分点", points=percent(terms.rate_bp))
    if type_ is SchemeType.FEE:
        return _("认证费补 %(rate)s %%", rate=percent(terms.rate_bp))
    if terms.unit_fen:
        return _("每个计价单位补 %(amount)s 元", amount=format_fen(terms.unit_fen))
    return _("补优惠以后价格的 %(rate)s %%", rate=percent(terms.rate_bp))


def _goods(terms: Terms) -> Iterable[str]:
    if terms.certified_only:
        yield _("商品要有有效的绿色认证")
    if terms.min_star:
        yield _("%(star)s 星以上", star=terms.min_star)
    if terms.local_sellers:
        yield _("只补当地商家的商品")
    if terms.min_amount_fen:
        yield _("适用商品满 %(least)s 元", least=format_fen(terms.min_amount_fen))


def _caps(type_: SchemeType, terms: Terms) -> Iterable[str]:
    if terms.item_cap_fen is not None:
        yield _("每件最多补 %(cap)s 元", cap=format_fen(terms.item_cap_fen))
    if terms.order_cap_fen is not None:
        yield _("每次最多补 %(cap)s 元", cap=format_fen(terms.order_cap_fen))
    if terms.principal_cap_fen is not None:
        yield _("本金最多算 %(cap)s 元", cap=format_fen(terms.principal_cap_fen))
    if terms.months_cap is not None:
        yield _("最多补 %(months)s 个月", months=terms.months_cap)
    per = _per(terms.years)
    if terms.household_cap_fen is not None:
        yield _("每户最多 %(cap)s 元%(per)s", cap=format_fen(terms.household_cap_fen), per=per)
    if terms.household_uses is not None:
        yield _("每户最多 %(uses)s 次%(per)s", uses=terms.household_uses, per=per)
    if type_ in (SchemeType.VOUCHER, SchemeType.CLAIM):
        yield _("各级补贴合起来不超过价格的 %(share)s %%", share=percent(terms.total_cap_bp))


def say_level(level: str) -> str:
    """Whose money it is."""
    return _(LEVELS[level])


def say_repayment(repayment: str) -> str:
    """How a loan is paid back."""
    return _(REPAYMENTS[repayment])


def _told(params: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """The parameters of a check or a step as texts."""
    told: dict[str, Any] = {}
    for key, value in params.items():
        if key in _MONEY:
            told[key] = format_fen(value)
        elif key in ("rate", "share", "points"):
            told[key] = percent(value)
        elif key in ("start", "day"):
            told[key] = day(value)
        elif key == "end":
            told[key] = last_day(value)
        else:
            told[key] = value
    if "units" in params:
        told["units"] = decimal_text(params["units"] / 1000)
    told["per"] = _per(params.get("years", 0))
    told["again"] = (
        _("，%(day)s 以后又可以用", day=day(params["again"])) if "again" in params else ""
    )
    since = params.get("since")
    told["when"] = _("，本户已于 %(month)s 使用", month=day(since)[:7]) if since else ""
    told["who"] = _flags(params.get("flags", ()))
    told["place"] = names.regions.get(params.get("region", ""), _("当地"))
    told["kinds"] = _listed(params.get("kinds", ()), names.kinds)
    return told


_MONEY = frozenset({"base", "unit_fen", "cap", "least", "short", "taken", "left", "interest"})


def _per(years: int) -> str:
    return _("，每 %(years)s 年", years=years) if years else ""


def _flags(flags: Iterable[str]) -> str:
    return _("、").join(_(HOUSEHOLD_FLAGS[flag]) for flag in sorted(flags))


def _listed(codes: Iterable[str], names: Mapping[str, str]) -> str:
    return _("、").join(names.get(code, code) for code in sorted(codes))
