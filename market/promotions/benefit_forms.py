"""The part of the promotion form that says what is given and on which further terms."""

from datetime import time, timedelta
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField

from market.kernel.clock import SHANGHAI, shanghai_date, start_of_day
from market.promotions.engine_types import MOST_JOINED
from market.promotions.types import (
    Bearing,
    Benefit,
    BenefitKind,
    BundlePart,
    Channel,
    Layer,
    PromotionDraft,
    Step,
    Tier,
)
from market.promotions.vocabulary import FLAGS, WEEKDAYS, ZONES
from market.web.choices import ChecksField, choice
from market.web.forms import DayField, Form, IntField, QuantityField, TextField, Typed, YuanField

STEPS = (1, 2, 3)
K = BenefitKind
NEEDED: dict[BenefitKind, tuple[str, ...]] = {
    K.PERCENT: ("percent",),
    K.AMOUNT: ("amount_fen",),
    K.THRESHOLD: ("step1_at_least_fen", "step1_off_fen"),
    K.QUANTITY: ("tier1_at_least", "tier1_percent"),
    K.NTH_ITEM: ("nth_every", "nth_percent"),
    K.BUY_GET: ("get_every", "get_packs"),
    K.BUNDLE_PRICE: ("set_price_fen",),
    K.FREE_DELIVERY: (),
    K.TRADE_IN: (),
    K.GROUP_BUY: ("tier1_at_least", "tier1_percent", "closes_on", "closes_time", "drop_point"),
}
# Fields that only some kinds look at: what is wrong in them does not matter to the others.
OWN: dict[str, tuple[BenefitKind, ...]] = {
    "percent": (K.PERCENT,),
    "amount_fen": (K.AMOUNT,),
    **{f"step{n}_{what}_fen": (K.THRESHOLD,) for n in STEPS for what in ("at_least", "off")},
    **{f"tier{n}_{what}": (K.QUANTITY, K.GROUP_BUY) for n in STEPS
       for what in ("at_least", "percent")},
    "nth_every": (K.NTH_ITEM,),
    "nth_percent": (K.NTH_ITEM,),
    "get_every": (K.BUY_GET,),
    "get_packs": (K.BUY_GET,),
    "gift": (K.BUY_GET,),
    "set_price_fen": (K.BUNDLE_PRICE,),
    "set_every": (K.BUNDLE_PRICE,),
    **{f"part{n}_{what}": (K.BUNDLE_PRICE,) for n in STEPS for what in ("product", "packs")},
    "freight_percent": (K.FREE_DELIVERY,),
    "trade_fen": (K.TRADE_IN,),
    "trade_percent": (K.TRADE_IN,),
    "closes_on": (K.GROUP_BUY,),
    "closes_time": (K.GROUP_BUY,),
    "drop_point": (K.GROUP_BUY,),
    "drop_point_id": (K.GROUP_BUY,),
    "join_most": (K.GROUP_BUY,),
}  # fmt: skip


class TimeField(Typed):
    """A time of day written 20:00; 24:00 is the end of the day. Data is minutes."""

    wrong = _l("时间写成 20:00 这样")

    def read(self, text: str) -> int:
        hours, _, minutes = text.replace("：", ":").partition(":")
        if not (hours.isdigit() and minutes.isdigit() and len(minutes) == 2):
            raise ValueError
        value = int(hours) * 60 + int(minutes)
        if int(minutes) > 59 or not 0 <= value <= 1440:
            raise ValueError
        return value

    def show(self, value: Any) -> str:
        return f"{value // 60:02d}:{value % 60:02d}"


