"""Forms of the promotion desks."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, TextAreaField

from market.kernel.clock import end_of_day, shanghai_date, start_of_day
from market.promotions.benefit_forms import BenefitForm, TermsForm, filled_benefit, filled_terms
from market.promotions.goods_forms import GoodsForm, filled_goods
from market.promotions.types import Named, PromotionDraft
from market.web.choices import choice
from market.web.forms import (
    DayField,
    Form,
    IntField,
    Required,
    TextField,
    YuanField,
)


class PromotionForm(BenefitForm, GoodsForm, TermsForm):
    """Everything about a promotion; the benefit's fields depend on its kind."""

    name = TextField(
        _l("名称"), [Required()], maximum=60, description=_l("买家在购物车里看到的名字")
    )
    name_en = TextField(_l("英文名称"), maximum=100)
    min_amount_fen = YuanField(_l("适用商品至少买多少"))
    starts_on = DayField(_l("从哪天"), [Required()])
    ends_on = DayField(_l("到哪天"), [Required()], description=_l("这天也算"))
    regions = TextAreaField(
        _l("只在哪些地区"), description=_l("县或镇的名字，一行一个；空着就是不限")
    )
    min_star = RadioField(
        _l("最低星级"),
        choices=[
            choice("0", _l("不限")),
            choice("1", _l("一星以上")),
            choice("2", _l("二星以上")),
            choice("3", _l("只限三星")),
        ],
        default="0",
    )
    certified_only = BooleanField(_l("只限有绿色认证的商品"))
    budget_fen = YuanField(_l("预算"), minimum=1, description=_l("用完自动停；空着就是不限"))
    household_limit = IntField(_l("每户最多用几次"), minimum=1, maximum=999)
    asks_household = BooleanField(
        _l("限每户次数的，要先填写户口簿号"), default=True,
        description=_l("一户有几个账号也只算一户；不勾就按账号算"),
    )  # fmt: skip
    max_uses = IntField(_l("总共几次"), minimum=1, maximum=10_000_000)
    needs_code = BooleanField(
        _l("凭优惠码使用"), description=_l("存好以后再加码，没有码的人用不到")
    )
    exclusive = BooleanField(_l("只能单独用"), description=_l("不和同一层的别的优惠一起用"))
    group = SelectField(
        _l("分组"), choices=[], validate_choice=False,
        description=_l("同一组的优惠，一样商品只用一个；有哪些分组由平台定"),
    )  # fmt: skip
    priority = IntField(_l("先后"), maximum=99, default=0, description=_l("数字大的先算"))

    def to_draft(
        self, prefixes: frozenset[str], region: str = "", names: Mapping[str, Named] | None = None
    ) -> PromotionDraft:
        """What was filled in; `prefixes` are the regions, read by the service side, `names` those
        of what was offered about bundles."""
        return PromotionDraft(
            name=self.name.data or "",
            name_en=self.name_en.data or "",
            benefit=self.benefit(),
            starts_at=start_of_day(self.starts_on.data),
            ends_at=end_of_day(self.ends_on.data),
            region_prefixes=prefixes,
            min_amount_fen=self.min_amount_fen.data or 0,
            min_star=int(self.min_star.data or 0),
            certified_only=self.certified_only.data,
            budget_fen=self.budget_fen.data,
            max_uses=self.max_uses.data,
            household_limit=self.household_limit.data,
            asks_household=self.asks_household.data,
            needs_code=self.needs_code.data,
            group=self.group.data or "",
            exclusive=self.exclusive.data,
            priority=self.priority.data or 0,
            **self.terms(region),
            **self.goods(names or {}),
        )


def filled(draft: PromotionDraft, places: str) -> dict[str, Any]:
    """A draft as the form's data."""
    return {
        **filled_benefit(draft.benefit),
        **filled_terms(draft),
        **filled_goods(draft),
        "name": draft.name,
        "name_en": draft.name_en,
        "min_amount_fen": draft.min_amount_fen or None,
        "starts_on": shanghai_date(draft.starts_at),
        "ends_on": shanghai_date(draft.ends_at - timedelta(seconds=1)),
        "regions": places,
        "min_star": str(draft.min_star),
        "certified_only": draft.certified_only,
        "budget_fen": draft.budget_fen,
        "household_limit": draft.household_limit,
        "asks_household": draft.asks_household,
        "max_uses": draft.max_uses,
        "needs_code": draft.needs_code,
        "exclusive": draft.exclusive,
        "group": draft.group,
        "priority": draft.priority,
    }


class CodeForm(Form):
    """Add one code of one's own, or have several made."""

    code = TextField(
        _l("优惠码"), maximum=32, description=_l("4 到 32 个字母、数字或短横，例如 XIAXIANG50")
    )
    count = IntField(_l("或者自动生成几个"), minimum=1, maximum=200)
    max_uses = IntField(_l("每个码能用几次"), minimum=1, maximum=1_000_000)

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """One of the two is needed."""
        super().validate(*args, **kwargs)
        if not self.code.data and self.count.data is None and not self.all_errors():
            self.code.errors = [_l("填一个优惠码，或者写要生成几个")]
        return not self.all_errors()
