"""The words of messages about products: changes, spot checks, standards, batches, carbon."""

from market.kernel.i18n import N_
from market.notifications.types import Kind

KINDS: dict[str, Kind] = {
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
    "local_admitted": Kind(
        "certificates",
        N_("%(product)s列入了%(place)s的地方目录"),
        N_("到 %(day)s 为止没有证书也能在那里卖，别处不能卖"),
    ),
    "local_withdrawn": Kind(
        "certificates",
        N_("%(product)s被移出%(place)s的地方目录"),
        N_("在那里马上停卖。理由：%(reason)s"),
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
    "spot_check_failed_shop": Kind(
        "certificates",
        N_("你卖的%(product)s抽查不合格，已经下架"),
        N_("批次 %(batch)s 不能再发，已经下的单也一样。复查合格以后自动恢复"),
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
    "pick_lost": Kind(
        "certificates",
        N_("推荐给农户的%(product)s买不到了"),
        N_("证书失效、停售或者没有卖家，页面上已经不显示。打开看，换一个或者撤下"),
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
}