class BenefitForm(Form):
    """What is given, by kind."""

    kind = RadioField(
        _l("怎么减"),
        choices=[
            choice(K.THRESHOLD, _l("满减，可以分级"), _l("满 3000 减 300，满 10000 减 1200")),
            choice(K.PERCENT, _l("按百分比减"), _l("减 5 %，就是 95 折")),
            choice(K.AMOUNT, _l("立减一笔钱"), _l("直接减 20 元")),
            choice(K.QUANTITY, _l("多买多减"), _l("10 包减 5 %，50 包减 10 %")),
            choice(K.NTH_ITEM, _l("第几件便宜"), _l("第二件半价")),
            choice(K.BUY_GET, _l("买几送几"), _l("买十送一，可以送别的商品")),
            choice(K.BUNDLE_PRICE, _l("成套一个价"), _l("任选 3 件 100 元，或者指定几样")),
            choice(K.FREE_DELIVERY, _l("减运费"), _l("满 1000 元包邮，或者运费减一半")),
            choice(K.TRADE_IN, _l("以旧换新"), _l("交一件旧的，减 200 元，要交凭证")),
            choice(K.GROUP_BUY, _l("村里团购"), _l("大家报数，到点按总数定折扣，送到一个点")),
        ],
        default=K.THRESHOLD.value,
    )  # fmt: skip
    percent = QuantityField(_l("减百分之几"), places=2, maximum=90)
    amount_fen = YuanField(_l("减多少"))
    step1_at_least_fen = YuanField(_l("满"))
    step1_off_fen = YuanField(_l("减"))
    step2_at_least_fen = YuanField(_l("第二级，满"))
    step2_off_fen = YuanField(_l("第二级，减"))
    step3_at_least_fen = YuanField(_l("第三级，满"))
    step3_off_fen = YuanField(_l("第三级，减"))
    tier1_at_least = IntField(_l("第一级，满几包"), minimum=1)
    tier1_percent = QuantityField(_l("第一级，减百分之几"), places=2, maximum=90)
    tier2_at_least = IntField(_l("第二级，满几包"), minimum=1)
    tier2_percent = QuantityField(_l("第二级，减百分之几"), places=2, maximum=90)
    tier3_at_least = IntField(_l("第三级，满几包"), minimum=1)
    tier3_percent = QuantityField(_l("第三级，减百分之几"), places=2, maximum=90)
    nth_every = IntField(_l("第几件"), minimum=2, maximum=99)
    nth_percent = QuantityField(_l("这一件减百分之几"), places=2, maximum=100)
    same_item = BooleanField(
        _l("同一种商品才算"), description=_l("不勾的话，不同商品放在一起数，便宜的那件减")
    )
    get_every = IntField(_l("买几包"), minimum=1, maximum=9_999)
    get_packs = IntField(_l("送几包"), minimum=1, maximum=99)
    gift = SelectField(_l("送什么"), choices=[], validate_choice=False)
    set_price_fen = YuanField(_l("一套的价钱"), minimum=1)
    set_every = IntField(
        _l("任选几包"), minimum=2, maximum=99, description=_l("填了这个，就不用在下面选商品")
    )
    part1_product = SelectField(_l("第一样"), choices=[], validate_choice=False)
    part1_packs = IntField(_l("第一样几包"), minimum=1, maximum=999)
    part2_product = SelectField(_l("第二样"), choices=[], validate_choice=False)
    part2_packs = IntField(_l("第二样几包"), minimum=1, maximum=999)
    part3_product = SelectField(_l("第三样"), choices=[], validate_choice=False)
    part3_packs = IntField(_l("第三样几包"), minimum=1, maximum=999)
    freight_percent = QuantityField(
        _l("运费减百分之几"), places=2, maximum=100, description=_l("空着就是全免")
    )
    trade_fen = YuanField(_l("每交一件旧的减多少"), minimum=1)
    trade_percent = QuantityField(
        _l("或者每交一件旧的，一件新的减百分之几"), places=2, maximum=90,
        description=_l("两样里填一样"),
    )  # fmt: skip
    closes_on = DayField(_l("报名到哪天"))
    closes_time = TimeField(_l("报名到几点"), description=_l("例如 20:00。到这一刻定下总数"))
    drop_point_id = SelectField(
        _l("送到哪个自提点"), choices=[choice("", _l("不是自提点，写在下面"))], default="",
        description=_l("代办人收货、凭码取货；选了这里，下面就不用写"),
    )  # fmt: skip
    drop_point = TextField(
        _l("送到哪个点"), maximum=80, description=_l("村里一个地方，例如 三坡村委会院子")
    )
    join_most = IntField(
        _l("每户最多报几包"), minimum=1, maximum=9_999,
        description=_l("空着就是 %(count)s 包", count=MOST_JOINED),
    )  # fmt: skip
    times = IntField(
        _l("一单里最多几次"), maximum=999, description=_l("空着或者 0 就是不限，满减空着是一次")
    )
    cap_fen = YuanField(_l("一次最多减多少"), minimum=1)

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """The fields of the chosen kind are needed, those of the others do not count."""
        super().validate(*args, **kwargs)
        chosen = self.kind.data
        for name, kinds in OWN.items():
            if chosen not in kinds:
                self[name].errors = []
        for name in NEEDED.get(chosen, ()) if chosen else ():
            field = self[name]
            if name == "drop_point" and self.drop_point_id.data:
                continue  # the point says where
            if field.data in (None, "") and not field.errors:
                field.errors = [_l("这一项要填")]
        if chosen == K.TRADE_IN and not self.trade_percent.errors and not self.trade_fen.errors:
            self._check_trade_in()
        return not self.all_errors()

    def _check_trade_in(self) -> None:
        """An amount or a part of the price, not both."""
        given = [x.data for x in (self.trade_fen, self.trade_percent) if x.data]
        if not given:
            self.trade_fen.errors = [_l("填减多少元，或者减百分之几")]
        elif len(given) == 2:
            self.trade_percent.errors = [_l("减多少元和减百分之几，只能填一样")]

    def benefit(self) -> Benefit:
        """The benefit of the chosen kind."""
        kind = BenefitKind(self.kind.data)
        times = self.times.data
        if times is None:
            times = 1 if kind is K.THRESHOLD else 0
        common: dict[str, Any] = {"cap_fen": self.cap_fen.data, "times": times}
        return Benefit(kind, **common, **_READ[kind](self))


