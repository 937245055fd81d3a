"""The sentences of lists and product pages, in the visitor's language."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from flask import url_for

from market.batches.types import HoldView
from market.catalogue.attributes import ATTRIBUTES
from market.catalogue.cited import ended
from market.catalogue.contents import broken
from market.catalogue.pictures import picture_of
from market.catalogue.types import KindView, ListingView, ProductView
from market.kernel.clock import shanghai_date
from market.kernel.i18n import N_
from market.kernel.money import format_fen
from market.kernel.quantity import decimal_text
from market.picks.types import Favoured
from market.promotions.types import PromotionSpec
from market.search.service import marked
from market.storefront.checks import CheckRecord
from market.storefront.figures import MISSING, span_of, text_of
from market.storefront.nearness import Near
from market.storefront.none_left import none_left
from market.storefront.rules import Functional, half_up, reference_units
from market.storefront.shut import WhyShut, explain, said
from market.storefront.types import (
    FIGURE,
    Choice,
    Offer,
    ProductCard,
    ProductShow,
    Shelf,
    Sort,
    Stall,
)
from market.web.context import language, now
from market.web.i18n import gettext as _
from market.web.i18n import ngettext
from market.web.templating import day, name_of, unit

MADE = {
    Near.COUNTY: N_("本县造"), Near.REACH: N_("附近造"), Near.CITY: N_("本市造"),
    Near.PROVINCE: N_("本省造"), Near.FAR: N_("外省造"), Near.UNKNOWN: N_("产地暂无数据"),
}  # fmt: skip


def product_title(show: ProductShow) -> str:
    """The product's name with its model."""
    product = show.found.product
    return f"{name_of(product)} {product.model}".strip()


_SORTS = {
    Sort.EFFECT: N_("同等效果价"), Sort.NEWEST: N_("最新"), Sort.RELEVANCE: N_("最相关"),
    Sort.PRICE: N_("单价"), Sort.SALES: N_("销量"), Sort.LOCAL: N_("本地造"),
    Sort.DELIVERED: N_("到镇价"), Sort.FAVOURED: N_("本地常用优先"),
}  # fmt: skip
_SORT_NOTES = {
    Sort.EFFECT: N_("按厚度和性能折成同样的效果再比"),
    Sort.PRICE: N_("按卖家的单价，不含运费"),
    Sort.SALES: N_("近 90 天付了款的数量，退掉的不算"),
    Sort.LOCAL: N_("先本县，再邻近，再本市、本省，都一样的比同等效果价"),
    Sort.FAVOURED: N_("先排主管部门推荐的，再按本县买过的户数，再比同等效果价。没有付费排名"),
}


def sort_label(sort: Sort) -> str:
    """The word on a sort link."""
    return _(_SORTS[sort])


def sort_note(shelf: Shelf) -> str | None:
    """How the order of a list is made, where its name does not say it all."""
    if shelf.sort is Sort.DELIVERED and shelf.by_offer:
        return _("只列送得到的；单位不同的不好比，先选一个品类")
    if shelf.sort is Sort.EFFECT and shelf.by_offer:
        return _("同一种效果的排在一起，先按每 m² 比；按卖家价排，不含运费")
    if shelf.sort is Sort.PRICE and len({view.unit for view in shelf.page.items}) > 1:
        return _("按卖家的单价，不含运费；单位不同的不好比，先选一个品类")
    return _(_SORT_NOTES[shelf.sort]) if shelf.sort in _SORT_NOTES else None


def effect_name(found: Functional, unit_key: str, years: int | None = None) -> str:
    """What the price of the same effect is for."""
    if found.metric == "insulation":
        return _("同样保温（热阻 1）每 m²")
    if found.metric == "coating":
        return _("刷 1 m²")
    if found.metric == "heating":
        return _("制热每 kW")
    if found.metric == "storage":
        return _("储能每 kWh")
    return _("按 %(years)s 年寿命，每%(unit)s每年", years=years or 0, unit=unit_in_text(unit_key))


def effect_price(found: Functional) -> str:
    """The price of the same effect; computed from declared figures, so it is about."""
    return _("约 %(price)s 元", price=format_fen(half_up(found.milli_fen)))


def unit_in_text(unit_key: str) -> str:
    """A unit inside a sentence: a Latin symbol keeps its distance."""
    word = unit(unit_key)
    if language() == "en":
        return word
    return f" {word} " if word.isascii() or "²" in word or "³" in word else word


