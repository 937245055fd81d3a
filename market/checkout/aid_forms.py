"""The form of goods to be checked for subsidies: shape and words."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField

from market.promotions.words import FLAGS
from market.subsidies.types import AidLine
from market.web.choices import ChecksField, RadioField, choice
from market.web.forms import Form, IntField, QuantityField, Required, YuanField

STARS = (("0", _l("没有星级")), ("1", _l("一星")), ("2", _l("二星")), ("3", _l("三星")))


class GoodsForm(Form):
    """One sort of goods as a household describes it."""

    class Meta(Form.Meta):
        csrf = False  # only reads, by GET

    kind = SelectField(_l("买什么"), choices=[])
    price_fen = YuanField(_l("优惠以后一共多少钱"), [Required()], minimum=1)
    packs = IntField(
        _l("几件"), minimum=1, maximum=9999, default=1, description=_l("一包或一台算一件")
    )
    units = QuantityField(_l("多少个计价单位"), description=_l("例如多少平方米；按比例补的不用填"))
    certified = BooleanField(_l("有有效的绿色认证"), default=True)
    star = RadioField(_l("星级"), choices=[choice(*row) for row in STARS], default="3")
    flags = ChecksField(
        _l("我家登记过"), choices=[choice(key, _l(name)) for key, name in FLAGS.items()]
    )

    def to_line(self) -> AidLine:
        """The goods."""
        return AidLine(
            key="goods",
            kind_code=self.kind.data or "",
            price_fen=self.price_fen.data or 0,
            packs=self.packs.data or 1,
            units_milli=int((self.units.data or 1) * 1000),
            star=int(self.star.data or 0) or None,
            certified=self.certified.data,
        )
