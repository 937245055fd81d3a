"""Refusals of quotations."""

from market.kernel.errors import Conflict, NotFound
from market.kernel.i18n import N_


class QuotationNotFound(NotFound):
    """Unknown, or somebody else's."""

    message = N_("没有找到这张报价单")


class PlaceMissing(Conflict):
    """Without a township there is no freight and no price."""

    message = N_("先选乡镇，运费算出来才能开报价单")


class GoodsMissing(Conflict):
    """Some of the goods cannot be bought as they are chosen."""

    message = N_("有的材料现在买不到这么多，换一家再开报价单")
