"""Why a contract refuses."""

from market.kernel.errors import Conflict, Invalid, NotFound
from market.kernel.i18n import N_


class ContractNotFound(NotFound):
    """Unknown, or of other people."""

    message = N_("没有找到这份合同")


class NotPossibleInState(Conflict):
    """The contract's state does not allow the step."""

    message = N_("合同现在的状态不能这样做，请刷新后再看")


class ContractChanged(Conflict):
    """The other party made a new version meanwhile."""

    message = N_("合同刚被改成第 %(version)s 版，请看过新的一版再继续")


class PercentSum(Invalid):
    """The parts of all milestones are not the whole."""

    message = N_("各节点的比例加起来要等于 100 %%，现在是 %(sum)s %%")


class DepositTooLarge(Invalid):
    """Above what the law allows."""

    message = N_("定金最多 20 %%（民法典第 586 条），填的是 %(pct)s %%")


class RetentionTooLarge(Invalid):
    """More kept back than the usual cap."""

    message = N_("质保金最多 3 %%，填的是 %(pct)s %%")


class DatesOutOfOrder(Invalid):
    """A later milestone before an earlier one."""

    message = N_("“%(name)s”要不早于前一个节点的 %(day)s")


class DayIsOver(Invalid):
    """A day in the past."""

    message = N_("“%(name)s”的日期 %(day)s 已经过去了")


class NoDayBeforeMilestone(Invalid):
    """Goods must come before their milestone and no day is left."""

    message = N_("“%(name)s”的材料要在节点以前送到，日期至少放到 %(day)s")


class NameMissing(Invalid):
    """A signature is a name."""

    message = N_("写上你的全名，算签名")


class ConsentMissing(Invalid):
    """A signature is given on purpose."""

    message = N_("要勾选同意，才算签")


class AlreadySigned(Conflict):
    """This party signed this version."""

    message = N_("这一版你已经签过了，等对方签")


class ReasonMissing(Invalid):
    """Rework, a new day and an end say why."""

    message = N_("请写明原因，对方会看到")


class NotYourTurn(Conflict):
    """The step is the other party's."""

    message = N_("这一步要由%(party)s来做")


class EarlierFirst(Conflict):
    """Milestones come one after another."""

    message = N_("先验收前面的节点“%(name)s”")


class MoveOpen(Conflict):
    """One proposal at a time."""

    message = N_("已经有一个改期等对方答复，先处理那一个")


class NoMoveOpen(Conflict):
    """The proposal was answered."""

    message = N_("这个改期已经处理过了")


class SameDay(Invalid):
    """A proposal changes something."""

    message = N_("新日期和原来的一样")


class TooManyMilestonePhotos(Conflict):
    """A milestone has enough photos."""

    message = N_("一个节点最多 %(limit)s 张照片")


class WorkIsDone(Conflict):
    """After the last work is accepted there is nothing left to cancel."""

    message = N_("工程已经验收完了，不能再取消")


class DecisionOver(Conflict):
    """The goods were decided about, or time did."""

    message = N_("这部分货已经决定过了，请刷新后再看")


class GoodsInOtherContract(Conflict):
    """The plan's goods are ordered already."""

    message = N_("这份合同已经有订单，不用再买一遍")
