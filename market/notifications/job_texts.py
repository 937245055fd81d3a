"""The words of messages about turnkey contracts and the days of their goods."""

from market.kernel.i18n import N_
from market.notifications.types import Kind

_R, _O = "renovation", "orders"
KINDS: dict[str, Kind] = {
    "contract_drafted": Kind(
        _R, N_("合同 %(number)s 起草好了"), N_("打开看人工、材料和节点，两边都能改；双方签了才算数")
    ),
    "contract_changed": Kind(
        _R,
        N_("合同 %(number)s 被对方改成第 %(version)s 版"),
        N_("以前的签名不算了。看过新的一版，没问题再签"),
    ),
    "contract_signed": Kind(
        _R, N_("对方签了合同 %(number)s 第 %(version)s 版"), N_("你也签了，合同就生效")
    ),
    "contract_running": Kind(
        _R, N_("合同 %(number)s 生效了"), N_("双方签的是第 %(version)s 版。业主可以订材料了")
    ),
    "contract_ordered": Kind(
        _R, N_("合同 %(number)s 的材料订好了"), N_("订单 %(code)s，送货日期按节点排好了")
    ),
    "contract_reported": Kind(
        _R, N_("节点“%(name)s”做好了，等你验收"), N_("看照片和说明，通过或者要求返工。不会自动通过")
    ),
    "contract_accepted": Kind(_R, N_("节点“%(name)s”验收通过了"), N_("打开合同看下一个节点是哪天")),
    "contract_rework": Kind(_R, N_("节点“%(name)s”要返工"), N_("业主说：%(reason)s")),
    "contract_move_asked": Kind(
        _R,
        N_("对方想把“%(name)s”改到 %(day)s"),
        N_("原因：%(reason)s。后面的节点和送货日期会跟着变，打开看清楚再答复"),
    ),
    "contract_move_agreed": Kind(
        _R, N_("改期同意了：“%(name)s”改到 %(day)s"), N_("后面的节点和没发的货都跟着改了")
    ),
    "contract_move_refused": Kind(
        _R, N_("改期没有同意：“%(name)s”不改到 %(day)s"), N_("日期照旧，打开合同再商量")
    ),
    "contract_cancelled": Kind(_R, N_("合同 %(number)s 被对方取消了"), N_("原因：%(reason)s")),
    "contract_goods_wait": Kind(
        _O,
        N_("工程取消了，%(count)s 家的货等你决定"),
        N_("没发的货先不发。请在 %(day)s 前决定，过期就按下单时的约定送"),
    ),
    "contract_undecided": Kind(
        _O,
        N_("过期没有决定，%(count)s 家的货照常送"),
        N_("按下单时约定的日子送；约定的日子已过的，7 天内送"),
    ),
    "contract_finished": Kind(_R, N_("合同 %(number)s 完成了"), N_("所有节点都验收通过了")),
    "goods_planned": Kind(
        _O, N_("订单 %(code)s 要按工程进度送"), N_("%(start)s 到 %(end)s 送到，别提前也别晚")
    ),
    "goods_moved": Kind(
        _O, N_("订单 %(code)s 改期送货"), N_("工程改期了，改在 %(start)s 到 %(end)s 送到")
    ),
    "goods_held": Kind(
        _O, N_("订单 %(code)s 先别发货"), N_("买家的工程取消了。买家决定以后会通知你")
    ),
    "goods_released": Kind(_O, N_("订单 %(code)s 可以发货了"), N_("%(start)s 到 %(end)s 送到")),
    "goods_dropped": Kind(
        _O, N_("订单 %(code)s 没发的货不要了"), N_("买家的工程取消了。货已放回库存，钱退给买家")
    ),
    "goods_moved_for_you": Kind(
        _O,
        N_("%(seller)s 的货改期了"),
        N_("订单 %(code)s，跟着工程改在 %(start)s 到 %(end)s 送到"),
    ),
}
