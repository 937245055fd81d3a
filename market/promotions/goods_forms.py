"""The part of the promotion form that names goods, sellers and bundles."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectMultipleField, TextAreaField, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from market.promotions.types import BundleRule, Named, PromotionDraft
from market.web.forms import Form, TextField

MOST_TYPED = 60


class ManyField(SelectMultipleField):
    """Several of a list, as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.named: Mapping[str, Named] = {}  # what is offered, with its names

    def pre_validate(self, form: Any) -> None:
        """Refuse what was not offered."""
        offered = {value for value, *_rest in self.iter_choices()}
        if set(self.data or ()) - offered:
            raise ValidationError(_("勾的有的已经不在卖，或者不在你能选的范围里，已经去掉"))


class GoodsForm(Form):
    """Which goods, whose, and which bundles there are to be in the cart.

    Goods and sellers are looked for and pasted in the form itself (see `picking.py`).
    """

    kind_codes = ManyField(_l("只限哪些品类"), choices=[])
    product_ids = ManyField(_l("只限哪些商品"), choices=[])
    find_product = TextField(
        _l("找商品"), maximum=MOST_TYPED,
        description=_l("写名称、型号、证书编号或商品编号，按“找商品”，再勾上"),
    )  # fmt: skip
    paste_products = TextAreaField(
        _l("或者贴几个商品"), description=_l("一行一个：商品编号或网址、证书编号、型号、全名")
    )
    seller_ids = ManyField(_l("只限哪些商家"), choices=[])
    find_seller = TextField(
        _l("找商家"), maximum=MOST_TYPED,
        description=_l("写店名、统一社会信用代码或商家编号，按“找商家”，再勾上"),
    )  # fmt: skip
    paste_sellers = TextAreaField(
        _l("或者贴几个商家"), description=_l("一行一个：商家编号或网址、统一社会信用代码、全名")
    )
    needs_bundle = BooleanField(
        _l("购物车里要有整套方案"), description=_l("没有放进方案的，这个优惠用不上")
    )
    bundle_ids = ManyField(_l("要哪些方案"), choices=[])
    bundle_kinds = ManyField(_l("方案里要有哪些品类"), choices=[])
    bundle_products = ManyField(_l("方案里要有哪些商品"), choices=[])
    find_bundle_product = TextField(
        _l("找方案里的商品"), maximum=MOST_TYPED,
        description=_l("写名称、型号、证书编号或商品编号，按“找商品”，再勾上"),
    )  # fmt: skip
    bundle_only = BooleanField(
        _l("只减方案里的商品"), description=_l("不勾的话，零散买的适用商品也一起减")
    )

    def goods(self, names: Mapping[str, Named]) -> dict[str, Any]:
        """Fields of a draft; `names` are those of everything about bundles that was offered."""
        return {
            "kind_codes": frozenset(self.kind_codes.data or ()),
            "product_ids": frozenset(self.product_ids.data or ()),
            "seller_ids": frozenset(self.seller_ids.data or ()),
            "bundle": self._bundle(names),
        }

    def _bundle(self, names: Mapping[str, Named]) -> BundleRule | None:
        """What is ticked about bundles asks for one, also when the box above it is not."""
        bundles, kinds, products = (
            tuple(names[key] for key in sorted(set(field.data or ())) if key in names)
            for field in (self.bundle_ids, self.bundle_kinds, self.bundle_products)
        )
        only = bool(self.bundle_only.data)
        if not (self.needs_bundle.data or bundles or kinds or products or only):
            return None
        return BundleRule(bundles, kinds, products, only=only)


def filled_goods(draft: PromotionDraft) -> dict[str, Any]:
    """What a draft names as the form's data."""
    rule = draft.bundle
    data: dict[str, Any] = {
        "kind_codes": sorted(draft.kind_codes),
        "product_ids": sorted(draft.product_ids),
        "seller_ids": sorted(draft.seller_ids),
        "needs_bundle": rule is not None,
    }
    if rule is None:
        return data
    return data | {
        "bundle_ids": [one.id for one in rule.bundles],
        "bundle_kinds": [one.id for one in rule.kinds],
        "bundle_products": [one.id for one in rule.products],
        "bundle_only": rule.only,
    }