def promotion_name(spec: PromotionSpec) -> str:
    """The promotion's name in the visitor's language."""
    return spec.name_en if language() == "en" and spec.name_en else spec.name


def card(shelf: Shelf, view: ListingView, place: str | None) -> ProductCard:
    """A listing of a list as its card; a single offer leads to itself among its product's."""
    offer = shelf.offers.get(view.id)
    reason = _reason(view, offer, place)
    delivered = offer.delivered if offer else None
    spec = shelf.promotions.get(view.id)
    return ProductCard(
        href=url_for(
            "storefront.show_product",
            product_id=view.product_id,
            listing=view.id if shelf.by_offer else None,
        ),
        kind_code=view.picture or view.kind_code,
        group_code=view.group_code,
        name_zh=view.product_name,
        name_en=view.product_name_en,
        certifiable=view.certifiable,
        cert=view.certificate,
        price_fen=delivered.total_fen if delivered else None,
        unit=view.unit,
        place=place,
        per=_per(shelf, view, offer, place),
        tag=promotion_name(spec) if spec else None,
        reason=reason,
        local=view.is_local,
        seller=view.seller_name if shelf.by_offer and len(shelf.seller_names) > 1 else None,
    )


def marked_card(
    shelf: Shelf, view: ListingView, place: str | None, marks: tuple[str, ...]
) -> ProductCard:
    """A card whose name shows what of the query is in it."""
    plain = card(shelf, view, place)
    return replace(plain, parts=marked(name_of(plain), marks)) if marks else plain


def _reason(view: ListingView, offer: Offer | None, place: str | None) -> str | None:
    if not view.sellable:
        return unsellable(view)
    if offer is not None and place and offer.delivered is None:
        return _("这家送不到%(place)s", place=place)
    if view.lies_in_carts:
        return _("最后几包已经有人放进购物车")
    if offer is not None and not offer.in_stock:
        return _("刚卖完，看看别的卖家")
    return None


def unsellable(view: ListingView) -> str:
    """Why a listing cannot be bought, with the next step."""
    if not view.shut:
        return _("现在不能买。看同类产品")
    return _("%(reason)s。看同类产品", reason=said(view.shut[0]))


def _per(shelf: Shelf, view: ListingView, offer: Offer | None, place: str | None) -> str | None:
    if offer is None or offer.delivered is None:
        return None
    parts = []
    if shelf.sort is Sort.SALES:
        parts.append(_sold(view))
    if shelf.sort is Sort.LOCAL:
        parts.append(_(MADE[shelf.near.get(view.maker_region, Near.UNKNOWN)]))
    if shelf.sort is Sort.FAVOURED:
        parts += _favour(shelf.favoured, view.product_id)
    if place:
        parts.append(_("含运费 %(price)s 元", price=format_fen(offer.delivered.freight_fen)))
    found = offer.functional
    if found is not None:
        name = effect_name(found, view.unit, view.life_years)
        parts.append(_("%(name)s%(price)s", name=name, price=effect_price(found)))
    return _("，").join(parts) or None


def _favour(liked: Favoured, product_id: str) -> list[str]:
    """Why a product is among the first where what the place prefers is."""
    households = liked.bought.get(product_id, 0)
    return [
        *([_("本地推荐")] if product_id in liked.picks else []),
        *([bought_by(households)] if households else []),
    ]


def bought_by(households: int) -> str:
    """How many households of the county bought a product lately."""
    return ngettext("本县 %(num)s 户买过", "本县 %(num)s 户买过", households)


def _sold(view: ListingView) -> str:
    if not view.sold:
        return _("近 90 天没有卖出")
    return _(
        "近 90 天卖出 %(amount)s %(unit)s",
        amount=decimal_text(view.sold * view.pack_size), unit=unit(view.unit),
    )  # fmt: skip


def figure_token(key: str, token: str) -> str:
    """A value of a filter by figures, in words."""
    if token == MISSING:
        return _("未填")
    spec = ATTRIBUTES[key]
    if not spec.is_number:
        return text_of(token)
    span = span_of(token)
    said = f"{span[0]:g}–{span[1]:g}" if span else token
    return f"{said} {spec.unit}".strip()


