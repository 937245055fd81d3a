"""The sentences of contracts: where one stands, what happened, what to do now."""

from datetime import date
from typing import Any

from flask_babel import gettext as _

from market.contracts.queries import ContractPage
from market.contracts.types import (
    PARTY_LABELS,
    ContractState,
    HappenedView,
    MilestoneState,
    MilestoneView,
    Party,
)
from market.kernel.i18n import N_
from market.web.templating import day, name_of

HAPPENED: dict[str, str] = {
    "drafted": N_("选定施工队，起草了第 1 版"),
    "changed": N_("改成第 %(version)s 版"),
    "signed": N_("签了第 %(version)s 版"),
    "running": N_("双方都签了第 %(version)s 版，合同生效"),
    "ordered": N_("订单 %(code)s 的材料归到合同"),
    "bound": N_("把订单 %(code)s 绑到合同"),
    "reported": N_("“%(name)s”做好了，请业主验收"),
    "accepted": N_("“%(name)s”验收通过"),
    "rework": N_("“%(name)s”要返工：%(reason)s"),
    "move_asked": N_("想把“%(name)s”改到 %(day)s：%(reason)s"),
    "move_agreed": N_("同意把“%(name)s”改到 %(day)s"),
    "move_refused": N_("没有同意把“%(name)s”改到 %(day)s"),
    "cancelled": N_("取消了合同：%(reason)s"),
    "finished": N_("全部节点验收通过，合同完成"),
    "goods_deliver": N_("没发的货改在 %(day)s 前送"),
    "goods_keep": N_("没发的货先留着，等新的施工队"),
    "goods_drop": N_("没发的货不要了"),
    "goods_as_promised": N_("过期没有决定，货按下单时的约定送"),
}


def say_happened(event: HappenedView) -> str:
    """An entry of the timeline, with who did it."""
    params: dict[str, Any] = dict(event.params)
    if "name_zh" in params:
        params["name"] = name_of(params)
    if "day" in params:
        params["day"] = day(date.fromisoformat(params["day"]))
    return _(HAPPENED[event.kind], **params)


def say_who(event: HappenedView) -> str:
    """Who did it; nothing where the clock or both did."""
    return _(PARTY_LABELS[event.party]) if event.party else ""


def coming(page: ContractPage) -> MilestoneView | None:
    """The first milestone that is not accepted."""
    return next(
        (m for m in page.contract.milestones if m.state is not MilestoneState.ACCEPTED), None
    )


def say_now(page: ContractPage) -> str:
    """What the reader has to do or to wait for, in one sentence."""
    contract = page.contract
    if contract.state is ContractState.DRAFT:
        return _say_draft(page)
    if contract.state is ContractState.FINISHED:
        return _("合同完成了，所有节点都验收通过")
    if contract.state is ContractState.CANCELLED:
        waiting = sum(part.waits for part in page.parts)
        if waiting and page.party is Party.HOUSEHOLD and contract.decide_by:
            return _(
                "合同取消了。还有 %(count)s 家的货等你决定，到 %(day)s",
                count=waiting, day=day(contract.decide_by),
            )  # fmt: skip
        return _("合同取消了，不能再恢复")
    return _say_running(page)


def _say_draft(page: ContractPage) -> str:
    contract = page.contract
    mine = contract.signed_by(page.party)
    theirs = contract.signed_by(page.party.other)
    if mine:
        return _("第 %(version)s 版你签了，等对方签", version=contract.shown_version)
    if theirs:
        return _("对方签了第 %(version)s 版，等你看过再签", version=contract.shown_version)
    return _("第 %(version)s 版，双方都还没签", version=contract.shown_version)


def _say_running(page: ContractPage) -> str:
    if page.move is not None:
        mine = page.move.proposed_by is page.party
        return _("你提了改期，等对方答复") if mine else _("对方想改期，请你答复")
    one = coming(page)
    return _say_coming(page, one) if one else _("所有节点都验收通过了")


def _say_coming(page: ContractPage, one: MilestoneView) -> str:
    name = name_of(one)
    if one.state is MilestoneState.REPORTED:
        if page.party is Party.HOUSEHOLD:
            return _("“%(name)s”做好了，请你验收", name=name)
        return _("“%(name)s”等业主验收", name=name)
    if one.state is MilestoneState.REWORK:
        return _("“%(name)s”要返工：%(reason)s", name=name, reason=one.rework_reason)
    return _("下一个节点“%(name)s”，%(day)s", name=name, day=day(one.planned_on))
