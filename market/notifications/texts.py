"""The words of every kind of message, and what the person may switch off as its topic."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from babel.support import NullTranslations, Translations

from market.kernel.clock import SHANGHAI
from market.kernel.i18n import N_
from market.kernel.money import format_fen
from market.notifications.adoption_texts import ADOPTION
from market.notifications.types import Kind
from market.web.i18n import load_english

KINDS: dict[str, Kind] = {
    **ADOPTION,
    "order_placed": Kind(
        "orders",
        N_("订单 %(code)s 已提交"),
        N_("应付 %(total)s 元。货给你留到 %(held_until)s，过时自动取消，不收钱"),
    ),
    "order_to_transfer": Kind(
        "orders",
        N_("订单 %(code)s 已提交"),
        N_("请转账 %(total)s 元，附言写订单号。账号和货留到几点，打开订单看"),
    ),
    "order_on_delivery": Kind(
        "orders",
        N_("订单 %(code)s 已提交"),
        N_("收到货再当面付，一共 %(total)s 元"),
    ),
    "order_paid": Kind(
        "orders", N_("订单 %(code)s 付好了"), N_("收到 %(amount)s 元，商家开始备货")
    ),
    "order_to_pack": Kind(
        "orders", N_("新订单 %(code)s 要发货"), N_("打开订单看要备哪些货、送到哪里")
    ),
    "order_shipped": Kind(
        "orders",
        N_("订单 %(code)s 发货了"),
        N_("%(seller)s 已发 %(shipped)s 包，共 %(wanted)s 包"),
    ),
    "order_cancelled": Kind(
        "orders", N_("订单 %(code)s 取消了"), N_("付过的钱会全额退回。原因：%(reason)s")
    ),
    "order_expired": Kind(
        "orders", N_("订单 %(code)s 过时取消了"), N_("没有收到付款，货已放回。没有扣你的钱")
    ),
    "order_part_cancelled": Kind(
        "orders",
        N_("订单 %(code)s 有 %(packs)s 包不发了"),
        N_("%(seller)s 取消了没发的部分，原因：%(reason)s。付过的会退给你"),
    ),
    "order_refunded": Kind(
        "orders",
        N_("订单 %(code)s 退款 %(amount)s 元"),
        N_("原路退回，一般 1–5 个工作日到账。原因：%(reason)s"),
    ),
    "late_payment_refunded": Kind(
        "orders",
        N_("订单 %(code)s 的 %(amount)s 元全部退给你"),
        N_("付款到账时货已经不再给你留，也没有余货。原路退回，一般 1–5 个工作日到账"),
    ),
    "late_discount_refunded": Kind(
        "orders",
        N_("订单 %(code)s 的 %(amount)s 元全部退给你"),
        N_("付款到账太晚，订单里的优惠已经用完。原路退回，一般 1–5 个工作日到账。可以按现价重新买"),
    ),
    "payment_returned": Kind(
        "orders",
        N_("多付的 %(amount)s 元退给你"),
        N_("这个订单不需要这笔钱，全额原路退回，一般 1–5 个工作日到账"),
    ),
    "certificate_due": Kind(
        "certificates",
        N_("证书 %(number)s 还有 %(days)s 天到期"),
        N_("%(valid_to)s 到期，之后这些商品不能再卖。现在就去办续证"),
    ),
    "certificate_approved": Kind("certificates", N_("证书审核通过了"), N_("现在可以用它上架商品")),
    "certificate_clarification": Kind(
        "certificates", N_("证书要补充说明"), N_("审核人问：%(reason)s")
    ),
    "certificate_refused": Kind("certificates", N_("证书没有通过审核"), N_("原因：%(reason)s")),
    "certificate_suspend": Kind(
        "certificates",
        N_("证书 %(number)s 被暂停"),
        N_("用它的商品现在不能卖，恢复以后自动能卖。原因：%(reason)s"),
    ),
    "certificate_reinstate": Kind(
        "certificates", N_("证书 %(number)s 恢复了"), N_("用它的商品又能卖了。说明：%(reason)s")
    ),
    "certificate_revoke": Kind(
        "certificates", N_("证书 %(number)s 被撤销"), N_("用它的商品不能再卖。原因：%(reason)s")
    ),
    "certificate_cancel": Kind(
        "certificates", N_("证书 %(number)s 注销了"), N_("用它的商品不能再卖。原因：%(reason)s")
    ),
    "anomaly_accept": Kind(
        "certificates", N_("证书 %(number)s 的异常查过了，没有问题"), N_("说明：%(reason)s")
    ),
    "anomaly_keep": Kind(
        "certificates",
        N_("证书 %(number)s 的异常查过了，确实有问题"),
        N_("证书保持停用。原因：%(reason)s"),
    ),
    "anomaly_other_accept": Kind(
        "certificates",
        N_("证书编号 %(number)s 查过了，原来那张没有问题"),
        N_("你不能录入这个编号。说明：%(reason)s"),
    ),
    "anomaly_other_ask": Kind(
        "certificates",
        N_("证书编号 %(number)s 查过了，已经要求另一家更正"),
        N_("说明：%(reason)s"),
    ),
    "anomaly_other_refuse": Kind(
        "certificates",
        N_("证书编号 %(number)s 查过了，另一家的录入没有通过"),
        N_("证书是你的，现在可以录入。说明：%(reason)s"),
    ),
    "anomaly_other_shut": Kind(
        "certificates",
        N_("证书编号 %(number)s 查过了，另一家的证书已经停用"),
        N_("证书是你的，请联系当地主管部门。说明：%(reason)s"),
    ),
    "product_change_submitted": Kind(
        "certificates", N_("产品变更要审核：%(product)s"), N_("打开看改了什么，再决定通过或退回")
    ),
    "product_published": Kind(
        "certificates", N_("%(product)s 已经上架"), N_("审核通过了，买家现在看得到")
    ),
    "product_change_confirmed": Kind(
        "certificates", N_("%(product)s 的修改已生效"), N_("审核通过了，买家看到的是新资料")
    ),
    "product_change_declined": Kind(
        "certificates", N_("%(product)s 的变更被退回"), N_("产品保持原样。原因：%(note)s")
    ),
    "product_change_requires_action": Kind(
        "certificates", N_("%(product)s 的变更要你回答"), N_("审核人问：%(note)s")
    ),
    "spot_check_failed": Kind(
        "orders",
        N_("你买过的%(product)s抽查不合格"),
        N_("不合格的是批次 %(batch)s。先别用，看公示里哪一项不合格，再和卖家联系退换"),
    ),
    "spot_check_failed_maker": Kind(
        "certificates",
        N_("%(product)s抽查不合格，已经停售"),
        N_("批次 %(batch)s 不能再发。15 天内可以申诉；整改后最迟 %(day)s 复查，合格才能再卖"),
    ),
    "recheck_due": Kind(
        "certificates",
        N_("%(product)s要在 %(day)s 前复查"),
        N_("整改好了就联系主管部门抽样复查。复查合格才能再卖"),
    ),
    "recheck_overdue": Kind(
        "certificates",
        N_("%(product)s没有按时复查"),
        N_("复查期限是 %(day)s。产品一直停售，到复查合格为止；主管部门会来查"),
    ),
    "recheck_overdue_official": Kind(
        "certificates",
        N_("%(product)s过了复查期限"),
        N_("抽查不合格后应在 %(day)s 前复查，现在还没有合格的复查。产品还在停售"),
    ),
    "spot_check_passed_maker": Kind(
        "certificates", N_("%(product)s抽查合格"), N_("批次 %(batch)s，结果已经公示")
    ),
    "appeal_made": Kind(
        "certificates", N_("%(product)s的抽查结果有申诉"), N_("看申诉和新的检测报告，再决定")
    ),
    "appeal_upheld": Kind(
        "certificates", N_("%(product)s的申诉成立"), N_("原结果已经撤销。理由：%(reason)s")
    ),
    "appeal_rejected": Kind(
        "certificates", N_("%(product)s的申诉没有成立"), N_("理由：%(reason)s")
    ),
    "standard_superseded": Kind(
        "certificates",
        N_("执行标准 %(code)s 被 %(by)s 代替了"),
        N_("从 %(day)s 起。你有 %(count)s 个产品还写着旧标准，先是%(product)s。改成现行的再交审核"),
    ),
    "standard_withdrawn": Kind(
        "certificates",
        N_("执行标准 %(code)s 废止了"),
        N_("从 %(day)s 起。你有 %(count)s 个产品还写着它，先是%(product)s。改成现行的再交审核"),
    ),
    "standard_to_read": Kind(
        "certificates",
        N_("要读新的强制性标准 %(code)s"),
        N_("%(title)s，%(day)s 起实施。读过以后确认，不确认就不能再上架"),
    ),
    "product_unfit": Kind(
        "certificates",
        N_("%(product)s 不符合有毒有害物质规则"),
        N_("%(substance)s 不符合规则，从 %(day)s 起不能卖。换配方、改申报，或者暂停销售"),
    ),
    "scan_alarm": Kind(
        "certificates",
        N_("%(product)s的追溯码可能被人仿冒"),
        N_("批次 %(batch)s，追溯码 %(trace_code)s。看在哪里扫的，去核对实物"),
    ),
    "scan_alarm_maker": Kind(
        "certificates",
        N_("你的%(product)s可能有人仿冒"),
        N_("批次 %(batch)s，追溯码 %(trace_code)s 扫得不正常，主管部门在查"),
    ),
    "scan_alarm_genuine": Kind(
        "certificates", N_("%(product)s的扫码告警查过了，是真货"), N_("查到的情况：%(note)s")
    ),
    "scan_alarm_counterfeit": Kind(
        "certificates", N_("查实有人仿冒你的%(product)s"), N_("查到的情况：%(note)s")
    ),
    "batch_recalled": Kind(
        "orders", N_("你买的%(product)s，批次 %(batch)s 有通知"), N_("%(words)s")
    ),
    "carbon_submitted": Kind(
        "certificates",
        N_("%(product)s的碳足迹声明等你核验"),
        N_("第 %(version)s 版。对照核验报告看单位、数值和有效期"),
    ),
    "carbon_verified": Kind(
        "certificates",
        N_("%(product)s的碳足迹声明通过了"),
        N_("第 %(version)s 版。商品页现在显示碳标签"),
    ),
    "carbon_refused": Kind(
        "certificates",
        N_("%(product)s的碳足迹声明没有通过"),
        N_("第 %(version)s 版。原因：%(reason)s。可以做新版本再交"),
    ),
    "carbon_withdrawn": Kind(
        "certificates",
        N_("%(product)s的碳标签被撤回"),
        N_("第 %(version)s 版。原因：%(reason)s"),
    ),
    "factory_submitted": Kind(
        "certificates", N_("%(seller)s的工厂档案等你确认"), N_("对照证明文件看，再确认")
    ),
    "factory_approved": Kind(
        "certificates", N_("工厂档案里的一项确认了"), N_("店铺页和商品页现在显示")
    ),
    "factory_asked": Kind("certificates", N_("工厂档案要补充说明"), N_("主管部门问：%(reason)s")),
    "factory_refused": Kind("certificates", N_("工厂档案里的一项没有通过"), N_("原因：%(reason)s")),
    "factory_ended": Kind("certificates", N_("工厂档案里的一项被撤下"), N_("原因：%(reason)s")),
    "supplier_submitted": Kind(
        "certificates", N_("%(seller)s申请做方案供应商，等你评定"), N_("对照证明，一项一项打分")
    ),
    "supplier_approved": Kind(
        "certificates",
        N_("评上了系统解决方案供应商"),
        N_("等级公开在店铺页上，现在可以写自己的方案"),
    ),
    "supplier_asked": Kind(
        "certificates", N_("方案供应商申请要补充"), N_("主管部门问：%(reason)s")
    ),
    "supplier_refused": Kind("certificates", N_("方案供应商申请没有通过"), N_("原因：%(reason)s")),
    "supplier_ended": Kind("certificates", N_("方案供应商资格被撤销"), N_("原因：%(reason)s")),
    "demonstration_submitted": Kind(
        "certificates",
        N_("示范工程“%(title)s”等你审核"),
        N_("看材料、用能和照片，再决定公开不公开"),
    ),
    "demonstration_approved": Kind(
        "certificates", N_("示范工程“%(title)s”公开了"), N_("大家都看得到，方案供应商可以照着配")
    ),
    "demonstration_refused": Kind(
        "certificates", N_("示范工程“%(title)s”退回修改"), N_("原因：%(reason)s")
    ),
    "demonstration_withdrawn": Kind(
        "certificates", N_("示范工程“%(title)s”撤下了"), N_("原因：%(reason)s")
    ),
    "demonstration_order": Kind(
        "orders",
        N_("订单 %(code)s 的材料用在示范工程“%(title)s”里"),
        N_(
            "%(official)s登记了你同意公开材料、数量和单价，不公开你的姓名、电话和住址。"
            "没有同意过，请打平台电话"
        ),
    ),
    "bundle_submitted": Kind(
        "certificates", N_("方案“%(name)s”等你审核"), N_("看改了什么，再试算")
    ),
    "bundle_approved": Kind(
        "certificates", N_("方案“%(name)s”通过了"), N_("新的一版已经发布，买家看得到了")
    ),
    "bundle_asked": Kind(
        "certificates", N_("方案“%(name)s”要补充或修改"), N_("审核人问：%(reason)s")
    ),
    "bundle_refused": Kind("certificates", N_("方案“%(name)s”没有通过"), N_("原因：%(reason)s")),
    "bundle_option_lost": Kind(
        "certificates",
        N_("方案“%(name)s”里指定的商品买不到了"),
        N_("%(product)s已经下架，买家看到的是替代的。换一个再发布"),
    ),
    "bundle_slot_emptied": Kind(
        "certificates",
        N_("方案“%(name)s”里的%(slot)s没有货了"),
        N_("现在没有一家在卖。换一种材料，或者去掉这一项再发布"),
    ),
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
    "seller_approved": Kind("certificates", N_("开店申请通过了"), N_("现在可以录证书、上商品")),
    "seller_clarification": Kind(
        "certificates", N_("开店申请要补充说明"), N_("审核人问：%(reason)s")
    ),
    "seller_refused": Kind("certificates", N_("开店申请没有通过"), N_("原因：%(reason)s")),
    "provider_approved": Kind("renovation", N_("入驻申请通过了"), N_("有合适的活会邀请你报价")),
    "provider_clarification": Kind(
        "renovation", N_("入驻申请要补充说明"), N_("审核人问：%(reason)s")
    ),
    "provider_refused": Kind("renovation", N_("入驻申请没有通过"), N_("原因：%(reason)s")),
    "provider_suspended": Kind("renovation", N_("你的队伍被暂停接活"), N_("原因：%(reason)s")),
    "provider_reinstated": Kind("renovation", N_("你的队伍可以接活了"), N_("暂停已经解除")),
    "invitation": Kind(
        "renovation",
        N_("有一个活请你报价"),
        N_("%(expires)s 前答复，过时邀请失效。打开看要做什么、在哪里"),
    ),
    "quote": Kind(
        "renovation",
        N_("%(provider)s 报价 %(total)s 元"),
        N_("打开看分项，和别家放在一起比"),
    ),
    "award_won": Kind(
        "renovation", N_("这个活选定了你们"), N_("现在可以看到联系电话和地址，尽快联系")
    ),
    "award_lost": Kind("renovation", N_("这个活选了别家"), N_("谢谢报价，有合适的活再邀请你")),
    "no_quotes": Kind(
        "renovation",
        N_("装修需求到期，只有 %(quotes)s 份报价"),
        N_("可以延长几天再请几家，或者改一下需求"),
    ),
    "no_quotes_official": Kind(
        "renovation",
        N_("本地有一个需求到期，只有 %(quotes)s 份报价"),
        N_("看看当地哪些工种缺人手"),
    ),
    "request_closed": Kind(
        "renovation",
        N_("装修需求关闭了"),
        N_("住户结束了这个需求，不再接受报价。谢谢你们花的时间"),
    ),
    "request_expired": Kind(
        "renovation",
        N_("装修需求到期了"),
        N_("住户没有在期限内选定，这个需求已经结束。谢谢你们花的时间"),
    ),
    "seller_submitted": Kind(
        "certificates", N_("%(name)s 申请开店，等你审核"), N_("打开看证照和资料，通过、追问或退回")
    ),
    "certificate_submitted": Kind(
        "certificates", N_("证书 %(number)s 等你审核"), N_("打开核对证书和附件，通过、追问或退回")
    ),
    "provider_submitted": Kind(
        "renovation", N_("%(name)s 申请入驻，等你审核"), N_("打开看资料，通过、追问或退回")
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


def words(kind: str, params: Mapping[str, Any], language: str) -> tuple[str, str]:
    """Title and text in a language, whoever is asking. An unknown kind says itself."""
    known = KINDS.get(kind)
    if known is None:
        return kind, ""
    say = _translations(language).gettext
    shown = {name: _shown(name, value) for name, value in params.items()}
    return _filled(say(known.title), shown), _filled(say(known.text), shown)


def _shown(name: str, value: Any) -> str:
    if name.endswith("_fen"):
        return format_fen(int(value))
    if name.endswith("_at"):
        local = datetime.fromisoformat(str(value)).astimezone(SHANGHAI)
        return local.strftime("%m-%d %H:%M")
    return str(value)


def _filled(text: str, shown: Mapping[str, str]) -> str:
    plain = {name.removesuffix("_fen").removesuffix("_at"): value for name, value in shown.items()}
    return text % plain


@lru_cache(maxsize=2)
def _translations(language: str) -> NullTranslations:
    if language != "en":
        return NullTranslations()
    english: Translations = load_english()
    return english
