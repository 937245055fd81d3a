"""What is the matter with a slot, in the visitor's language: what is gone, why, since when."""

from collections.abc import Iterable, Mapping

from flask_babel import gettext as _

from market.bundles.gone_types import Gone
from market.bundles.types import FilledSlot
from market.catalogue.errors import REASONS
from market.catalogue.types import Blocker
from market.web.templating import name_of


def why(shut: Iterable[Blocker]) -> str:
    """Everything that shuts the gate of a product, with its days."""
    return _("，").join(
        _(
            REASONS[one.code],
            **{k: name_of(v) if isinstance(v, Mapping) else v for k, v in one.told.items()},
        )
        for one in shut
    )


def say_gone(item: FilledSlot) -> str:
    """Which goods a slot was to have, why they are not to be had, and what stands in for them;
    empty where that is not what the matter is."""
    gone = item.gone
    if gone is None or not (gone.shut or item.chosen):
        return ""
    name = name_of(gone.product)
    if item.chosen is None:
        return _("“%(name)s”不能卖了：%(why)s。", name=name, why=why(gone.shut)) + _instead(gone)
    other = name_of(item.chosen.listing)
    if gone.shut:
        return _(
            "“%(name)s”不能卖了：%(why)s。先换成“%(other)s”。",
            name=name, why=why(gone.shut), other=other,
        )  # fmt: skip
    if item.problem == "named_gone":
        return _(
            "方案里指定的“%(name)s”这里现在买不到，先换成“%(other)s”。", name=name, other=other
        )
    return _("原来选的“%(name)s”现在买不到，先换成“%(other)s”。", name=name, other=other)


def _instead(gone: Gone) -> str:
    if gone.instead is None:
        return _("现在没有别的能顶上。")
    return _("同类里现在能买的最便宜的是“%(other)s”。", other=name_of(gone.instead))