def _bp(value: Decimal | None, missing: int = 0) -> int:
    return missing if value is None else int(value * 100)


def _steps(form: BenefitForm) -> dict[str, Any]:
    rows = [(form[f"step{n}_at_least_fen"].data, form[f"step{n}_off_fen"].data) for n in STEPS]
    return {"steps": tuple(Step(*row) for row in rows if None not in row)}


def _tiers(form: BenefitForm) -> dict[str, Any]:
    rows = [(form[f"tier{n}_at_least"].data, form[f"tier{n}_percent"].data) for n in STEPS]
    return {"tiers": tuple(Tier(row[0], _bp(row[1])) for row in rows if None not in row)}


def _parts(form: BenefitForm) -> dict[str, Any]:
    found = {"amount_fen": form.set_price_fen.data, "every": form.set_every.data or 0}
    if found["every"]:
        return found
    rows = [(form[f"part{n}_product"], form[f"part{n}_packs"].data) for n in STEPS]
    names = {row[0].data: _label(row[0]) for row in rows}
    parts = []
    for field, packs in rows:
        named = names[field.data]
        if packs and named is not None:
            parts.append(BundlePart(field.data, packs, *named))
    return {**found, "parts": tuple(parts)}


def _label(field: Any) -> tuple[str, str] | None:
    """The names of the chosen product in both languages; None for one not offered."""
    named: dict[str, tuple[str, str]] = getattr(field, "named", {})
    return named.get(field.data)


def _group(form: BenefitForm) -> dict[str, Any]:
    minutes = timedelta(minutes=form.closes_time.data)
    closes = start_of_day(form.closes_on.data) + minutes
    return {
        **_tiers(form), "closes_at": closes, "most_packs": form.join_most.data or 0,
        "drop_point": _where(form), "drop_point_id": form.drop_point_id.data or "",
    }  # fmt: skip


def _where(form: BenefitForm) -> str:
    """The words of the chosen pick-up point, else what was typed."""
    said: dict[str, str] = getattr(form.drop_point_id, "said", {})
    return said.get(form.drop_point_id.data or "", form.drop_point.data or "")[:80]


_READ = {
    K.PERCENT: lambda form: {"basis_points": _bp(form.percent.data)},
    K.AMOUNT: lambda form: {"amount_fen": form.amount_fen.data},
    K.THRESHOLD: _steps,
    K.QUANTITY: _tiers,
    K.NTH_ITEM: lambda form: {
        "every": form.nth_every.data,
        "basis_points": _bp(form.nth_percent.data),
        "same_item": form.same_item.data,
    },
    K.BUY_GET: lambda form: {
        "every": form.get_every.data,
        "get": form.get_packs.data,
        "gift_listing_id": form.gift.data or "",
    },
    K.BUNDLE_PRICE: _parts,
    K.FREE_DELIVERY: lambda form: {"basis_points": _bp(form.freight_percent.data, 10_000)},
    K.TRADE_IN: lambda form: {
        "amount_fen": form.trade_fen.data or 0,
        "basis_points": _bp(form.trade_percent.data),
    },
    K.GROUP_BUY: _group,
}


