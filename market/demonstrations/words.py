"""Codes of demonstration projects in words."""

from market.demonstrations.types import EnergyBasis, Place, ProjectKind, ProjectState
from market.kernel.i18n import N_

KINDS = {
    ProjectKind.HOUSE: N_("现代宜居农房"),
    ProjectKind.RETROFIT: N_("农房节能改造"),
    ProjectKind.FACILITY: N_("现代农业设施"),
}
STATES = {
    ProjectState.DRAFT: (N_("草稿"), "plain"),
    ProjectState.SUBMITTED: (N_("等上级审核"), "info"),
    ProjectState.PUBLIC: (N_("已公开"), "ok"),
    ProjectState.WITHDRAWN: (N_("已撤下"), "bad"),
}
LISTS = {
    "submitted": N_("等上级审核"),
    "draft": N_("草稿"),
    "public": N_("已公开"),
    "withdrawn": N_("已撤下"),
}
PLACES = {
    Place.WALL: N_("外墙"),
    Place.ROOF: N_("屋面"),
    Place.WINDOW: N_("外窗"),
    Place.DOOR: N_("外门"),
    Place.FLOOR: N_("地面"),
    Place.OTHER: N_("别处"),
}
BASES = {
    EnergyBasis.UNKNOWN: N_("没有数据"),
    EnergyBasis.MEASURED: N_("实测"),
    EnergyBasis.ESTIMATED: N_("估算"),
}
