"""What a promotion gives, and why it was used as it was or not at all, in sentences."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from market.kernel.i18n import N_
from market.kernel.money import format_fen
from market.kernel.quantity import decimal_text
from market.promotions.conditions import Failure
from market.promotions.tracing import ToldStep
from market.promotions.types import Benefit, BenefitKind, Layer, Tier, Verdict
from market.promotions.vocabulary import FLAGS, WEEKDAYS, ZONES, hours, listed
from market.web.templating import day, last_day, moment, name_of

REASONS: dict[str, str] = {
    "stopped": N_("已经停了"),
    "not_started": N_("%(starts_at)s 才开始"),
    "ended": N_("%(ends_at)s 已经结束"),
    "region_unknown": N_("只在部分地区有，先选乡镇"),
    "address_missing": N_("只在部分地区有，先填好你家的收货地址"),
    "other_region": N_("你的收货地区不在范围内"),
    "other_zone": N_("只在%(zones)s有"),
    "offline_only": N_("只在门店里扫码用"),
    "online_only": N_("只在网上下单时用"),
    "other_day": N_("只在%(weekdays)s有"),
    "other_hour": N_("每天只在 %(hours)s 有"),
    "uses_spent": N_("次数已经用完"),
    "budget_spent": N_("优惠预算用完了，这一单按原价"),
    "flag_missing": N_("只给%(flags)s，由乡镇登记"),
    "sign_in_needed": N_("登录以后才知道能不能用"),
    "not_first_order": N_("只限第一单，你家已经下过单"),
    "household_unstated": N_("先填写户口簿号，每户限 %(limit)s 次"),
    "household_limit": N_("每户限用 %(limit)s 次，你家已经用完%(when)s"),
    "code_needed": N_("要填优惠码"),
    "code_used_up": N_("这个优惠码已经用完"),
    "code_unknown": N_("没有这个优惠码，请检查有没有输错"),
    "no_matching_goods": N_("购物车里没有适用的商品"),
    "bundle_missing": N_("购物车里没有%(bundle)s"),
    "not_in_bundle": N_("只减%(bundle)s里的商品，里面没有适用的"),
    "not_certified": N_("只限有绿色认证的商品，购物车里没有"),
    "star_too_low": N_("商品的星级不够"),
    "not_enrolled": N_("购物车里没有参加活动的商家的商品"),
    "below_minimum": N_("还差 %(short)s 元"),
    "below_step": N_("还差 %(short)s 元"),
    "below_quantity": N_("还差 %(short)s 包"),
    "set_incomplete": N_("还没有配齐一套，差%(missing)s %(short)s 包"),
    "gift_unavailable": N_("赠品现在没有"),
    "gift_gone": N_("赠品已经送完"),
    "proof_needed": N_("先交旧物的凭证"),
    "proof_waiting": N_("你交的凭证正在核对"),
    "group_join": N_("先报名，%(until)s 截止"),
    "group_open": N_("报名到 %(until)s 截止，现在一共 %(total)s 包"),
    "group_closed": N_("你没有报名，报名已经截止"),
    "group_failed": N_("一共报了 %(total)s 包，不够 %(minimum)s 包，没有成团"),
    "nothing_off": N_("没有可以减的金额"),
    "cap_reached": N_("已经减到上限"),
    "not_combinable": N_("不能和“%(other)s”一起用"),
    "one_of_group": N_("已经用了同类的“%(other)s”"),
}


def say_reason(verdict: Verdict) -> str:
    """Why a promotion was not used."""
    return say_failure(Failure(verdict.reason_code, verdict.reason_params))


def say_failure(failure: Failure) -> str:
    """Which rule does not hold."""
    text = REASONS.get(failure.code, N_("现在用不上"))
    return _(text, **_spoken(failure.params))


def say_applied(verdict: Verdict) -> str:
    """How the amount came about: on which base, what a cap kept back, what is next."""
    said = [_base(verdict.kind, verdict.layer, verdict.base_fen), *_further(verdict)]
    following = verdict.reason_params
    if following.get("next_fen"):
        said.append(
            _("再买 %(short)s 元就减 %(off)s 元", short=_fen(following["next_fen"]),
              off=_fen(following["next_off_fen"]))
        )  # fmt: skip
    return _("，").join(said)


def say_step(step: ToldStep) -> str:
    """The rule of a discount of an order and, as far as it is shown, how its amount came about."""
    said = [say_benefit(step.benefit)]
    if step.base_fen is not None:
        said += [_base(step.benefit.kind, step.layer, step.base_fen), *_further(step)]
    return _("，").join(said)


def _base(kind: BenefitKind | None, layer: Layer | None, fen: int) -> str:
    if kind is BenefitKind.FREE_DELIVERY:
        return _("按运费算")
    if layer is Layer.ORDER:
        return _("按前面减完的 %(amount)s 元算", amount=format_fen(fen))
    return _("按适用商品 %(amount)s 元算", amount=format_fen(fen))


def _further(given: Verdict | ToldStep) -> list[str]:
    said = []
    if given.uses > 1:
        said.append(_("用了 %(count)s 次", count=given.uses))
    if given.cut_fen:
        by = _("每样商品") if given.cut_by == "line_cap" else _("整单")
        said.append(
            _("到了%(what)s最多能减的数，少减 %(amount)s 元", what=by,
              amount=format_fen(given.cut_fen))
        )  # fmt: skip
    return said


def _fen(value: object) -> str:
    return format_fen(int(str(value)))


def _spoken(params: Mapping[str, object]) -> dict[str, str]:
    said: dict[str, Any] = dict(params)
    if "short_fen" in said:
        said["short"] = format_fen(said["short_fen"])
    if "starts_at" in said:
        said["starts_at"] = day(said["starts_at"])
    if "ends_at" in said:
        said["ends_at"] = last_day(said["ends_at"])
    if "until" in said:
        said["until"] = moment(said["until"])
    at = said.pop("used_at", None)
    said["when"] = _("，本户已于 %(month)s 使用", month=day(at)[:7]) if at else ""
    if "from_minute" in said:
        said["hours"] = hours(said["from_minute"], said["to_minute"])
    if "weekdays" in said:
        said["weekdays"] = listed(WEEKDAYS[n] for n in said["weekdays"])
    if "zones" in said:
        said["zones"] = listed(ZONES.get(z, z) for z in said["zones"])
    if "flags" in said:
        said["flags"] = listed(FLAGS.get(f, f) for f in said["flags"])
    if "bundles" in said:
        said["bundle"] = say_bundle(said["bundles"], said["holds"])
    for key in ("other", "missing"):
        if key in said:
            said[key] = name_of({"name_zh": said[key], "name_en": said.get(f"{key}_en", "")})
    return {key: str(value) for key, value in said.items()}


def say_bundle(bundles: Sequence[Sequence[str]], holds: Sequence[Sequence[str]]) -> str:
    """A bundle as a rule asks for it, by names in Chinese and English: of which sort it is, and
    what there is to be in it."""
    text = _("整套的方案")
    if bundles:
        text = _("方案“%(names)s”", names=_("”或“").join(map(_either, bundles)))
    if holds:
        text = _("含%(goods)s的%(what)s", goods=_("或").join(map(_either, holds)), what=text)
    return text


def _either(names: Sequence[str]) -> str:
    return name_of({"name_zh": names[0], "name_en": names[1]})


def say_benefit(benefit: Benefit) -> str:
    """What is given: 9 折, 立减 20.00 元, 满 3000.00 减 300.00 元, 买 10 包送 1 包."""
    text = _KINDS[benefit.kind](benefit)
    if benefit.cap_fen is not None:
        text += _("，一次最多减 %(amount)s 元", amount=format_fen(benefit.cap_fen))
    repeated = benefit.kind not in (BenefitKind.THRESHOLD, BenefitKind.PERCENT)
    if repeated and benefit.times > 1:
        text += _("，一单最多 %(count)s 次", count=benefit.times)
    return text


def _percent(bp: int) -> str:
    return decimal_text(bp / 100)


def _ladder(benefit: Benefit) -> str:
    text = _("，").join(
        _("满 %(at)s 减 %(off)s 元", at=format_fen(s.at_least_fen), off=format_fen(s.off_fen))
        for s in benefit.steps
    )
    if len(benefit.steps) == 1 and benefit.times != 1:
        text = _("每%(step)s", step=text)
    return text


def say_tier(tier: Tier) -> str:
    """From how many packs on, and what is taken off then."""
    return _("满 %(count)s 包减 %(percent)s %%", count=tier.at_least,
             percent=_percent(tier.basis_points))  # fmt: skip


def _tiers(benefit: Benefit) -> str:
    return _("，").join(say_tier(tier) for tier in benefit.tiers)


def _nth(benefit: Benefit) -> str:
    if benefit.basis_points == 10_000:
        return _("每 %(count)s 包，其中一包免费", count=benefit.every)
    return _("第 %(count)s 包减 %(percent)s %%", count=benefit.every,
             percent=_percent(benefit.basis_points))  # fmt: skip


def _buy_get(benefit: Benefit) -> str:
    what = _("赠品") if benefit.gift_listing_id else _("同样适用的商品")
    return _("买 %(every)s 包送 %(get)s 包%(what)s", every=benefit.every, get=benefit.get,
             what=what)  # fmt: skip


def _set(benefit: Benefit) -> str:
    price = format_fen(benefit.amount_fen)
    if not benefit.parts:
        return _("任选 %(count)s 包 %(price)s 元", count=benefit.every, price=price)
    parts = _("加").join(
        _("%(name)s %(count)s 包", name=name_of(part), count=part.quantity)
        for part in benefit.parts
    )
    return _("%(parts)s，一套 %(price)s 元", parts=parts, price=price)


def _freight(benefit: Benefit) -> str:
    if benefit.basis_points >= 10_000:
        return _("免运费")
    return _("运费减 %(percent)s %%", percent=_percent(benefit.basis_points))


def _trade_in(benefit: Benefit) -> str:
    if benefit.basis_points:
        return _("以旧换新，每交一件旧的，一件新的减 %(percent)s %%",
                 percent=_percent(benefit.basis_points))  # fmt: skip
    return _("以旧换新，每交一件减 %(amount)s 元", amount=format_fen(benefit.amount_fen))


def _group(benefit: Benefit) -> str:
    said = _("村里团购，%(tiers)s，%(until)s 截止报名，送到%(point)s", tiers=_tiers(benefit),
             until=moment(benefit.closes_at), point=benefit.drop_point)  # fmt: skip
    return said + _("，每户最多报 %(count)s 包", count=benefit.most_joined)


_KINDS: Mapping[BenefitKind, Callable[[Benefit], str]] = {
    BenefitKind.PERCENT: lambda b: _("减 %(percent)s %%", percent=_percent(b.basis_points)),
    BenefitKind.AMOUNT: lambda b: _("立减 %(amount)s 元", amount=format_fen(b.amount_fen)),
    BenefitKind.THRESHOLD: _ladder,
    BenefitKind.QUANTITY: _tiers,
    BenefitKind.NTH_ITEM: _nth,
    BenefitKind.BUY_GET: _buy_get,
    BenefitKind.BUNDLE_PRICE: _set,
    BenefitKind.FREE_DELIVERY: _freight,
    BenefitKind.TRADE_IN: _trade_in,
    BenefitKind.GROUP_BUY: _group,
}