class TermsForm(Form):
    """The further terms: when, where, who, and who bears the cost."""

    min_quantity = IntField(_l("适用商品至少几包"), minimum=1, maximum=9_999)
    from_time = TimeField(_l("每天从几点"))
    to_time = TimeField(_l("每天到几点"), description=_l("例如 08:00 到 12:00；空着就是全天"))
    weekdays = ChecksField(
        _l("只在星期几"), choices=[choice(str(n), _l(name)) for n, name in enumerate(WEEKDAYS)]
    )
    zones = ChecksField(
        _l("只在哪些气候区"), choices=[choice(key, _l(name)) for key, name in ZONES.items()]
    )
    channel = RadioField(
        _l("在哪里用"),
        choices=[
            choice(Channel.ONLINE, _l("网上下单")),
            choice(Channel.OFFLINE, _l("门店里扫码")),
            choice(Channel.BOTH, _l("网上和门店都行")),
        ],
        default=Channel.ONLINE.value,
    )
    flags = ChecksField(
        _l("只给哪些家庭"),
        choices=[choice(key, _l(name)) for key, name in FLAGS.items()],
        description=_l("由乡镇在后台登记，买家自己填不了"),
    )
    first_order = BooleanField(_l("只限第一单"))
    campaign_id = SelectField(_l("只限参加活动的商家"), choices=[], validate_choice=False)
    layer = RadioField(
        _l("先算还是后算"),
        choices=[
            choice("", _l("照惯例：商家的先算，平台和地区的后算")),
            choice(Layer.LISTING, _l("先算，按商品")),
            choice(Layer.ORDER, _l("后算，按减完以后的钱")),
        ],
        default="",
    )
    share_seller = IntField(_l("商家承担"), maximum=100)
    share_maker = IntField(_l("厂家承担"), maximum=100)
    share_region = IntField(_l("地区承担"), maximum=100)
    share_platform = IntField(_l("平台承担"), maximum=100)

    def terms(self, region: str) -> dict[str, Any]:
        """Fields of a draft; `region` is that of the office that fills it in."""
        offered = {value for value, *_ in self.campaign_id.iter_choices()}
        campaign = self.campaign_id.data or ""
        return {
            "min_quantity": self.min_quantity.data or 0,
            "from_minute": self.from_time.data or 0,
            "to_minute": 1440 if self.to_time.data is None else self.to_time.data,
            "weekdays": frozenset(int(one) for one in self.weekdays.data or ()),
            "zones": frozenset(self.zones.data or ()),
            "channel": Channel(self.channel.data or "online"),
            "flags": frozenset(self.flags.data or ()),
            "first_order": self.first_order.data,
            "campaign_id": campaign if campaign in offered else "",
            "layer": Layer(self.layer.data) if self.layer.data else None,
            "bearings": self._bearings(region),
        }

    def _bearings(self, region: str) -> tuple[Bearing, ...]:
        rows = (
            ("seller", self.share_seller.data),
            ("maker", self.share_maker.data),
            (f"region:{region}", self.share_region.data),
            ("platform", self.share_platform.data),
        )
        return tuple(Bearing(bearer, share * 100) for bearer, share in rows if share)


def filled_benefit(benefit: Benefit) -> dict[str, Any]:
    """A benefit as the form's data."""
    kind = benefit.kind
    percent = Decimal(benefit.basis_points) / 100
    data: dict[str, Any] = {
        "kind": kind.value, "cap_fen": benefit.cap_fen, "times": benefit.times,
        "same_item": benefit.same_item, "drop_point": benefit.drop_point,
        "drop_point_id": benefit.drop_point_id,
        "gift": benefit.gift_listing_id, "join_most": benefit.most_packs or None,
    }  # fmt: skip
    for number, step in enumerate(benefit.steps, 1):
        data[f"step{number}_at_least_fen"] = step.at_least_fen
        data[f"step{number}_off_fen"] = step.off_fen
    for number, tier in enumerate(benefit.tiers, 1):
        data[f"tier{number}_at_least"] = tier.at_least
        data[f"tier{number}_percent"] = Decimal(tier.basis_points) / 100
    for number, part in enumerate(benefit.parts, 1):
        data[f"part{number}_product"] = part.product_id
        data[f"part{number}_packs"] = part.quantity
    own: dict[BenefitKind, dict[str, Any]] = {
        K.PERCENT: {"percent": percent},
        K.AMOUNT: {"amount_fen": benefit.amount_fen},
        K.NTH_ITEM: {"nth_every": benefit.every, "nth_percent": percent},
        K.BUY_GET: {"get_every": benefit.every, "get_packs": benefit.get},
        K.BUNDLE_PRICE: {"set_price_fen": benefit.amount_fen, "set_every": benefit.every or None},
        K.FREE_DELIVERY: {"freight_percent": percent},
        K.TRADE_IN: {
            "trade_fen": benefit.amount_fen or None,
            "trade_percent": percent if benefit.basis_points else None,
        },
    }
    data |= own.get(kind, {})
    if benefit.closes_at is not None:
        local = benefit.closes_at.astimezone(SHANGHAI)
        data["closes_on"] = shanghai_date(benefit.closes_at)
        data["closes_time"] = _minutes(local.time())
    return data


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def filled_terms(draft: PromotionDraft) -> dict[str, Any]:
    """The further terms of a draft as the form's data."""
    whole_day = (draft.from_minute, draft.to_minute) == (0, 1440)
    shares = {one.bearer.partition(":")[0]: one.basis_points // 100 for one in draft.bearings}
    return {
        "min_quantity": draft.min_quantity or None,
        "from_time": None if whole_day else draft.from_minute,
        "to_time": None if whole_day else draft.to_minute,
        "weekdays": [str(day) for day in sorted(draft.weekdays)],
        "zones": sorted(draft.zones),
        "channel": draft.channel.value,
        "flags": sorted(draft.flags),
        "first_order": draft.first_order,
        "campaign_id": draft.campaign_id,
        "layer": draft.layer.value if draft.layer else "",
        **{f"share_{who}": share for who, share in shares.items()},
    }