def attribute_rows(product: ProductView) -> list[dict[str, str]]:
    """The product's figures with their units, in the order of the specs."""
    rows = [
        {"label": _(spec.label), "value": said}
        for spec in ATTRIBUTES.values()
        if (said := figure(product, spec.key))
    ]
    if product.life_years:
        rows.append({"label": _("设计寿命"), "value": _("%(years)s 年", years=product.life_years)})
    return rows


def figure(product: ProductView, key: str) -> str | None:
    """One of the product's figures with its unit; None when the maker declared none."""
    value = product.attributes.get(key)
    if value is None:
        return None
    said = str(value) if isinstance(value, str) else decimal_text(value)
    return f"{said} {ATTRIBUTES[key].unit or ''}".strip()


def work(stall: Stall) -> list[str]:
    """How the packs and the sum come about, in words."""
    listing, bought = stall.listing, stall.purchase
    unit_word = unit(listing.unit)
    values = {
        "needed": decimal_text(bought.needed),
        "unit": unit_word,
        "pack": decimal_text(listing.pack_size),
        "packs": decimal_text(bought.packs),
        "left": decimal_text(bought.left_over),
    }
    if bought.loss_percent:
        first = ngettext(
            "%(needed)s %(unit)s 加 %(loss)s %% 损耗，每包 %(pack)s %(unit)s，"
            "要 %(packs)s 包，剩 %(left)s %(unit)s。",
            "%(needed)s %(unit)s 加 %(loss)s %% 损耗，每包 %(pack)s %(unit)s，"
            "要 %(packs)s 包，剩 %(left)s %(unit)s。",
            bought.packs,
            loss=bought.loss_percent,
            **values,
        )
    else:
        first = ngettext(
            "%(needed)s %(unit)s，每包 %(pack)s %(unit)s，要 %(packs)s 包，剩 %(left)s %(unit)s。",
            "%(needed)s %(unit)s，每包 %(pack)s %(unit)s，要 %(packs)s 包，剩 %(left)s %(unit)s。",
            bought.packs,
            **values,
        )
    lines = [first]
    if bought.raised_to_minimum:
        lines.append(
            ngettext(
                "这家最少卖 %(packs)s 包。",
                "这家最少卖 %(packs)s 包。",
                listing.min_packs,
                packs=listing.min_packs,
            )
        )
    left = listing.available
    if left is not None and left < bought.packs:
        lines.append(
            ngettext("这家现在只有 %(packs)s 包。", "这家现在只有 %(packs)s 包。", left, packs=left)
        )
    return lines


def reference_note(unit_key: str, place: str | None) -> str | None:
    """At which amount a list compares."""
    if not place:
        return None
    return _(
        "价格含运费，按一次买 %(amount)s %(unit)s 算",
        amount=decimal_text(reference_units(unit_key)),
        unit=unit(unit_key),
    )


def stall_line(stall: Stall) -> str:
    """Stock and time of a seller's row, or why it cannot be chosen."""
    listing = stall.listing
    if listing.made_to_order:
        return _("定做，%(days)s 天发货", days=listing.lead_days)
    if listing.lies_in_carts:
        return _("最后几包已经有人放进购物车")
    if stall.is_out:
        return _("卖完了")
    return _(
        "现货 %(packs)s 包，%(days)s 天内发货",
        packs=decimal_text(listing.available or 0),
        days=listing.lead_days,
    )


def plain(value: Decimal) -> str:
    """A number as one types it."""
    return decimal_text(value).replace(",", "")


def pack_line(stall: Stall) -> str:
    """What one pack holds."""
    listing = stall.listing
    return _(
        "每包 %(size)s %(unit)s，%(price)s 元",
        size=decimal_text(listing.pack_size),
        unit=unit(listing.unit),
        price=format_fen(listing.price_fen),
    )


def price_rows(show: ProductShow, place: str) -> list[dict[str, object]]:
    """The parts of the delivered price, then the price of the effect."""
    stall = show.chosen
    if stall is None or stall.delivered is None:
        return []
    listing, price, freight = stall.listing, stall.delivered, stall.purchase.freight
    is_maker = stall.seller is not None and stall.seller.kind == "manufacturer"
    rows: list[dict[str, object]] = [
        {"label": _("出厂价") if is_maker else _("卖家价"), "fen": price.goods_fen}
    ]
    if freight is not None:
        note = _("这一单运费 %(amount)s 元", amount=format_fen(freight.total_fen))
        if freight.last_mile_fen:
            note += _("，其中进村最后一段 %(amount)s 元", amount=format_fen(freight.last_mile_fen))
        rows.append(
            {
                "label": _("运到%(place)s", place=place),
                "fen": price.freight_fen,
                "note": note,
            }
        )
    found = show.functional
    if found is not None:
        name = effect_name(found, listing.unit, listing.life_years)
        rows.append({"label": name, "text": effect_price(found)})
    return rows


