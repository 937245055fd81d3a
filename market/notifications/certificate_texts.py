"""The words of messages about certificates and what is wrong with them."""

from market.kernel.i18n import N_
from market.notifications.types import Kind

KINDS: dict[str, Kind] = {
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
    "registry_suspend": Kind(
        "certificates",
        N_("登记库公布证书 %(number)s 被暂停"),
        N_("用它的商品现在不能卖，恢复以后自动能卖。不对就找发证机构"),
    ),
    "registry_reinstate": Kind(
        "certificates", N_("登记库公布证书 %(number)s 恢复了"), N_("用它的商品又能卖了")
    ),
    "registry_revoke": Kind(
        "certificates",
        N_("登记库公布证书 %(number)s 被撤销"),
        N_("用它的商品不能再卖。不对就找发证机构"),
    ),
    "registry_cancel": Kind(
        "certificates",
        N_("登记库公布证书 %(number)s 注销了"),
        N_("用它的商品不能再卖。不对就找发证机构"),
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
    "certificate_submitted": Kind(
        "certificates", N_("证书 %(number)s 等你审核"), N_("打开核对证书和附件，通过、追问或退回")
    ),
}
