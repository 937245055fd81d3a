"""Codes of factory profiles in words, in the visitor's language."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import gettext, ngettext

from market.factories.types import ClaimDraft, ClaimKind, ClaimState, Grade, Level, Zero
from market.kernel.i18n import N_
from market.kernel.quantity import decimal_text
from market.sellers.types import FactoryMark

KINDS = {
    ClaimKind.ZERO: N_("六零工厂"),
    ClaimKind.GRADE: N_("环保绩效等级"),
    ClaimKind.RECOGNITION: N_("荣誉和名单"),
    ClaimKind.WASTE: N_("固体废弃物掺用比例"),
}
ZEROS = {
    Zero.POWER: N_("零外购电"),
    Zero.FOSSIL: N_("零化石能源"),
    Zero.RESOURCE: N_("零一次资源"),
    Zero.CARBON: N_("零碳排放"),
    Zero.WASTE: N_("零废弃物排放"),
    Zero.WORKERS: N_("零一线员工"),
}
GRADES = {
    Grade.A: N_("环保绩效 A 级"),
    Grade.LEADING: N_("环保绩效引领性企业"),
    Grade.B: N_("环保绩效 B 级"),
}
LEVELS = {
    Level.NATIONAL: N_("国家级"),
    Level.PROVINCE: N_("省级"),
    Level.CITY: N_("市级"),
    Level.COUNTY: N_("县级"),
}
STATES = {
    ClaimState.SUBMITTED: (N_("等确认"), "info"),
    ClaimState.ASKED: (N_("要补充"), "warn"),
    ClaimState.ANSWERED: (N_("已补充"), "info"),
    ClaimState.APPROVED: (N_("已确认"), "ok"),
    ClaimState.REFUSED: (N_("没有通过"), "bad"),
    ClaimState.ENDED: (N_("已撤下"), "plain"),
    ClaimState.EXPIRED: (N_("已过期"), "bad"),
}
LISTS = {
    "waiting": N_("待审"),
    "asked": N_("等对方补充"),
    "approved": N_("已确认"),
    "refused": N_("没有通过或已撤下"),
}
_COUNTS = (
    "",
    N_("一零工厂"),
    N_("两零工厂"),
    N_("三零工厂"),
    N_("四零工厂"),
    N_("五零工厂"),
    N_("六零工厂"),
)


def claim_title(draft: ClaimDraft) -> str:
    """What is claimed, in one phrase."""
    if draft.kind is ClaimKind.ZERO:
        return gettext(ZEROS[Zero(draft.key)])
    if draft.kind is ClaimKind.GRADE:
        return gettext(GRADES[Grade(draft.key)])
    if draft.kind is ClaimKind.WASTE:
        return gettext("固体废弃物掺用 %(share)s %%", share=decimal_text(draft.share or 0))
    return draft.title


def claim_note(draft: ClaimDraft) -> str:
    """Who says so, when and until when."""
    when = draft.issued_on
    day = when.isoformat() if when else gettext("%(year)s 年", year=draft.year)
    parts = [draft.issuer, day]
    if draft.level:
        parts.insert(0, gettext(LEVELS[Level(draft.level)]))
    if draft.list_no:
        parts.append(gettext("名单号 %(number)s", number=draft.list_no))
    if draft.kind is ClaimKind.WASTE:
        parts.append(gettext("报告 %(number)s", number=draft.title))
    if draft.expires_on is not None:
        parts.append(gettext("有效至 %(day)s", day=draft.expires_on.isoformat()))
    return gettext("，").join(parts)


def badges(marks: Iterable[FactoryMark], today: date) -> list[dict[str, Any]]:
    """The few badges of a maker that fit beside its name: how many zeros, the grade, how many
    recognitions; each with who says so and the day, or the year where no day is known. What is
    over is left out."""
    held = [mark for mark in marks if mark.holds_on(today)]
    zeros = [mark for mark in held if mark.kind == ClaimKind.ZERO]
    grades = [mark for mark in held if mark.kind == ClaimKind.GRADE]
    honours = [mark for mark in held if mark.kind == ClaimKind.RECOGNITION]
    found = []
    if zeros:
        names = gettext("、").join(gettext(ZEROS[Zero(mark.key)]) for mark in zeros)
        found.append({"text": gettext(_COUNTS[len(zeros)]), "note": f"{names}{_said(zeros[-1])}"})
    found += [
        {"text": gettext(GRADES[Grade(m.key)]), "note": _said(m).lstrip("，, ")} for m in grades
    ]
    if honours:
        text = ngettext("%(num)s 项荣誉", "%(num)s 项荣誉", len(honours))
        found.append({"text": text, "note": honours[0].title + _said(honours[0])})
    return found


def _said(mark: FactoryMark) -> str:
    if mark.on is not None:
        return gettext("，%(issuer)s，%(day)s", issuer=mark.issuer, day=mark.on.isoformat())
    return gettext("，%(issuer)s，%(year)s 年", issuer=mark.issuer, year=mark.year)
