"""Products of one kind side by side, in rows that tell where they differ."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from market.catalogue.attributes import ATTRIBUTES
from market.catalogue.errors import ProductNotFound
from market.catalogue.types import KindView, ListingView
from market.kernel.clock import shanghai_date
from market.kernel.money import format_fen
from market.kernel.region_code import RegionCode
from market.storefront import evidence, queries, wording
from market.storefront.types import Asked, Choice, ProductShow
from market.web import context
from market.web.i18n import gettext as _
from market.web.i18n import ngettext
from market.web.templating import day, name_of, unit

MOST = 4
OFFERED = 12


@dataclass(frozen=True)
class Row:
    """One thing said of every product in their order; None where nobody knows it."""

    label: str
    cells: tuple[str | None, ...]

    @property
    def differs(self) -> bool:
        """Whether the products are not all the same here; a gap differs from a value."""
        return len(set(self.cells)) > 1


@dataclass(frozen=True)
class Comparison:
    """The products that can be compared, what else could be, and what had to be left out."""

    kind: KindView | None
    shows: tuple[ProductShow, ...]
    others: tuple[ListingView, ...]
    gone: int
    of_other_kinds: int

    @property
    def ids(self) -> tuple[str, ...]:
        """The products shown, in the order asked for."""
        return tuple(show.found.product.id for show in self.shows)

    def without(self, product_id: str) -> tuple[str, ...]:
        """The others."""
        return tuple(key for key in self.ids if key != product_id)

    @property
    def has_room(self) -> bool:
        """Whether one more fits."""
        return len(self.shows) < MOST


def compare(
    session: Session, asked: Iterable[str], region: RegionCode | None, now: datetime
) -> Comparison:
    """The first products asked for, at most MOST, that are still shown and of the first one's
    kind; priced for a place at the amount that lists compare at."""
    wanted = list(dict.fromkeys(asked))[:MOST]
    found = [show for key in wanted if (show := _find(session, key, region, now))]
    kind = found[0].found.kind if found else None
    same = [show for show in found if kind and show.found.kind.code == kind.code]
    others: tuple[ListingView, ...] = ()
    if kind and len(same) < MOST:
        others = _others(session, kind, {show.found.product.id for show in same}, region, now)
    return Comparison(kind, tuple(same), others, len(wanted) - len(found), len(found) - len(same))


def _find(
    session: Session, product_id: str, region: RegionCode | None, now: datetime
) -> ProductShow | None:
    try:
        return queries.show_product(session, product_id, Asked(as_listed=True), region, now)
    except ProductNotFound:
        return None


def _others(
    session: Session, kind: KindView, taken: set[str], region: RegionCode | None, now: datetime
) -> tuple[ListingView, ...]:
    stock = queries.stock_of_kind(session, kind, region, now)
    shelf = queries.kind_shelf(session, stock, Choice(), kind.default_unit, region=region, now=now)
    return tuple(view for view in shelf.page.items if view.product_id not in taken)[:OFFERED]


def rows(shows: Sequence[ProductShow]) -> list[Row]:
    """Everything known of at least one of the products."""
    return [row for row in _rows(shows) if any(cell is not None for cell in row.cells)]


def _rows(shows: Sequence[ProductShow]) -> Iterator[Row]:
    def row(label: str, cells: Iterable[str | None]) -> Row:
        return Row(label, tuple(cells))

    products = [show.found.product for show in shows]
    yield row(_("价格"), map(_price, shows))
    yield row(_("同样效果的价"), map(_effect, shows))
    yield row(_("卖家"), map(_sellers, shows))
    yield row(
        _("多久发货"), (wording.stall_line(show.chosen) if show.chosen else None for show in shows)
    )
    yield row(_("证书和星级"), map(_certificate, shows))
    yield row(_("发证机构"), map(_issuer, shows))
    yield row(_("执行标准"), (show.found.product.standard or show.found.kind.standard or None
                          for show in shows))  # fmt: skip
    for key in ATTRIBUTES:
        yield row(_(ATTRIBUTES[key].label), (wording.figure(p, key) for p in products))
    yield row(_("设计寿命"), (
        _("%(years)s 年", years=product.life_years) if product.life_years else None
        for product in products
    ))  # fmt: skip
    today = shanghai_date(context.now())
    yield row(
        _("碳足迹"),
        (evidence.carbon_line(p) if p.carbon_on(today) else None for p in products),
    )
    for cells in zip(*map(evidence.cells, shows), strict=True):
        yield row(cells[0].key, (cell.value for cell in cells))


def _price(show: ProductShow) -> str | None:
    stall = show.chosen
    if stall is None or stall.delivered is None:
        return None
    amount = format_fen(stall.delivered.total_fen)
    return _("%(amount)s 元/%(unit)s", amount=amount, unit=unit(stall.listing.unit))


def _effect(show: ProductShow) -> str | None:
    found = show.functional
    if found is None:
        return None
    product = show.found.product
    name = wording.effect_name(found, product.unit, product.life_years)
    return _("%(name)s%(price)s", name=name, price=wording.effect_price(found))


def _sellers(show: ProductShow) -> str | None:
    able = sum(stall.can_buy for stall in show.stalls)
    return ngettext("%(num)s 家能买", "%(num)s 家能买", able) if able else None


def _issuer(show: ProductShow) -> str | None:
    cert = show.found.certificate
    return cert.issuer_name if cert else None


def _certificate(show: ProductShow) -> str | None:
    cert = show.found.certificate
    if not show.found.kind.certifiable:
        return _("暂无绿色认证目录")
    if cert is None:
        return None
    if not cert.is_in_force:
        return _("证书现在不在有效期里")
    stars = {1: _("一星"), 2: _("二星"), 3: _("三星")}
    grade = stars[cert.star] if cert.star else _("合格")
    return _("%(grade)s，有效至 %(day)s", grade=grade, day=day(cert.valid_to))


def title(comparison: Comparison) -> str:
    """The heading."""
    if comparison.kind is None:
        return _("比一比")
    return _("比一比：%(kind)s", kind=name_of(comparison.kind))
