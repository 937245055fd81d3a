"""Words for what a rule is about and why it does not fit."""

from collections.abc import Mapping

from flask_babel import gettext as _

from market.commissions.types import Scope
from market.kernel.i18n import N_

MISSING: Mapping[str, str] = {
    "product": N_("管的是别的商品"),
    "seller": N_("管的是别的商家"),
    "campaign": N_("商家没有参加这次活动，或者活动不在送货地"),
    "certified": N_("商品没有有效认证，不在专区"),
    "zone": N_("商家没有参加送货地正在进行的活动"),
    "kind": N_("管的是别的品类"),
    "group": N_("管的是别的大类"),
}


def about(scope: Scope, names: Mapping[str, str]) -> str:
    """Which goods a scope means, in one line; `names` by id or code."""
    parts = [
        names.get(key, key)
        for key in (
            scope.product_id, scope.seller_id, scope.campaign_id, scope.kind_code,
            scope.group_code,
        )
        if key
    ]  # fmt: skip
    if scope.zone:
        parts.insert(0, _("绿色建材专区"))
    return _("，").join(parts) if parts else _("所有商品")
