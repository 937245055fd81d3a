"""Refusals of promotions."""

from market.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from market.kernel.i18n import N_
from market.promotions.conditions import Failure


class PromotionNotFound(NotFound):
    """Unknown, or somebody else's."""

    message = N_("没有这个优惠")


class OutsideYourRegion(Forbidden):
    """An official of another region."""

    message = N_("这个优惠不在你负责的地区")


class BudgetExhausted(Conflict):
    """The budget does not cover the discount any more."""

    message = N_("优惠“%(name)s”的预算用完了，这一单按原价")
    step = ("checkout.show_cart", N_("回购物车看优惠"))

    def __init__(self, promotion_id: str, name: str = "") -> None:
        super().__init__(promotion_id=promotion_id, name=name)
        self.promotion_id = promotion_id


class PromotionUsedUp(BudgetExhausted):
    """The number of uses is reached."""

    message = N_("优惠“%(name)s”的次数用完了，这一单按原价")


class PromotionNotRunning(BudgetExhausted):
    """Stopped or over since the price was shown."""

    message = N_("优惠“%(name)s”已经结束，这一单按原价")


class HouseholdLimitReached(BudgetExhausted):
    """This household has had its share."""

    message = N_("优惠“%(name)s”每户能用的次数你已经用完，这一单按原价")


class HouseholdNotStated(BudgetExhausted):
    """A limit by household, and the account states none."""

    message = N_("优惠“%(name)s”要先填写户口簿号，这一单按原价")
    step = ("households.show_own", N_("去填写户口簿号"))


class CouponUsedUp(BudgetExhausted):
    """The code has no uses left."""

    message = N_("优惠“%(name)s”的优惠码次数用完了，这一单按原价")


class PiecesUsedUp(BudgetExhausted):
    """Old pieces handed in, or packs joined with, went into another order."""

    message = N_("优惠“%(name)s”你登记的件数已经用完，这一单按原价")


class GroupClosed(Conflict):
    """The count is made, or the instant has come."""

    message = N_("报名已经截止")


class NotForHousehold(Conflict):
    """A rule of the promotion about households does not hold for this one; `failure` says which."""

    message = N_("这个优惠你家现在不能用")

    def __init__(self, failure: Failure) -> None:
        super().__init__(reason=failure.code)
        self.failure = failure


class TooManyPacks(Invalid):
    """More packs than one household may join with."""

    message = N_("每户最多报 %(most)s 包")


class HouseholdPacksJoined(Invalid):
    """More packs than one household may join with, its accounts together."""

    message = N_("每户最多报 %(most)s 包，你家别的账号报了 %(others)s 包，你最多能报 %(left)s 包")


class GroupPacksBought(Invalid):
    """Fewer packs than were bought already."""

    message = N_("你已经买了 %(bought)s 包，不能改得比这少")


class CampaignNotFound(NotFound):
    """No such campaign."""

    message = N_("没有这个活动")


class CampaignOver(Conflict):
    """Too late to apply."""

    message = N_("活动已经结束，不能再报名")


class EnrolmentNotFound(NotFound):
    """The seller never applied to the campaign."""

    message = N_("这家没有报名这个活动")


class NotApplied(Conflict):
    """Nothing to decide or to leave."""

    message = N_("这家没有报名这个活动")


class RefusalUnexplained(Invalid):
    """A refusal without a reason."""

    message = N_("请写明不同意的原因，商家会看到")


class HouseholdUnknown(Invalid):
    """No account with this phone and an address in the office's region."""

    message = N_("没有找到你这里的这户人家，请核对手机号和他们填的地址")


class ProofNotFound(NotFound):
    """Unknown, or not yours to see."""

    message = N_("没有这份凭证")


class MorePiecesThanSent(Invalid):
    """More pieces accepted than there were handed in."""

    message = N_("只交了 %(sent)s 件，最多算 %(sent)s 件")


class NoPiecesUnexplained(Invalid):
    """No piece accepted and no word why."""

    message = N_("算 0 件要写清楚原因，交的人会看到")


class ProofDecided(Conflict):
    """Decided before."""

    message = N_("这份凭证已经核对过了")


class NotOffline(Conflict):
    """A promotion that is not for shops, or not running."""

    message = N_("这个优惠现在不能领门店码")


class VoucherUnknown(NotFound):
    """No such code, or not for this shop."""

    message = N_("没有这个码，请检查有没有输错")


class VoucherUsed(Conflict):
    """Redeemed before; says when."""

    message = N_("这个码 %(at)s 已经用过了，不能再用")


class NotAtThisTill(Conflict):
    """A rule of the promotion does not hold here or now."""

    message = N_("这个码在这里现在不能用")


class TillLineUnread(Invalid):
    """A line of the queue that cannot be read."""

    message = N_("第 %(number)s 行看不懂，写成：码 金额 日期 时间")


class PromotionIncomplete(Invalid):
    """A field is missing or contradicts another; `field` says which."""

    message = N_("优惠还没有填对，请检查")


class StepsOutOfOrder(PromotionIncomplete):
    """A ladder must rise."""

    message = N_("满减要一级比一级高：满得多，减得多，减的不能超过满的")


