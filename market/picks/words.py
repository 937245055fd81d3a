"""The lists of the pick lists' desk in words."""

from market.kernel.i18n import N_

LISTS = {
    "standing": N_("正在推荐"),
    "lost": N_("买不到的"),
    "over": N_("到期或撤下的"),
}
