"""A request in rows of words, for its household, for crews and for officials alike.

Rows carry msgids and plain values; the page puts them into the reader's language. Nothing
personal can appear here, because a `RequestView` has nothing personal.
"""

from dataclasses import dataclass
from typing import Any

from market.kernel.i18n import N_
from market.kernel.money import format_fen
from market.renovations.facts import HOUSE_FACTS, Fact
from market.renovations.types import CONTRACT_MODES, UNKNOWN, RequestView

NOT_ASKED = N_("还没填")
UNKNOWN_LABEL = N_("不清楚")


@dataclass(frozen=True)
class Described:
    """One row: where it is edited, its label, its value (`text` as msgid or `plain`)."""

    step: str
    label: str
    text: str = ""
    plain: str = ""
    unit: str = ""
    params: tuple[tuple[str, str], ...] = ()


def house(request: RequestView) -> list[Described]:
    """The facts of the house, in the order of the wizard."""
    return [_fact(fact, request.facts.get(fact.key)) for fact in HOUSE_FACTS]


def work(request: RequestView) -> list[Described]:
    """Scope, contract, budget and dates."""
    return [
        Described("scope", N_("部位与数量"), plain=request.scope)
        if request.scope
        else Described("scope", N_("部位与数量"), NOT_ASKED),
        Described("contract", N_("承包方式"), CONTRACT_MODES.get(request.contract_mode, NOT_ASKED)),
        _budget(request),
        _dates(request),
    ]


def _fact(fact: Fact, value: Any) -> Described:
    if value is None:
        return Described(fact.key, fact.label, NOT_ASKED)
    if value == UNKNOWN:
        return Described(fact.key, fact.label, UNKNOWN_LABEL)
    if fact.kind == "choice":
        return Described(fact.key, fact.label, fact.choice_label(str(value)))
    if fact.kind == "size":
        return Described(
            fact.key, fact.label, plain=f"{value[0]} × {value[1]}", unit=fact.unit or ""
        )
    return Described(fact.key, fact.label, plain=str(value), unit=fact.unit or "")


def _budget(request: RequestView) -> Described:
    low, high = request.budget_low_fen, request.budget_high_fen
    label = N_("预算")
    if low is None and high is None:
        return Described("budget", label, UNKNOWN_LABEL)
    if high is None:
        return Described(
            "budget", label, N_("%(low)s 元以上"), params=(("low", format_fen(low or 0)),)
        )
    if not low:
        return Described(
            "budget", label, N_("%(high)s 元以内"), params=(("high", format_fen(high)),)
        )
    params = (("low", format_fen(low)), ("high", format_fen(high)))
    return Described("budget", label, N_("%(low)s 到 %(high)s 元"), params=params)


def _dates(request: RequestView) -> Described:
    label = N_("期望工期")
    start, end = request.starts_on, request.ends_on
    if start and end:
        params = (("start", start.isoformat()), ("end", end.isoformat()))
        return Described("dates", label, N_("%(start)s 到 %(end)s"), params=params)
    if start:
        return Described(
            "dates", label, N_("%(start)s 以后"), params=(("start", start.isoformat()),)
        )
    if end:
        only_end = (("end", end.isoformat()),)
        return Described("dates", label, N_("%(end)s 以前"), params=only_end)
    return Described("dates", label, N_("都可以，听施工队安排"))
