"""The words of messages about crews, invitations, quotes and awards."""

from market.kernel.i18n import N_
from market.notifications.types import Kind

KINDS: dict[str, Kind] = {
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
    "provider_submitted": Kind(
        "renovation", N_("%(name)s 申请入驻，等你审核"), N_("打开看资料，通过、追问或退回")
    ),
}
