"""The words of messages about households."""

from market.kernel.i18n import N_
from market.notifications.types import Kind

KINDS: dict[str, Kind] = {
    "household_joined": Kind(
        "subsidies",
        N_("又有一个账号登记了你家的户口簿号"),
        N_("优惠和补贴按户合在一起算。不是你家的人，打开提异议"),
    ),
    "household_objected": Kind(
        "subsidies",
        N_("户口簿号尾号 %(last4)s 有异议，等你看"),
        N_("有人说另一个账号不是这一户的。打开核实，再确认或分开"),
    ),
    "household_confirmed": Kind(
        "subsidies",
        N_("你家的户口簿号（尾号 %(last4)s）核实过了"),
        N_("主管部门写的依据：%(words)s"),
    ),
    "household_separated": Kind(
        "subsidies",
        N_("你和户口簿号尾号 %(last4)s 的一户分开了"),
        N_("主管部门写的原因：%(words)s。你自己用过的还算你的。可以重新登记你家的"),
    ),
    "household_moved": Kind(
        "subsidies",
        N_("你从户口簿号尾号 %(last4)s 的一户迁出了"),
        N_("主管部门写的原因：%(words)s。以前用过的还算在那一户。可以登记现在的一户"),
    ),
    "objection_confirmed": Kind(
        "subsidies",
        N_("你的异议看过了：那个账号是你家的"),
        N_("户口簿号尾号 %(last4)s，主管部门核实了凭证"),
    ),
    "objection_separated": Kind(
        "subsidies",
        N_("你的异议看过了：那个账号分开了"),
        N_("户口簿号尾号 %(last4)s，那个账号用过的不再算在你家"),
    ),
    "objection_moved": Kind(
        "subsidies",
        N_("你的异议看过了：那个账号迁出了"),
        N_("户口簿号尾号 %(last4)s，那个账号以前用过的还算在这一户"),
    ),
}
