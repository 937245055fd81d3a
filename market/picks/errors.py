"""Refusals of pick lists."""

from market.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from market.kernel.i18n import N_


class PickNotFound(NotFound):
    """Unknown, or ended before."""

    message = N_("没有这条推荐，或者已经撤下了")


class PickElsewhere(Forbidden):
    """Of a region of somebody else."""

    message = N_("这条推荐不在你管理的地区")


class PickRegionNotYours(Invalid):
    """No county or larger region of the official's."""

    message = N_("填你管理地区里的县、市或省的代码")


class PickReasonMissing(Invalid):
    """Empty, or more than a line."""

    message = N_("用一句话写推荐的理由，最多 %(most)s 个字")


class PickEndWrong(Invalid):
    """Past, or too far ahead."""

    message = N_("截止日期从今天起，最长一年")


class NotOnSaleThere(Invalid):
    """Nobody may sell it, or nobody delivers it to the whole region."""

    message = N_("现在没有卖家能把它送到整个%(place)s，不能推荐")


class PickedAlready(Conflict):
    """It stands on the region's list."""

    message = N_("这个地区已经推荐了它，要改就先撤下")


class PicksFull(Conflict):
    """As many of the kind as a list holds."""

    message = N_("这个地区这一类已经推荐了 %(most)s 个，先撤下一个")
