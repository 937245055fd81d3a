"""What choosing anew brought; the sum before deductions is told from what is paid."""

from flask_babel import gettext as _

from market.bundles.optimise import Aim
from market.bundles.service import Reoptimised
from market.kernel.money import format_fen
from market.web.templating import name_of


def say_reoptimised(found: Reoptimised, budget_fen: int | None) -> tuple[str, str]:
    """(what re-optimising brought, the tone to say it in)."""
    told = [_missed(found), _over(found, budget_fen) if found.is_over_budget else _brought(found)]
    if budget_fen is not None and not found.is_over_budget:
        told.append(_("要付的在你写的 %(budget)s 元以内", budget=format_fen(budget_fen)))
    if not found.is_over_budget:
        told.append(_how_good(found))
    tone = "warn" if found.is_over_budget or found.missed else "ok"
    return _("；").join(filter(None, told)), tone


def _missed(found: Reoptimised) -> str:
    """Why the old choice could not stay."""
    if not found.missed:
        return ""
    names = _("、").join(name_of(slot) for slot in found.missed)
    text = _("%(names)s原来选的达不到当地的保温限值，换成了达标的", names=names)
    more = found.new.paid_fen - found.old.paid_fen
    if more > 0:
        text += _("，要付的比原来多 %(amount)s 元", amount=format_fen(more))
    return text


def _over(found: Reoptimised, budget_fen: int | None) -> str:
    if found.has_freight:
        return _(
            "找到的最少的，减掉优惠和补贴还要付 %(paid)s 元（减之前材料加运费 %(before)s 元），"
            "超过你写的 %(budget)s 元；先配成最接近的",
            paid=format_fen(found.new.paid_fen), before=format_fen(found.new.before_fen),
            budget=format_fen(budget_fen or 0),
        )  # fmt: skip
    return _(
        "找到的最少的，减掉优惠还要付 %(paid)s 元（减之前材料 %(before)s 元，没有算运费），"
        "超过你写的 %(budget)s 元；先配成最接近的",
        paid=format_fen(found.new.paid_fen), before=format_fen(found.new.before_fen),
        budget=format_fen(budget_fen or 0),
    )  # fmt: skip


def _brought(found: Reoptimised) -> str:
    old, new = found.old, found.new
    if not found.is_changed:
        return _(
            "没有找到更好的，还是原来的选法：减之前 %(before)s 元，减掉优惠和补贴要付 %(paid)s 元",
            before=format_fen(new.before_fen), paid=format_fen(new.paid_fen),
        )  # fmt: skip
    params = {
        "old": format_fen(old.before_fen), "new": format_fen(new.before_fen),
        "old_paid": format_fen(old.paid_fen), "new_paid": format_fen(new.paid_fen),
    }  # fmt: skip
    if found.has_freight:
        return _(
            "重新配好了：材料加运费从 %(old)s 元到 %(new)s 元；"
            "减掉优惠和补贴，要付的从 %(old_paid)s 元到 %(new_paid)s 元", **params,
        )  # fmt: skip
    return _(
        "重新配好了：材料从 %(old)s 元到 %(new)s 元，没有算运费；"
        "减掉优惠，要付的从 %(old_paid)s 元到 %(new_paid)s 元", **params,
    )  # fmt: skip


def _how_good(found: Reoptimised) -> str:
    if not found.is_proven:
        return _("是找到的最好的，不敢说没有更好的")
    if found.aim is Aim.COST:
        return _("减之前的价没有比这更低的")
    return _("没有比这更好的")
