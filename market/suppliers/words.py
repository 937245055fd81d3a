"""Codes of suppliers in words, in the visitor's language."""

from flask_babel import gettext

from market.kernel.i18n import N_
from market.suppliers.types import ApplicationState

GRADES = {"A1": N_("一级"), "A2": N_("二级"), "A3": N_("三级")}
STATES = {
    ApplicationState.SUBMITTED: (N_("等评定"), "info"),
    ApplicationState.ASKED: (N_("要补充"), "warn"),
    ApplicationState.ANSWERED: (N_("已补充"), "info"),
    ApplicationState.APPROVED: (N_("已评上"), "ok"),
    ApplicationState.REFUSED: (N_("没有通过"), "bad"),
    ApplicationState.ENDED: (N_("已结束"), "plain"),
}
LISTS = {
    "waiting": N_("待评定"),
    "asked": N_("等对方补充"),
    "approved": N_("已评上"),
    "refused": N_("没有通过或已结束"),
}


def grade_word(grade: str) -> str:
    """The grade as people say it."""
    return gettext(GRADES[grade]) if grade in GRADES else grade


def title(grade: str) -> str:
    """The badge of a graded supplier."""
    return gettext("系统解决方案供应商 %(grade)s", grade=grade_word(grade))
