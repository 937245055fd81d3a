"""The wizard: one question per screen, in this order."""

from dataclasses import dataclass

from market.kernel.i18n import N_
from market.renovations.facts import HOUSE_FACTS


@dataclass(frozen=True)
class Step:
    """One screen of the wizard."""

    key: str
    question: str
    label: str
    is_required: bool = True


STEPS: tuple[Step, ...] = (
    Step("photos", N_("先拍几张照片"), N_("照片"), is_required=False),
    Step("project", N_("想做什么"), N_("改造类型")),
    *(Step(fact.key, fact.question, fact.label) for fact in HOUSE_FACTS),
    Step("trades", N_("要哪些师傅"), N_("要的工种")),
    Step("scope", N_("哪些地方要做，大概多少"), N_("部位与数量"), is_required=False),
    Step("contract", N_("怎么承包"), N_("承包方式")),
    Step("budget", N_("打算花多少钱"), N_("预算")),
    Step("dates", N_("什么时候做"), N_("期望工期")),
    Step("place", N_("房子在哪个乡镇"), N_("所在乡镇")),
    Step("contact", N_("选定以后怎么找你"), N_("联系人和门牌")),
)
KEYS = tuple(step.key for step in STEPS)
BY_KEY = {step.key: step for step in STEPS}


def after(key: str) -> str | None:
    """The next screen; None after the last."""
    position = KEYS.index(key) + 1
    return KEYS[position] if position < len(KEYS) else None


def before(key: str) -> str | None:
    """The previous screen; None before the first."""
    position = KEYS.index(key)
    return KEYS[position - 1] if position else None


def missing(done: frozenset[str]) -> tuple[Step, ...]:
    """The required questions not answered yet."""
    return tuple(step for step in STEPS if step.is_required and step.key not in done)
