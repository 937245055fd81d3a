"""Refusals of subsidies."""

from market.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from market.kernel.i18n import N_
from market.subsidies.scheme_types import Outcome


class SchemeNotFound(NotFound):
    """Unknown, a draft of somebody else's, or of another type."""

    message = N_("没有这项补贴")


class ClaimNotFound(NotFound):
    """Unknown, or somebody else's."""

    message = N_("没有这份补贴申请")


class OutsideYourRegion(Forbidden):
    """An official of another region."""

    message = N_("这项补贴不在你负责的地区")


class RegionNotYours(Invalid):
    """A scheme for a place that the official does not govern."""

    message = N_("只能给自己负责的地区定补贴")


class SchemeIncomplete(Invalid):
    """A field is missing or makes no sense."""

    message = N_("这一项要填，而且要合理")


class EndsBeforeStart(Invalid):
    """The last day lies before the first."""

    message = N_("结束日期要晚于开始日期")


class SchemeOver(Conflict):
    """The end has passed."""

    message = N_("结束日期已经过了，先改日期")


class NotADraft(Conflict):
    """Published schemes keep their rules."""

    message = N_("已经公布的补贴不能改规则，可以暂停或者结束后另建一项")


class NotPossibleNow(Conflict):
    """The state does not allow the step."""

    message = N_("现在的状态不能这样做，请刷新后再看")


class SubsidySpent(Conflict):
    """The budget does not cover it any more."""

    message = N_("补贴“%(name)s”的预算用完了")
    step = ("checkout.show_cart", N_("回购物车看补贴"))

    def __init__(self, name: str = "") -> None:
        super().__init__(name=name)


class SubsidyNotRunning(SubsidySpent):
    """Paused or over since the price was shown."""

    message = N_("补贴“%(name)s”已经暂停或结束")


class SubsidyLimitReached(SubsidySpent):
    """This household has had its share."""

    message = N_("补贴“%(name)s”你家能用的已经用完")


class HouseholdNotStated(SubsidySpent):
    """A limit by household, and the account states none."""

    message = N_("补贴“%(name)s”要先填写户口簿号")
    step = ("households.show_own", N_("去填写户口簿号"))


class NothingToClaim(Conflict):
    """The rules give nothing for this purchase."""

    message = N_("这次没有可以补的，下面写明差在哪一条")

    def __init__(self, outcome: Outcome | None = None) -> None:
        super().__init__()
        self.outcome = outcome


class ClaimedBefore(Conflict):
    """The same household, order, invoice or certificate was claimed for before."""

    message = N_("这户、这张单据或这个证书已经申请过这项补贴，不能再申请")


class HouseholdHadIt(ClaimedBefore):
    """The household had its share, perhaps through another account: not whose is said."""

    message = N_("本户已于 %(month)s 使用过这项补贴，不能再申请")


class TooEarly(Conflict):
    """Interest is claimed when its last payment is due."""

    message = N_("这个季度的最后一期 %(day)s 才到期，到期以后再申请")


class DocumentMissing(Invalid):
    """A claim needs its proof."""

    message = N_("附上凭证的照片或 PDF")


class BudgetBelowTaken(Invalid):
    """Less than what is reserved and used already."""

    message = N_("已经用掉和留着的有 %(taken)s 元，预算不能比这少")


class ReasonMissing(Invalid):
    """People are told why."""

    message = N_("写明原因，对方才知道怎么办")


class AmountTooHigh(Invalid):
    """An office accepts at most what was claimed."""

    message = N_("最多 %(most)s 元")


class ReferenceTaken(Conflict):
    """Two payments of one region with one reference."""

    message = N_("这个拨付凭证号用过了")


class NothingChosen(Invalid):
    """A payment needs its claims."""

    message = N_("先选要拨付的申请")


class LoanTooLong(Invalid):
    """Between one month and thirty years."""

    message = N_("贷款期限写 1 到 360 个月")
