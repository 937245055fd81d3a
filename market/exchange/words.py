"""What happened to a sheet, in the visitor's language."""

from flask_babel import gettext

from market.exchange.cells import STATES, shown
from market.exchange.columns import BY_KEY, heading
from market.exchange.types import Change, Counts, Problem
from market.kernel.i18n import N_
from market.web.context import language

STATE_WORDS = {
    "queued": N_("正在读"),
    "ready": N_("等你确认"),
    "broken": N_("读不了"),
    "asked": N_("正在写入"),
    "applied": N_("已写入"),
    "discarded": N_("不导入了"),
}
STATE_TONES = {
    "queued": "info", "ready": "warn", "broken": "bad", "asked": "info", "applied": "ok",
    "discarded": "plain",
}  # fmt: skip
MAKES = {"product": N_("新产品"), "variant": N_("新规格"), "listing": N_("新条目")}
_COUNTS = {
    "products": N_("新产品"),
    "variants": N_("新规格"),
    "listings": N_("新条目"),
    "edited_products": N_("产品资料改动"),
    "edited_variants": N_("规格改动"),
    "prices": N_("价格和条件改动"),
    "states": N_("上架状态改动"),
    "stock": N_("库存改动"),
}


def column(key: str) -> str:
    """The heading of a column."""
    return heading(BY_KEY[key], language()) if key in BY_KEY else gettext("整行")


def sentence(problem: Problem) -> str:
    """What is wrong, as a sentence; words among its values are put in the same language."""
    return gettext(problem.message, **{key: _word(v) for key, v in problem.params.items()})


def _word(value: object) -> object:
    if isinstance(value, list | tuple):
        return gettext("、").join(gettext(str(word)) for word in value)
    return gettext(value) if value in STATES.values() else value


def value(change: Change, text: str) -> str:
    """A value of a change in words."""
    return shown(change.column, text, gettext)


def totals(counts: Counts) -> list[dict[str, str]]:
    """How much of each there is to do, as rows of facts; what is none is left out."""
    return [
        {"label": gettext(word), "value": str(getattr(counts, name))}
        for name, word in _COUNTS.items()
        if getattr(counts, name)
    ]