class ChannelNotPossible(PromotionIncomplete):
    """A till sees an amount, not lines."""

    message = N_("门店里只能用满减、百分比和立减")


class BundleNotAtTills(PromotionIncomplete):
    """A till sees an amount, not lines."""

    message = N_("门店里看不到整套方案，要求整套方案的优惠只能网上下单用")


class NotToBeNamed(PromotionIncomplete):
    """A product or a seller outside of what an office may see, or too many of them."""

    message = N_("只能选本地的商家和他们在卖的商品，一共最多 %(most)s 个")


class GroupUnknown(NotFound):
    """No such stacking group."""

    message = N_("没有这个分组")


class GroupNameTaken(PromotionIncomplete):
    """Another group has this name, maybe a retired one."""

    message = N_("已经有叫“%(name)s”的分组，停用的可以重新启用")


class GroupUsed(PromotionIncomplete):
    """Announced promotions are in it: the operator is asked first."""

    message = N_("有已经上线的优惠在这个分组里，看过下面列的，勾上再改")


class GroupMoved(PromotionIncomplete):
    """Other promotions are in it than those that were shown."""

    message = N_("刚才又有优惠上线进了这个分组，再看一遍下面列的")


class GroupNotOffered(PromotionIncomplete):
    """The group is retired, or there is none."""

    message = N_("这个分组停用了，换一个，或者不分组")


class TiersOutOfOrder(PromotionIncomplete):
    """Tiers must rise."""

    message = N_("要一级比一级高：包数多，减得多")


class SharesNotWhole(PromotionIncomplete):
    """Shares of the cost that do not add up."""

    message = N_("承担的比例加起来要正好 100 %")


class SharesNotYours(PromotionIncomplete):
    """Somebody else's money."""

    message = N_("这一份钱不归你管，不能替别人承担")


class ShareNeedsBudget(PromotionIncomplete):
    """The platform bears a part of a known sum only."""

    message = N_("请平台分担，要先写预算，平台才知道最多出多少")


class NothingToShare(Conflict):
    """A draft that asks the platform for nothing."""

    message = N_("这个优惠没有要平台分担")


class ShareNotAgreed(Conflict):
    """The platform has not agreed to its part as the draft stands."""

    message = N_("平台还没有同意分担，同意了才能上线")


class ShareMoved(Conflict):
    """The answer is to something that is no longer asked."""

    message = N_("商家改过了，或者已经有人答复了。看清楚现在的再决定")


class BudgetBeyondShare(Invalid):
    """More than the sum the platform agreed to share."""

    message = N_("平台同意分担的预算是 %(agreed)s 元，不能再加。要更多，停掉另建一个再请平台同意")


class CampaignNeeded(PromotionIncomplete):
    """Sellers and makers share only in a campaign they enrolled in."""

    message = N_("要商家或厂家分担，先选一个他们报名参加的活动")


class GroupEndsTooLate(PromotionIncomplete):
    """After the count there must be time to buy."""

    message = N_("报名截止要在优惠开始以后、结束以前，留出付款的时间")


class GiftNotYours(PromotionIncomplete):
    """A gift that this owner cannot give."""

    message = N_("送的商品要是在售的，商家只能送自己的")


class EndsBeforeStart(PromotionIncomplete):
    """Dates in the wrong order."""

    message = N_("结束日期要在开始日期之后")


class AlreadyOver(PromotionIncomplete):
    """A promotion in the past."""

    message = N_("结束日期已经过去，改一个以后的日期")


class RegionNotYours(PromotionIncomplete):
    """A region outside the official's subtree."""

    message = N_("%(region)s 不在你负责的地区")


class BudgetTooSmall(PromotionIncomplete):
    """A budget that no use fits into."""

    message = N_("预算至少要够用一次，一次最少 %(amount)s 元")


class BudgetBelowTaken(Invalid):
    """Less than what orders have reserved and spent already."""

    message = N_("已经用掉和留着的有 %(taken)s 元，预算不能比这少")


class BudgetUnexplained(Invalid):
    """A changed budget without a reason."""

    message = N_("请写明为什么改预算，以后查得到")


class NotStanding(Conflict):
    """Only what is scheduled and not over has a budget to change."""

    message = N_("只有上线了、还没结束的优惠能改预算；草稿直接改")


class CodeTaken(Invalid):
    """Codes are unique over all promotions."""

    message = N_("优惠码 %(code)s 已经有人用了，换一个")


class CodesMissing(Conflict):
    """A promotion by code needs at least one."""

    message = N_("这个优惠要凭码使用，先加一个优惠码再上线")


class NotADraft(Conflict):
    """Only drafts are edited."""

    message = N_("优惠已经上线，只能改预算。别的要改，就停掉另建一个")


class AlreadyStopped(Conflict):
    """A stopped promotion stays stopped."""

    message = N_("优惠已经停了")


class RegionUnknown(Invalid):
    """No such place."""

    message = N_("没有找到“%(name)s”，写县或镇的名字，一行一个")


class RegionAmbiguous(Invalid):
    """Several places have this name."""

    message = N_("“%(name)s”有好几个，写全一点，比如“%(example)s”")