def why_shut(show: ProductShow, holds: Sequence[HoldView] = ()) -> list[WhyShut]:
    """Everything that shuts the product's gate, since when, and the paper that says so."""
    return [explain(show, one, holds) for one in show.found.shut]


_RECORDS = {
    "failed": N_("未通过，%(day)s 起停售"), "appealed": N_("未通过，申诉中"),
    "cleared": N_("不合格过，%(day)s 复查通过"), "annulled": N_("%(day)s 原结果撤销"),
    "passed": N_("%(day)s 抽查合格"),
}  # fmt: skip


def record_line(record: CheckRecord | None) -> str:
    """What the spot checks of a product come to, in a few words."""
    if record is None:
        return _("还没有抽查过")
    word = "appealed" if record.appealed else record.standing
    return _(_RECORDS[word], day=day(record.at))


def contents_line(product: ProductView) -> str:
    """How many substances the maker declares, and whether all meet their rules today."""
    today = shanghai_date(now())
    wrong = broken(product.contents, today)
    if wrong:
        return _("%(count)s 种不符合", count=len(wrong))
    return _("申报 %(count)s 种，都符合", count=len(product.contents))


def outdated_standards(product: ProductView) -> list[str]:
    """What the product cites and is superseded or withdrawn today, in sentences."""
    return [
        _(
            "执行标准 %(code)s 从 %(day)s 起被 %(by)s 代替，厂家还没有改过来。",
            code=one.code, day=one.ended_on, by=one.by,
        )
        if one.by
        else _(
            "执行标准 %(code)s 从 %(day)s 起废止，厂家还没有改过来。",
            code=one.code, day=one.ended_on,
        )
        for one in ended(product.cited, shanghai_date(now()))
    ]  # fmt: skip


def none_to_buy(show: ProductShow, place: str, local: Sequence[Mapping[str, Any]] = ()) -> str:
    """Why nothing can be bought here, in one sentence."""
    if show.found.shut:
        return _("现在不能买。")
    if show.found.product.state == "paused":
        return _("厂家暂停了这款的销售。")
    if not show.stalls:
        return _("现在没有卖家在卖这款。")
    if place and all(stall.delivered is None and stall.listing.is_local for stall in show.stalls):
        return _(
            "这是地方目录产品，没有绿色建材证书，只在%(regions)s能买，不能卖到%(place)s。",
            regions=_("、").join(one["region_label"] for one in local), place=place,
        )  # fmt: skip
    if place and all(stall.delivered is None for stall in show.stalls):
        return _("现有的卖家都送不到%(place)s。", place=place)
    return none_left(show)


def picture(show: ProductShow) -> str:
    """The drawing of the product's material, or of its kind."""
    kind = show.found.kind
    return picture_of(kind.code, kind.picture, show.found.product.material_key)


def key_figure(figures: list[dict[str, str]]) -> str:
    """The one measure that stands on the picture; empty when the maker declared none."""
    return f"{figures[0]['label']} {figures[0]['value']}" if figures else ""


def picture_alt(kind: KindView, figure: str) -> str:
    """The kind with the product's key figure."""
    if not figure:
        return _("%(kind)s示意图", kind=name_of(kind))
    return _("%(kind)s示意图，%(figure)s", kind=name_of(kind), figure=figure)


def use(product: ProductView) -> str:
    """What the product is for."""
    return product.use_en if language() == "en" and product.use_en else product.use_zh


def params(choice: Choice, **changes: object) -> dict[str, object]:
    """The query string of a choice, with changes; defaults are left out."""
    values: dict[str, object] = {
        "kind": sorted(choice.kinds),
        "star": sorted(choice.stars),
        "seller": sorted(choice.sellers),
        "stock": 1 if choice.in_stock else None,
        "here": 1 if choice.delivers else None,
        **{f"{FIGURE}{key}": sorted(tokens) for key, tokens in choice.figures},
        "sort": choice.sort.value if choice.sort is not Sort.EFFECT else None,
        "page": choice.number if choice.number > 1 else None,
    }
    values.update(changes)
    return {key: value for key, value in values.items() if value not in (None, [], "")}
