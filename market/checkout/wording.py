"""The sentences of the cart: what is the matter with a line, and why a promotion is not used."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from market.checkout.keeping import KeepTerms
from market.checkout.types import BundleAdded, LineProblem, Quote, QuotedLine
from market.kernel.clock import whole_minutes
from market.kernel.i18n import N_
from market.kernel.money import format_fen
from market.promotions import words
from market.promotions.types import Verdict
from market.web import context
from market.web.templating import clock_time, day, name_of

PROBLEMS: dict[str, str] = {
    "withdrawn": N_("已经下架，不能买了"),
    "seller_suspended": N_("%(seller)s 现在不能在平台卖货"),
    "certificate_expired": N_("证书 %(day)s 到期，现在不能买"),
    "certificate_surveillance_overdue": N_("证书的年度监督没有按时做，从 %(since)s 起不能买"),
    "certificate_suspended": N_("证书从 %(since)s 起被暂停，现在不能买"),
    "certificate_revoked": N_("证书从 %(since)s 起被撤销，不能买了"),
    "certificate_cancelled": N_("证书从 %(since)s 起注销，不能买了"),
    "spot_check_failed": N_("抽查不合格，从 %(since)s 起停售"),
    "kind_barred": N_("厂家这类产品两年内抽查两次不合格，从 %(since)s 起到 %(until)s 不能卖"),
    "substance": N_("不符合有毒有害物质的规则，从 %(since)s 起不能卖"),
    "certificate_upcoming": N_("证书从 %(from_day)s 起才有效，现在不能买"),
    "local_ended": N_("地方目录里的准入已经结束，从 %(since)s 起不能卖"),
    "certificate_closed": N_("现在没有有效的证书，不能买"),
    "local_only": N_("地方目录产品，只在批准它的地区能买，%(place)s不在里面"),
    "not_deliverable": N_("%(seller)s 送不到%(place)s"),
    "sold_out": N_("刚卖完"),
    "in_carts": N_(
        "最后几包在别人的购物车里，没买的最晚 %(minutes)s 分钟内放出来，先到先得。过一会儿再看"
    ),
    "short_stock": N_("只剩 %(available)s 包，你要 %(asked)s 包"),
    "min_packs": N_("这家 %(min_packs)s 包起卖"),
    "price_changed": N_("价格从 %(old)s 变成 %(new)s 元，付款前请看一下"),
}
STEPS: dict[str, str] = {
    "seller_suspended": N_("看别家的同类产品"),
    "withdrawn": N_("看同类产品"),
    "spot_check_failed": N_("看抽查合格的同类产品"),
    "kind_barred": N_("看别家的同类产品"),
    "substance": N_("看同类产品"),
    "not_deliverable": N_("看能送到的别家，或者换收货乡镇"),
    "sold_out": N_("看别家的同类产品"),
    "in_carts": N_("看别家的同类产品"),
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
    minutes = whole_minutes(context.settings().cart_hold_most)
    params = {**problem.params, "place": place, "minutes": minutes}
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
    return words.say_reason(verdict)


def say_applied(verdict: Verdict) -> str:
    """How a discount came about, in the visitor's language."""
    return words.say_applied(verdict)


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


@dataclass(frozen=True)
class Kept:
    """What a page says of packs kept for the cart: until when, and of each line by its id."""

    until: datetime | None
    last: datetime | None  # until when they can be prolonged at most
    left: int  # whole minutes, the one under way counted
    seconds: int
    lines: Mapping[str, str]
    minutes: int  # how long packs are kept after the last thing done with the cart
    most: int  # of how many lines
    in_all: int  # minutes after the first packs, however often it is prolonged


def say_kept(quoted: Quote, terms: KeepTerms, now: datetime) -> Kept:
    """Lines that are made to order or cannot be bought need no word; a guest's have none before
    the checkout."""
    until = quoted.kept_until
    left = max(timedelta(0), until - now) if until is not None else timedelta(0)
    is_full = len(quoted.kept_lines) >= terms.lines
    lines = {}
    for line in quoted.buyable:
        if line.needs_keeping and (terms.taking or until is not None):
            lines[line.line_id] = _say_line(line, is_full, terms, quoted.at)
    seconds = ceil(left.total_seconds())
    minutes = whole_minutes(terms.time)
    in_all = whole_minutes(terms.most)
    left_minutes = ceil(seconds / 60)
    return Kept(
        until, quoted.kept_at_most, left_minutes, seconds, lines, minutes, terms.lines, in_all
    )


def _say_line(line: QuotedLine, is_full: bool, terms: KeepTerms, now: datetime) -> str:
    kept = line.kept_at(now)
    if kept >= line.quantity:
        return _("已为你暂留")
    if line.turn is not None and line.turn.rests_at(now):
        return _(
            "已经给你暂留满 %(minutes)s 分钟，先让别人买，%(time)s 以后才能再留。还有货就能下单",
            minutes=whole_minutes(terms.most),
            time=clock_time(line.turn.again_at),
        )
    if kept:
        return _("已为你暂留 %(kept)s 包，其余的下单时才能确定", kept=kept)
    if is_full:
        return _("一次最多暂留 %(most)s 样，这样下单时才能确定", most=terms.lines)
    return _("库存紧张，没能暂留，下单时才能确定")
