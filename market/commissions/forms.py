"""Forms of the commission desk."""

import re
from datetime import datetime
from decimal import Decimal

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField

from market.commissions.types import RuleDraft, Scope
from market.kernel.clock import start_of_day
from market.web.forms import DayField, Form, QuantityField, Required, TextField, YuanField

_PRODUCT = re.compile(r"(?:^|/p/)([0-9a-z]{20})(?:[/?#].*)?$")


def product_of(text: str) -> str:
    """The product's id in the address of its page, or the id itself; empty when it is neither."""
    found = _PRODUCT.search(text.strip())
    return found.group(1) if found else ""


class RuleForm(Form):
    """A new rule: a rate, and which lines it is about."""

    name = TextField(_l("名称"), [Required()], maximum=60, description=_l("商家看得到"))
    name_en = TextField(_l("英文名称"), maximum=100)
    rate = QuantityField(_l("费率"), [Required()], maximum=30, places=2)
    min_fen = YuanField(_l("一行最少收"))
    max_fen = YuanField(_l("一行最多收"))
    starts_on = DayField(_l("从哪天"), description=_l("空着就是从现在起"))
    zone = BooleanField(
        _l("只管绿色建材专区的商品"),
        description=_l("有效认证，而且商家参加了送货地正在进行的活动"),
    )
    campaign_id = SelectField(_l("只管哪次活动"), choices=[], default="")
    group_code = SelectField(_l("只管哪一大类"), choices=[], default="")
    kind_code = SelectField(_l("只管哪个品类"), choices=[], default="")
    seller = TextField(_l("只管哪个商家"), maximum=120, description=_l("写全名；空着就是不限"))
    product = TextField(
        _l("只管哪个商品"), maximum=300, description=_l("粘贴商品页的网址；空着就是不限")
    )

    def to_draft(self, seller_id: str, now: datetime) -> RuleDraft:
        """What was filled in; the seller was looked up by its name."""
        rate: Decimal = self.rate.data
        return RuleDraft(
            name=self.name.data or "",
            name_en=self.name_en.data or "",
            rate_bp=int(rate * 100),
            scope=Scope(
                product_id=product_of(self.product.data or ""),
                seller_id=seller_id,
                campaign_id=self.campaign_id.data or "",
                zone=bool(self.zone.data),
                kind_code=self.kind_code.data or "",
                group_code=self.group_code.data or "",
            ),
            min_fen=self.min_fen.data,
            max_fen=self.max_fen.data,
            starts_at=start_of_day(self.starts_on.data) if self.starts_on.data else now,
        )


class TrialForm(Form):
    """Which line to try the rules on."""

    class Meta(Form.Meta):
        csrf = False  # a question, sent by GET

    goods = TextField(_l("商品页的网址"), [Required()], maximum=300)
    stall = TextField(_l("哪个商家卖"), maximum=120, description=_l("空着就是厂家自己"))
    place = TextField(_l("送到哪"), maximum=60, description=_l("县或乡镇的全名"))
    amount_fen = YuanField(_l("卖家收多少"), [Required()], minimum=1)
