"""The words of messages about adoption databases."""

from market.kernel.i18n import N_
from market.notifications.types import Kind

KINDS: dict[str, Kind] = {
    "adoption_waits_city": Kind(
        "certificates", N_("“%(product)s”的采信申报等你初审"), N_("对照证书和证明材料看，再决定")
    ),
    "adoption_waits_province": Kind(
        "certificates", N_("“%(product)s”的采信申报等你复审"), N_("市里初审过了，请复审")
    ),
    "adoption_passed": Kind(
        "certificates", N_("“%(product)s”的采信初审通过了"), N_("现在等省里复审")
    ),
    "adoption_listed": Kind(
        "certificates", N_("“%(product)s”进了采信应用数据库"), N_("大家都查得到")
    ),
    "adoption_asked": Kind(
        "certificates", N_("“%(product)s”的采信申报要补充"), N_("审核人问：%(reason)s")
    ),
    "adoption_refused": Kind(
        "certificates", N_("“%(product)s”的采信申报没有通过"), N_("原因：%(reason)s")
    ),
    "adoption_removed": Kind(
        "certificates", N_("“%(product)s”被移出采信应用数据库"), N_("原因：%(reason)s")
    ),
    "adoption_exited": Kind(
        "certificates",
        N_("“%(product)s”自动退出了采信应用数据库"),
        N_("证书或抽查有问题。处理好以后可以申请重新进入，由市里核对"),
    ),
    "adoption_returned": Kind(
        "certificates", N_("“%(product)s”重新进了采信应用数据库"), N_("大家都查得到")
    ),
    "adoption_not_returned": Kind(
        "certificates", N_("“%(product)s”没有获准重新进入"), N_("原因：%(reason)s")
    ),
    "adoption_use_waits": Kind(
        "certificates", N_("应用记录“%(project)s”等你确认"), N_("对照证明材料看，再确认")
    ),
    "adoption_use_approved": Kind(
        "certificates", N_("应用记录“%(project)s”确认了"), N_("现在公开，大家都查得到")
    ),
    "adoption_use_refused": Kind(
        "certificates", N_("应用记录“%(project)s”没有通过"), N_("原因：%(reason)s")
    ),
    "adoption_differs": Kind(
        "certificates",
        N_("%(partner)s说的“%(product)s”和库里不一样"),
        N_("批次 %(batch)s。逐项看，采用对方的或保留我们的"),
    ),
}
