"""Uses and their rules in words, in the visitor's language."""

from flask_babel import gettext

from market.kernel.i18n import N_
from market.kernel.quantity import decimal_text
from market.uses.types import Unsuitable, Use, UseRule
from market.web.templating import name_of

USES: dict[Use, str] = {
    Use.STRUCTURAL: N_("承重结构"),
    Use.INDOOR: N_("室内"),
    Use.CHILD_ROOM: N_("儿童房"),
    Use.OUTDOOR: N_("室外"),
}
_STARS = {1: N_("一星"), 2: N_("二星"), 3: N_("三星")}


def use_name(use: str) -> str:
    """The name of a use."""
    return gettext(USES[Use(use)])


def asked(rule: UseRule) -> str:
    """What a rule asks, with its basis: 至少二星，VOC 不超过 50 g/L（依据，示例）."""
    parts = []
    if rule.min_star is not None:
        parts.append(gettext("至少%(star)s", star=gettext(_STARS[rule.min_star])))
    if rule.max_voc is not None:
        parts.append(gettext("挥发物 VOC 不超过 %(limit)s g/L", limit=decimal_text(rule.max_voc)))
    basis = name_of({"name_zh": rule.basis_zh, "name_en": rule.basis_en})
    if rule.sample:
        basis = gettext("%(basis)s，示例", basis=basis)
    text = gettext("，").join(parts)
    return gettext("%(text)s（%(basis)s）", text=text, basis=basis) if basis else text


def has(found: Unsuitable) -> str:
    """What the product has instead."""
    if found.code == "star":
        return gettext("这款只有%(star)s", star=gettext(_STARS[int(found.has or 1)]))
    if found.code == "voc":
        return gettext("这款 VOC %(value)s g/L", value=decimal_text(found.has or 0))
    if found.code == "star_missing":
        return gettext("这款没有星级")
    return gettext("厂家没有填这款的 VOC")


def refusal(found: Unsuitable) -> str:
    """用于儿童房：要求至少二星（依据，示例），这款只有一星."""
    return gettext(
        "用于%(use)s：要求%(asked)s，%(has)s",
        use=use_name(found.rule.use), asked=asked(found.rule), has=has(found),
    )  # fmt: skip
