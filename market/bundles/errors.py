"""Refusals of bundles."""

from market.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from market.kernel.i18n import N_


class BundleNotFound(NotFound):
    """Unknown, not published, or retired."""

    message = N_("没有这套方案，可能已经下架")


class ConfigurationNotFound(NotFound):
    """Unknown, or somebody else's."""

    message = N_("没有找到你存的这套方案，可以重新算一套")


class ShareNotFound(NotFound):
    """No configuration has this code."""

    message = N_("没有这个分享码，看看有没有抄错")


class TooManyConfigurations(Conflict):
    """Enough is kept for one household."""

    message = N_("最多存 %(most)s 套，先删掉用不着的")


class SlotNotFound(NotFound):
    """Unknown slot of a bundle."""

    message = N_("这套方案里没有这样材料")


class NothingChosen(Conflict):
    """No listing covers any slot."""

    message = N_("这套方案里现在没有一样能买，先换个地区或换一套方案")


class ChoicesClash(Conflict):
    """Two of the chosen goods exclude each other."""

    message = N_("%(one)s和%(other)s不能一起用，先换掉一样")


class SlugTaken(Invalid):
    """Addresses are unique."""

    message = N_("地址 %(slug)s 已经有方案用了，换一个")


class KeyTaken(Invalid):
    """Slot keys are unique within a bundle."""

    message = N_("编号 %(key)s 已经有材料用了，换一个")


class NoSlots(Conflict):
    """An empty bundle cannot be published."""

    message = N_("还没有材料，先加一样再发布")


class NothingToPublish(Conflict):
    """Nothing changed since the last version."""

    message = N_("和已发布的一样，没有可发布的改动")


class NotGraded(Conflict):
    """Only graded suppliers have bundles of their own."""

    message = N_("先评上系统解决方案供应商，才能写自己的方案")


class ProductUnfit(Invalid):
    """A chosen product of another kind or unit, or none at all."""

    message = N_("没有这个商品，或者它的品类、单位和这样材料不同")


class NeedsReview(Conflict):
    """What a supplier writes is published by its review."""

    message = N_("供应商的方案要送审，审核通过才发布")


class AlreadyWaiting(Conflict):
    """One version at a time."""

    message = N_("已经送审了一版，等审核；要改就先撤回")


class ReviewNotFound(NotFound):
    """No such review, or another supplier's."""

    message = N_("没有这次送审")


class ReviewElsewhere(Forbidden):
    """Officials decide on bundles for places within their own region."""

    message = N_("这套方案给的地区不都在你管理的范围，由运营方审核")


class NotWaiting(Conflict):
    """Decided, or with the supplier."""

    message = N_("这次送审现在不等审核")


class ReasonMissing(Invalid):
    """A decision without a reason."""

    message = N_("写明理由，对方才知道为什么")


FAULTS: dict[str, str] = {
    "empty": N_("公式第 %(position)s 个字：还没有写公式"),
    "too_long": N_("公式第 %(position)s 个字：公式太长，最多 300 个字"),
    "too_deep": N_("公式第 %(position)s 个字：括号套得太多层"),
    "unexpected_character": N_(
        "公式第 %(position)s 个字：不认识“%(found)s”，只能用 + - * / 括号、数字和名字"
    ),
    "unexpected": N_("公式第 %(position)s 个字：这里不该是“%(found)s”"),
    "unexpected_end": N_("公式第 %(position)s 个字：公式没有写完"),
    "bad_number": N_("公式第 %(position)s 个字：“%(found)s”不是数字"),
    "unknown_name": N_("公式第 %(position)s 个字：没有叫“%(found)s”的量"),
    "unknown_function": N_(
        "公式第 %(position)s 个字：没有叫“%(found)s”的函数，只有 ceil floor cos min max"
    ),
    "wrong_arguments": N_("公式第 %(position)s 个字：%(found)s 括号里的数目不对"),
    "division_by_zero": N_("公式第 %(position)s 个字：除数是 0"),
    "not_finite": N_("公式第 %(position)s 个字：结果太大，算不出来"),
    "negative": N_("公式第 %(position)s 个字：在试算的房子上得出负数"),
    "unit_mixed": N_("公式第 %(position)s 个字：单位不同的量（%(found)s）不能相加减或比大小"),
    "unit_result": N_(
        "公式第 %(position)s 个字：算出来的单位是 %(found)s，和这样材料的单位不同；"
        "乘上每平方米或每米用多少"
    ),
}


class FormulaRefused(Invalid):
    """A formula with a fault; the sentence says which and where, counted from 1."""

    message = FAULTS["unexpected"]

    def __init__(self, fault: str, position: int, found: str, *, field: str) -> None:
        super().__init__(field=field, position=position, found=found)
        self.fault = fault
        self.message = FAULTS[fault]  # type: ignore[misc]


RULE_FAULTS: dict[str, str] = {
    "unwritten": N_("规则第 %(line)s 行看不懂，写成 eps80 needs anchor | 理由 | 英文理由 这样"),
    "unknown_slot": N_(
        "规则第 %(line)s 行：这套方案里没有编号叫 %(name)s 的材料，先加材料再写规则"
    ),
    "unknown_material": N_("规则第 %(line)s 行：没有叫 %(name)s 的通用材料"),
    "material_elsewhere": N_(
        "规则第 %(line)s 行：%(slot)s 用不到通用材料 %(name)s，这条规则永远不起作用"
    ),
    "same_slot": N_("规则第 %(line)s 行：两边都是 %(name)s，规则要写两样材料"),
}


class RuleRefused(Invalid):
    """A rule that cannot be read or could never count; the sentence says which line."""

    message = RULE_FAULTS["unwritten"]

    def __init__(self, fault: str, line: int, **params: object) -> None:
        super().__init__(field="rules", line=line, **params)
        self.fault = fault
        self.message = RULE_FAULTS[fault]  # type: ignore[misc]


class HouseImpossible(Invalid):
    """Measures that cannot be those of one house."""

    message = N_("这些尺寸凑不成一座房子，请检查长、宽、高和门窗面积")
