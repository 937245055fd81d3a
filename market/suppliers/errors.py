"""Refusals of the role."""

from market.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from market.kernel.i18n import N_


class ApplicationNotFound(NotFound):
    """No such application, or another seller's."""

    message = N_("没有这份供应商申请")


class NotASupplier(NotFound):
    """The seller does not hold the role."""

    message = N_("这家现在不是系统解决方案供应商")


class OutsideYourRegion(Forbidden):
    """Officials grade sellers of their own region subtree."""

    message = N_("这家不在你管理的地区")


class SellerNotOpen(Conflict):
    """Only sellers that may sell can be suppliers."""

    message = N_("开店申请通过、正常营业的卖家才能申请")


class NothingClaimed(Invalid):
    """An application without any count."""

    message = N_("至少写一项条件的数目")


class ProofMissing(Invalid):
    """A count without a document."""

    message = N_("写了数目，就要附证明")


class AlreadyWaiting(Conflict):
    """One application at a time."""

    message = N_("已经交了一份，等主管部门评定")


class NotWaiting(Conflict):
    """Decided, or with the seller."""

    message = N_("这份申请现在不等评定")


class NotStanding(Conflict):
    """Nothing to end."""

    message = N_("这份申请已经结束")


class ReasonMissing(Invalid):
    """A decision without a reason."""

    message = N_("写明理由，对方才知道为什么")


class PointsMissing(Invalid):
    """Every criterion is graded."""

    message = N_("给这一项打分，没有就写 0")


class PointsTooMany(Invalid):
    """More than the criterion gives."""

    message = N_("最多 %(most)s 分")


class NoteMissing(Invalid):
    """Other points than the usual ones need a word."""

    message = N_("按数目是 %(usual)s 分，打得不一样要写理由")


class TooFewPoints(Conflict):
    """Below the lowest grade."""

    message = N_("一共 %(points)s 分，不到最低一级的 %(least)s 分，只能请对方补充或不通过")
