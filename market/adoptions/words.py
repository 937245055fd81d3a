"""Codes of adoption databases in words."""

from market.adoptions.types import EntryState, UsageState
from market.kernel.i18n import N_

STATES = {
    EntryState.FIRST: (N_("等市级初审"), "info"),
    EntryState.FIRST_ASKED: (N_("初审要补充"), "warn"),
    EntryState.SECOND: (N_("等省级复审"), "info"),
    EntryState.SECOND_ASKED: (N_("复审要补充"), "warn"),
    EntryState.LISTED: (N_("在库"), "ok"),
    EntryState.EXITED: (N_("已退出"), "bad"),
    EntryState.RETURNING: (N_("已退出，等市级核对"), "warn"),
    EntryState.REFUSED: (N_("没有通过"), "bad"),
    EntryState.WITHDRAWN: (N_("厂家撤回"), "plain"),
    EntryState.REMOVED: (N_("移出"), "bad"),
}
LISTS = {
    "waiting": N_("待审"),
    "asked": N_("等对方补充"),
    "listed": N_("在库"),
    "exited": N_("已退出"),
    "over": N_("没有通过、撤回或移出"),
}
LEVELS = {
    "maker": N_("厂家"),
    "town": N_("乡镇"),
    "county": N_("县级"),
    "city": N_("市级"),
    "province": N_("省级"),
    "country": N_("全国"),
    "operator": N_("平台"),
    "system": N_("自动"),
    "partner": N_("数据合作方"),
}
ACTIONS = {
    "propose": N_("申报"),
    "answer": N_("补充说明"),
    "ask": N_("要求补充"),
    "pass_first": N_("初审通过"),
    "pass_second": N_("复审通过，入库"),
    "refuse": N_("不通过"),
    "withdraw": N_("撤回"),
    "exit": N_("退出"),
    "ask_back": N_("申请重新进入"),
    "readmit": N_("核对通过，重新进入"),
    "not_readmit": N_("不同意重新进入"),
    "remove": N_("移出"),
    "follow": N_("按数据合作方更新"),
    "take_told": N_("采用数据合作方的说法"),
    "keep_told": N_("不采用数据合作方的说法"),
}
CAUSES = {
    "spot_check_failed": N_("监督抽查不合格，停售"),
    "kind_barred": N_("多次抽查不合格，这类产品禁售"),
    "certificate_missing": N_("没有证书"),
    "certificate_pending": N_("证书等核对"),
    "certificate_refused": N_("证书没有通过核对"),
    "certificate_upcoming": N_("证书还没到生效日期"),
    "certificate_surveillance_overdue": N_("证书年度监督过期"),
    "certificate_expired": N_("证书过期"),
    "certificate_suspended": N_("证书暂停"),
    "certificate_revoked": N_("证书撤销"),
    "certificate_cancelled": N_("证书注销"),
    "certificate_of_other": N_("证书不是这家厂的"),
    "certificate_other_kind": N_("证书不包含这个品类"),
    "substance_banned": N_("含有禁用的有害物质"),
    "substance_limited": N_("有害物质超过限量"),
    "substance_checked_again": N_("有害物质规则变了，等重新核对"),
    "maker_suspended": N_("厂家被暂停"),
    "product_archived": N_("厂家不再生产销售"),
    "ends_on": N_("在库有效期满"),
    "partner": N_("数据合作方通知退出，主管部门采用"),
}
SHUT = N_("商品现在不能卖")
FIELDS = {
    "list_no": N_("对方的编号"),
    "document_no": N_("文号"),
    "use_scope": N_("适用范围"),
    "starts_on": N_("开始日期"),
    "ends_on": N_("有效期"),
    "state": N_("状态"),
}
SOURCES = {
    "seller": N_("厂家填写"),
    "official": N_("主管部门填写"),
    "partner": N_("数据合作方推送"),
}
USAGES = {
    UsageState.SUBMITTED: (N_("等上级确认"), "info"),
    UsageState.APPROVED: (N_("已确认"), "ok"),
    UsageState.REFUSED: (N_("没有通过"), "bad"),
    UsageState.ENDED: (N_("已撤下"), "plain"),
}


def cause_word(code: str) -> str:
    """The msgid of a cause."""
    return CAUSES.get(code, SHUT)
