"""The words of messages about sellers, factories, suppliers, plans and demonstration projects."""

from market.kernel.i18n import N_
from market.notifications.types import Kind

KINDS: dict[str, Kind] = {
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
    "seller_approved": Kind("certificates", N_("开店申请通过了"), N_("现在可以录证书、上商品")),
    "seller_clarification": Kind(
        "certificates", N_("开店申请要补充说明"), N_("审核人问：%(reason)s")
    ),
    "seller_refused": Kind("certificates", N_("开店申请没有通过"), N_("原因：%(reason)s")),
    "seller_submitted": Kind(
        "certificates", N_("%(name)s 申请开店，等你审核"), N_("打开看证照和资料，通过、追问或退回")
    ),
}
