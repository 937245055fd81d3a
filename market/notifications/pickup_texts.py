"""The words of messages about goods at pick-up points."""

from market.kernel.i18n import N_
from market.notifications.types import Kind

KINDS: dict[str, Kind] = {
    "goods_coming": Kind(
        "orders",
        N_("订单 %(code)s 的货要送到%(point)s"),
        N_("%(seller)s 发了 %(packs)s 包，%(day)s 到。货到了，在收货页上记一下"),
    ),
    "goods_arriving": Kind(
        "orders",
        N_("订单 %(code)s 的货到了 %(arrived)s 包"),
        N_("在%(point)s，一共 %(wanted)s 包，到齐了再告诉你来取"),
    ),
    "goods_arrived": Kind(
        "orders",
        N_("订单 %(code)s 的货到齐了，可以去取"),
        N_("在%(point)s，%(hours)s 有人，留到 %(until)s。带着订单页上的取货码，家里别人也能取"),
    ),
    "goods_broken": Kind(
        "orders",
        N_("订单 %(code)s 有 %(broken)s 包破损"),
        N_("%(point)s的代办人收货时记下的。打开订单看照片和说明"),
    ),
    "goods_fetched": Kind(
        "orders",
        N_("订单 %(code)s 的货取走了"),
        N_("%(when)s 在%(point)s凭取货码取走。不是你家的人取的，马上打电话给代办人"),
    ),
    "goods_fetched_seller": Kind(
        "orders",
        N_("订单 %(code)s 的货取走了"),
        N_("%(when)s 在%(point)s取走，算买家收到了"),
    ),
    "goods_waiting": Kind(
        "orders",
        N_("订单 %(code)s 的货还在%(point)s等你"),
        N_("%(hours)s 有人，留到 %(until)s。自己去不了，把取货码告诉家里人"),
    ),
    "goods_overdue": Kind(
        "orders",
        N_("订单 %(code)s 的货留过了 %(until)s，还没人取"),
        N_("还在%(point)s，现在去还能取，先打 %(phone)s。不取的话，卖家会和你商量取回和退款"),
    ),
    "goods_overdue_seller": Kind(
        "orders",
        N_("订单 %(code)s 的货留过了 %(until)s，买家还没取"),
        N_("还在%(point)s。先打电话给买家；他不要了，和代办人 %(phone)s 约好取回，再在订单里退款"),
    ),
    "goods_overdue_agent": Kind(
        "orders",
        N_("订单 %(code)s 的货留过了 %(until)s，还没人取"),
        N_("我们告诉了买家和卖家，卖家会和你约取回。在那以前，有人带码来还照样交"),
    ),
    "late_place_refunded": Kind(
        "orders",
        N_("订单 %(code)s 的 %(amount)s 元全部退给你"),
        N_("付款到账太晚，自提点那一天已经放满。原路退回，一般 1–5 个工作日到账。可以换一天重新买"),
    ),
}
