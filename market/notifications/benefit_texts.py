"""The words of messages about promotions, village purchases and subsidies."""

from market.kernel.i18n import N_
from market.notifications.types import Kind

KINDS: dict[str, Kind] = {
    "promotion_exhausted": Kind(
        "promotions",
        N_("优惠“%(name)s”的预算用完了"),
        N_("之后的订单按原价。要继续，就加预算或新建一个"),
    ),
    "enrolment_asked": Kind(
        "promotions",
        N_("%(seller)s报名参加活动“%(name)s”，等你同意"),
        N_("同意以后它的商品才算活动商品；不同意要写原因"),
    ),
    "enrolment_approved": Kind(
        "promotions", N_("活动“%(name)s”同意你参加了"), N_("现在可以建只在活动里用的优惠")
    ),
    "enrolment_refused": Kind(
        "promotions",
        N_("活动“%(name)s”没有同意你参加"),
        N_("原因：%(reason)s。改好以后可以再报名"),
    ),
    "share_asked": Kind(
        "promotions",
        N_("%(seller)s请平台分担优惠“%(name)s”的 %(share)s %%，等你答复"),
        N_("平台最多出 %(most)s 元；同意了它才能上线，不同意要写原因"),
    ),
    "share_accepted": Kind(
        "promotions",
        N_("平台同意分担优惠“%(name)s”的 %(share)s %%"),
        N_("现在可以上线。再改内容，要重新请平台同意"),
    ),
    "share_refused": Kind(
        "promotions", N_("平台没有同意分担优惠“%(name)s”"), N_("原因：%(reason)s")
    ),
    "group_reached": Kind(
        "promotions",
        N_("团购“%(name)s”成团了"),
        N_(
            "一共报了 %(total)s 包，满 %(reached)s 包，减 %(percent)s %%。例如%(product)s每包原价 "
            "%(was)s 元，现在 %(price)s 元。最晚 %(day)s 下单，放进购物车自动减，送到%(point)s"
        ),
    ),
    "group_reached_unsold": Kind(
        "promotions",
        N_("团购“%(name)s”成团了"),
        N_(
            "一共报了 %(total)s 包，满 %(reached)s 包，减 %(percent)s %%。现在没有在售的商品，"
            "等商家上货。最晚 %(day)s 下单，自动减，送到%(point)s"
        ),
    ),
    "group_failed": Kind(
        "promotions",
        N_("团购“%(name)s”没有成团"),
        N_("一共报了 %(total)s 包，不够 %(least)s 包。报的名不算了，要买按原价"),
    ),
    "group_stopped": Kind(
        "promotions",
        N_("团购“%(name)s”停了"),
        N_("发起的人在截止以前把它停了。报的名不算了，要买按原价"),
    ),
    "group_counted": Kind(
        "promotions",
        N_("团购“%(name)s”报名截止了"),
        N_("%(count)s 户报了 %(total)s 包，满 %(reached)s 包，减 %(percent)s %%。打开看名单"),
    ),
    "group_counted_short": Kind(
        "promotions",
        N_("团购“%(name)s”报名截止了"),
        N_("%(count)s 户报了 %(total)s 包，不够最低的 %(least)s 包，没有成团"),
    ),
    "proof_accepted": Kind(
        "promotions",
        N_("“%(name)s”的旧物核对好了"),
        N_("你交的 %(sent)s 件算 %(accepted)s 件。放进购物车自动减"),
    ),
    "proof_accepted_with_note": Kind(
        "promotions",
        N_("“%(name)s”的旧物核对好了"),
        N_("你交的 %(sent)s 件算 %(accepted)s 件，说明：%(reason)s。放进购物车自动减"),
    ),
    "proof_refused": Kind(
        "promotions",
        N_("“%(name)s”的旧物没有通过"),
        N_("原因：%(reason)s。补好了可以再交一次"),
    ),
    "subsidy_filed": Kind(
        "subsidies",
        N_("补贴申请 %(code)s 等你审核"),
        N_("“%(name)s”，申请 %(amount)s 元。打开看凭证，通过、要求补充或不通过"),
    ),
    "subsidy_asked": Kind(
        "subsidies", N_("补贴申请 %(code)s 要补充说明"), N_("主管部门说：%(words)s")
    ),
    "subsidy_approved": Kind(
        "subsidies",
        N_("补贴申请 %(code)s 通过了"),
        N_("“%(name)s”补 %(amount)s 元。打开看怎么算的"),
    ),
    "subsidy_refused": Kind(
        "subsidies", N_("补贴申请 %(code)s 没有通过"), N_("原因：%(words)s。次数和额度退回了")
    ),
    "subsidy_paid": Kind(
        "subsidies", N_("补贴 %(code)s 拨付了"), N_("%(amount)s 元，拨付凭证号 %(words)s")
    ),
}
