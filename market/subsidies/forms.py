"""Forms of schemes: shape and words."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from market.accounts.types import HOUSEHOLD_FLAGS
from market.kernel.clock import end_of_day, shanghai_date, start_of_day
from market.kernel.region_code import RegionCode
from market.subsidies.types import WHOLE, SchemeDraft, SchemeType, SchemeView, Terms
from market.subsidies.words import TYPES
from market.web.choices import ChecksField, RadioField, choice
from market.web.forms import (
    DayField,
    Form,
    IntField,
    QuantityField,
    RegionField,
    Required,
    TextField,
    YuanField,
)

STARS = (("0", _l("不限")), ("1", _l("一星以上")), ("2", _l("二星以上")), ("3", _l("只限三星")))
_OF_GOODS = (
    "kinds", "min_star", "certified_only", "local_sellers", "min_amount_fen", "item_cap_fen",
    "total_cap_bp",
)  # fmt: skip
_WHY = {
    SchemeType.VOUCHER: _l("买家下单时自动减，付款以后由地区补给平台"),
    SchemeType.CLAIM: _l("买完凭订单或发票申请，审核以后拨付"),
    SchemeType.INTEREST: _l("农户按季度申请利息补贴，先付息后补"),
    SchemeType.FEE: _l("厂家凭有效证书和缴费发票申请"),
}


class SchemeForm(Form):
    """Everything about a scheme."""

    name = TextField(_l("名称"), [Required()], maximum=60)
    name_en = TextField(_l("英文名称"), maximum=100)
    type = RadioField(
        _l("怎么给"), [Required(_l("请选一种"))],
        choices=[choice(key, _l(TYPES[key]), _WHY[key]) for key in SchemeType],
    )  # fmt: skip
    region = RegionField(
        _l("地区代码"),
        description=_l("这个地区的家庭可以用，例如 130624；平台运营空着就是全国"),
    )
    starts_on = DayField(_l("从哪天"), [Required()])
    ends_on = DayField(_l("到哪天"), [Required()], description=_l("这天也算"))
    kinds = ChecksField(_l("只限哪些品类"), choices=[])
    min_star = RadioField(_l("最低星级"), choices=[choice(*row) for row in STARS], default="0")
    certified_only = BooleanField(_l("只限有绿色认证的商品"), default=True)
    local_sellers = BooleanField(_l("只限当地商家的商品"))
    flags = ChecksField(
        _l("只给登记过的"), choices=[choice(key, _l(name)) for key, name in HOUSEHOLD_FLAGS.items()]
    )
    min_amount_fen = YuanField(_l("适用商品至少买多少"))
    rate = QuantityField(
        _l("比例"), maximum=100, places=2,
        description=_l("补优惠以后价格的百分之几；贴息写补几个百分点；认证费写补百分之几"),
    )  # fmt: skip
    unit_fen = YuanField(_l("或者每个计价单位补多少"), description=_l("例如每平方米补 20 元"))
    item_cap_fen = YuanField(_l("每件最多"), minimum=1, description=_l("一包或一台算一件"))
    order_cap_fen = YuanField(_l("每次最多"), minimum=1, description=_l("每单、每笔贷款或每张证书"))
    household_cap_fen = YuanField(_l("每户最多"), minimum=1)
    household_uses = IntField(_l("每户最多几次"), minimum=1, maximum=99)
    asks_household = BooleanField(
        _l("限每户的，要先填写户口簿号"), default=True,
        description=_l("一户有几个账号也只算一户；不勾就按账号算"),
    )  # fmt: skip
    years = IntField(
        _l("每几年"), maximum=50, default=0,
        description=_l("从这户第一次用起算；写 0 就是一共"),
    )  # fmt: skip
    total_cap = QuantityField(
        _l("各级补贴合起来最多"), minimum=Decimal("0.01"), maximum=100, places=2,
        default=Decimal(100), description=_l("占优惠以后价格的百分之几"),
    )  # fmt: skip
    principal_cap_fen = YuanField(_l("本金最多算多少"), minimum=1)
    months_cap = IntField(_l("最多补几个月"), minimum=1, maximum=360)
    budget_fen = YuanField(_l("预算"), [Required()], minimum=1)
    sequence = IntField(
        _l("先后"), maximum=99, default=50,
        description=_l("数字小的先算；一样就从中央到乡镇"),
    )  # fmt: skip
    measure = TextField(
        _l("措施"), maximum=30,
        description=_l("同一地区写同样措施的几项补贴，合用每户的次数和额度；空着就单独算"),
    )  # fmt: skip
    source = TextField(_l("依据"), maximum=200, description=_l("文件名和文号"))
    example = BooleanField(_l("只是示例"), description=_l("名称旁边会标“示例”"))

    def to_draft(self) -> SchemeDraft:
        """What was filled in."""
        return SchemeDraft(
            name=self.name.data or "",
            name_en=self.name_en.data or "",
            type=SchemeType(self.type.data),
            terms=self._terms(),
            starts_at=start_of_day(self.starts_on.data),
            ends_at=end_of_day(self.ends_on.data),
            budget_fen=self.budget_fen.data or 0,
            measure=self.measure.data or "",
            sequence=50 if self.sequence.data is None else self.sequence.data,
            source=self.source.data or "",
            example=self.example.data,
            asks_household=self.asks_household.data and self.type.data != SchemeType.FEE,
        )

    def _terms(self) -> Terms:
        if self.type.data in (SchemeType.INTEREST, SchemeType.FEE):  # no goods to speak of
            goods = Terms(certified_only=False)
            return replace(self._money(), **{n: getattr(goods, n) for n in _OF_GOODS})
        return self._money()

    def _money(self) -> Terms:
        return Terms(
            kinds=frozenset(self.kinds.data or ()),
            min_star=int(self.min_star.data or 0),
            certified_only=self.certified_only.data,
            local_sellers=self.local_sellers.data,
            flags=frozenset(self.flags.data or ()),
            min_amount_fen=self.min_amount_fen.data or 0,
            rate_bp=int((self.rate.data or 0) * 100),
            unit_fen=self.unit_fen.data or 0,
            item_cap_fen=self.item_cap_fen.data,
            order_cap_fen=self.order_cap_fen.data,
            household_cap_fen=self.household_cap_fen.data,
            household_uses=self.household_uses.data,
            years=self.years.data or 0,
            total_cap_bp=WHOLE if self.total_cap.data is None else int(self.total_cap.data * 100),
            principal_cap_fen=self.principal_cap_fen.data,
            months_cap=self.months_cap.data,
        )

    def place(self) -> RegionCode:
        """The region; the whole country when nothing was written."""
        found: RegionCode | None = self.region.data
        return found or RegionCode("")


def filled(seen: SchemeView) -> dict[str, Any]:
    """A scheme as the form's data."""
    draft, terms = seen.draft, seen.draft.terms
    plain = {
        name: getattr(terms, name)
        for name in ("certified_only", "local_sellers", "item_cap_fen", "order_cap_fen",
                     "household_cap_fen", "household_uses", "years", "principal_cap_fen",
                     "months_cap")
    }  # fmt: skip
    return {
        **plain,
        "name": draft.name,
        "name_en": draft.name_en,
        "type": draft.type.value,
        "region": RegionCode(seen.region_code) if seen.region_code else None,
        "starts_on": shanghai_date(draft.starts_at),
        "ends_on": shanghai_date(draft.ends_at - timedelta(seconds=1)),
        "kinds": sorted(terms.kinds),
        "min_star": str(terms.min_star),
        "flags": sorted(terms.flags),
        "min_amount_fen": terms.min_amount_fen or None,
        "rate": Decimal(terms.rate_bp) / 100 if terms.rate_bp else None,
        "unit_fen": terms.unit_fen or None,
        "total_cap": Decimal(terms.total_cap_bp) / 100,
        "budget_fen": draft.budget_fen,
        "sequence": draft.sequence,
        "measure": draft.measure,
        "source": draft.source,
        "example": draft.example,
        "asks_household": draft.asks_household,
    }


class AskingForm(Form):
    """Whether households must be stated, and why it is changed."""

    asked_reason = TextField(_l("原因"), [Required(_l("写明原因，对方才知道怎么办"))], maximum=300)


class ReasonForm(Form):
    """Why a scheme is paused or ended."""

    reason = TextField(_l("原因"), [Required(_l("写明原因，对方才知道怎么办"))], maximum=300)
