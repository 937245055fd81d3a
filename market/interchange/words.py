"""Codes of the interchange in words."""

from market.interchange.types import Subject
from market.kernel.i18n import N_

SUBJECTS = {
    Subject.KIND: N_("品类"),
    Subject.STAR: N_("星级"),
    Subject.STATE: N_("状态"),
    Subject.REGION: N_("地区"),
}
DIRECTIONS = {"in": N_("收到"), "out": N_("给出")}
BATCHES = {"accepted": (N_("已收下"), "ok"), "rejected": (N_("整批退回"), "bad")}
