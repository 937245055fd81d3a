"""The sentences of the cart: what is the matter with a line, and why a promotion is not used."""

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from market.checkout.types import BundleAdded, LineProblem, QuotedLine
from market.kernel.i18n import N_
from market.kernel.money import format_fen
from market.promotions.types import Verdict
from market.web.templating import day, name_of

PROBLEMS: dict[str, str] = {
    "withdrawn": N_("已经下架，不能买了"),
    "seller_suspended": N_("%(seller)s 现在不能在平台卖货"),
    "certificate_expired": N_("证书 %(day)s 到期，现在不能买"),
    "certificate_surveillance_overdue": N_("证书的年度监督没有按时做，从 %(since)s 起不能买"),
    "certificate_suspended": N_("证书从 %(since)s 起被暂停，现在不能买"),
    "certificate_revoked": N_("证书从 %(since)s 起被撤销，不能买了"),
    "certificate_cancelled": N_("证书从 %(since)s 起注销，不能买了"),
    "spot_check_failed": N_("抽查不合格，从 %(since)s 起停售"),
    "kind_barred": N_("厂家这类产品抽查两次不合格，现在不能卖"),
    "certificate_closed": N_("现在没有有效的证书，不能买"),
    "local_only": N_("地方目录产品，只在批准它的地区能买，%(place)s不在里面"),
    "not_deliverable": N_("%(seller)s 送不到%(place)s"),
    "sold_out": N_("刚卖完"),
    "short_stock": N_("只剩 %(available)s 包，你要 %(asked)s 包"),
    "min_packs": N_("这家 %(min_packs)s 包起卖"),
    "price_changed": N_("价格从 %(old)s 变成 %(new)s 元，付款前请看一下"),
}
STEPS: dict[str, str] = {
    "seller_suspended": N_("看别家的同类产品"),
    "withdrawn": N_("看同类产品"),
    "spot_check_failed": N_("看抽查合格的同类产品"),
    "kind_barred": N_("看别家的同类产品"),
    "not_deliverable": N_("看能送到的别家，或者换收货乡镇"),
    "sold_out": N_("看别家的同类产品"),
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


@dataclass(frozen=True)
class Said:
    """A sentence with its next step."""

    text: str
    tone: str = "bad"
    href: str | None = None
    link: str | None = None


def say_problem(line: QuotedLine, problem: LineProblem, place: str) -> Said:
    """What is the matter with a line, in the visitor's language, and what to do."""
    params = {**problem.params, "place": place}
    for key in ("day", "since"):
        params[key] = day(params.get(key)) or _("最近")
    if problem.code == "price_changed":
        params |= {"old": format_fen(params["old_fen"]), "new": format_fen(params["new_fen"])}
        return Said(_(PROBLEMS[problem.code], **_texts(params)), "warn")
    text = _(PROBLEMS[problem.code], **_texts(params))
    if problem.code in ("short_stock", "min_packs") or line.listing is None:
        return Said(text, "warn" if line.listing else "bad")
    step = _(STEPS.get(problem.code, N_("看同类产品")))
    similar = url_for("search.show_results", q=_kind(line))
    return Said(text, "bad", similar, step)


def say_verdict(verdict: Verdict) -> str:
    """Why a promotion was not used, in the visitor's language."""
    params: dict[str, Any] = dict(verdict.reason_params)
    if "short_fen" in params:
        params["short"] = format_fen(params["short_fen"])
    for key in ("starts_at", "ends_at"):
        if key in params:
            params[key] = day(params[key])
    return _(REASONS.get(verdict.reason_code, N_("现在用不上")), **_texts(params))


def _kind(line: QuotedLine) -> str:
    if line.listing is None:
        return ""
    return name_of({"name_zh": line.listing.kind_name, "name_en": line.listing.kind_name_en})


def _texts(params: dict[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in params.items()}


def say_bundle(added: BundleAdded, language: str) -> str:
    """What became of a bundle that was put into the cart."""
    name = added.label_en if language == "en" and added.label_en else added.label
    if added.replaced:
        return _(
            "“%(name)s”已经在购物车里，按现在的配置换成了最新数量。要买两套，在购物车里改数量",
            name=name,
        )
    return _("整套放进购物车了：%(name)s", name=name)
