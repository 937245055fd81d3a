"""Refusals of demonstration projects."""

from market.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from market.kernel.i18n import N_


class ProjectNotFound(NotFound):
    """No such project, or not public."""

    message = N_("没有这个示范工程")


class OutsideYourRegion(Forbidden):
    """Officials act on projects of their own region subtree."""

    message = N_("这个示范工程不在你管理的地区")


class NotSuperior(Forbidden):
    """Whoever recorded or handed it in does not approve it, nor do colleagues of the region."""

    message = N_("要由上级主管部门或平台审核，提交的地区自己不能批")


class TownshipMissing(Invalid):
    """A project stands in a township of the own region."""

    message = N_("选你管理地区里的一个乡镇")


class NotADraft(Conflict):
    """Handed in or public: nothing is changed under the reader's eyes."""

    message = N_("现在不能改，只有草稿能改")


class NotWaiting(Conflict):
    """Nothing to decide."""

    message = N_("这个示范工程现在不等审核")


class NotStanding(Conflict):
    """Nothing to withdraw."""

    message = N_("这个示范工程已经撤下了")


class ReasonMissing(Invalid):
    """A decision without a reason."""

    message = N_("写明理由，对方才知道为什么")


class ConsentMissing(Invalid):
    """Goods are shown only with the household's consent."""

    message = N_("先征得农户同意，再勾上这一格")


class OrderUnknown(Invalid):
    """No such number."""

    message = N_("没有这个订单号，请核对")


class OrderElsewhere(Invalid):
    """Goods that went to another place."""

    message = N_("这个订单不是送到这个乡镇的")


class NothingDelivered(Invalid):
    """The household has not confirmed to have anything of it."""

    message = N_("这个订单还没有确认收到的货，农户确认收货以后再加")


class OrderThere(Invalid):
    """Twice the same order."""

    message = N_("这个订单已经加过了")


class OrderShownElsewhere(Invalid):
    """Another project shows it: goods are built in once."""

    message = N_("这个订单的货已经算在另一个示范工程里")


class NoGoods(Conflict):
    """A project without a bill shows nothing."""

    message = N_("先加一个已经收货的订单，再提交")


class MeasureOutside(Invalid):
    """A length no building of its sort has."""

    message = N_("这个尺寸要在 %(least)s 到 %(most)s m 之间")


class SizeMissing(Invalid):
    """A facility has no usual size."""

    message = N_("农业设施要写明长和宽")


class EnergyMissing(Invalid):
    """A basis without a figure."""

    message = N_("写出改造前或改造后的用能，都没有就选“没有数据”")


class EnergyBasisMissing(Invalid):
    """A figure without a basis."""

    message = N_("选实测还是估算")


class EnergySourceMissing(Invalid):
    """A figure without a source."""

    message = N_("写明数据从哪来，例如电表读数")


class GoodsMisused(Conflict):
    """Goods on the bill that do not meet the rule of their use."""

    message = N_("%(count)s 样材料不合用途的要求，材料下面写明了哪一条、换成什么")


class DayAhead(Invalid):
    """Not finished, or not visited yet."""

    message = N_("日期不能晚于今天")


class VisitThere(Invalid):
    """One count for a day."""

    message = N_("这一天已经记过了")


class TooManyPhotos(Conflict):
    """A page is not an album."""

    message = N_("最多放 %(most)s 张照片")


class NoFreeAddress(Conflict):
    """It was cloned so often that no address is left."""

    message = N_("这个示范工程复制得太多了，先改一个用过的方案")
