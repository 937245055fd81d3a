"""The operator's page of the recurring jobs."""

from flask import Blueprint

from market.db.session import reading
from market.jobs import service
from market.kernel.i18n import N_
from market.web.access import OPERATOR, policy
from market.web.context import now
from market.web.templating import render

blueprint = Blueprint("jobs", __name__)

NAMES = {
    "expire_orders": N_("取消没付款的订单，放出留的货"),
    "expire_holds": N_("放出过了时间的留货"),
    "free_carts": N_("放出过了时间的购物车暂留"),
    "send_messages": N_("发出短信和邮件"),
    "payment_events": N_("处理支付服务的通知"),
    "reconcile_payments": N_("向支付服务核对没有结果的付款"),
    "send_refunds": N_("把退款送到支付服务"),
    "due_certificates": N_("提醒快到期的证书"),
    "due_rechecks": N_("提醒要复查的产品，过了期限的告诉主管部门"),
    "pickup_reminders": N_("提醒自提点没人取的货"),
    "adoption_exits": N_("记下到期自动退出采信应用数据库的产品"),
    "count_groups": N_("到点的村里团购"),
    "count_sales": N_("数近 90 天卖了多少"),
    "local_picks": N_("告诉主管部门，哪些推荐的商品买不到了"),
    "county_purchases": N_("数各县有多少户买过什么"),
    "renovation_requests": N_("到期的邀请、下一批施工队、到期的需求"),
    "goods_of_ended_jobs": N_("工程取消后过期没有决定的货"),
    "forget_expired": N_("清掉过期的验证码和尝试次数"),
    "lost_options": N_("告诉方案的作者，哪些商品和材料买不到了"),
    "standard_changes": N_("告诉厂家标准被代替或废止"),
    "substance_rules": N_("规则放宽的产品恢复销售"),
    "forget_visitors": N_("抹去 90 天前扫码人的记号"),
    "search_index": N_("更新搜索"),
    "search_health": N_("检查搜索"),
    "sheet_imports": N_("读卖家传来的大表格，按确认过的预览写入"),
    "forget_imports": N_("清掉 30 天前的表格导入"),
}


@blueprint.get("/operator/jobs")
@policy(OPERATOR)
def list_jobs() -> str:
    """When each job ran last and how it went."""
    with reading() as session:
        jobs = service.list_jobs(session)
    return render(
        "jobs/list_jobs.html",
        jobs=jobs,
        names=NAMES,
        asleep=not jobs or any(job.is_late(now()) for job in jobs),
    )
