"""From the rows of a sheet and the goods there are to what would change. Pure.

The same rows and the same goods give the same plan, and its digest covers every act with what
it finds before it: equal digests mean that applying does exactly what the preview showed.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from market.catalogue.types import (
    DeskGoods,
    KindView,
    ListingDetails,
    OwnListing,
    ProductDetails,
    ProductView,
    VariantDetails,
    VariantView,
)
from market.exchange import products as product_rows
from market.exchange.cells import STATES, plain_text
from market.exchange.columns import LEVELS, LISTING, PRODUCT, VARIANT
from market.exchange.operations import (
    AddListing,
    AddProduct,
    AddVariant,
    EditListing,
    EditProduct,
    EditVariant,
    MoveListing,
    Operation,
    SetStock,
)
from market.exchange.types import Change, Counts, Line, Problem, Row
from market.kernel.i18n import N_

_PATHS: dict[tuple[str, str], tuple[str, ...]] = {
    ("draft", "live"): ("publish",),
    ("paused", "live"): ("publish",),
    ("archived", "live"): ("restore", "publish"),
    ("live", "paused"): ("pause",),
    ("draft", "archived"): ("archive",),
    ("live", "archived"): ("archive",),
    ("paused", "archived"): ("archive",),
    ("archived", "draft"): ("restore",),
}


@dataclass(frozen=True)
class World:
    """What rows are compared with."""

    seller_id: str
    goods: DeskGoods
    kinds: Mapping[str, KindView]
    certificates: Mapping[str, tuple[str, tuple[str, ...]]]  # number -> id, kinds
    warehouses: Mapping[str, str | None]  # name -> id; None when two have the name
    reasons: Mapping[str, str]  # sentences of blockers


@dataclass(frozen=True)
class Plan:
    """What an import would do, row by row, and what is wrong."""

    operations: tuple[Operation, ...]
    lines: tuple[Line, ...]
    counts: Counts

    @property
    def digest(self) -> str:
        """A fingerprint of every act with what it finds before it."""
        text = "\n".join(map(repr, self.operations))
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class _Target:
    """A product, pack size or listing as the rows so far leave it."""

    key: str
    details: Any
    row: int


@dataclass
class _Draft:
    """One row being worked on."""

    row: Row
    name: str = ""
    makes: str = ""
    for_review: bool = False
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, column: str, message: str, **params: Any) -> None:
        self.problems.append(Problem(column, message, params))

    def change(self, column: str, before: Any, after: Any) -> None:
        old, new = plain_text(column, before), plain_text(column, after)
        if old != new:
            self.changes.append(Change(column, old, new))

    def given(self, level: str) -> bool:
        return any(key in self.row.values for key in LEVELS[level])


def plan(rows: Iterable[Row], world: World) -> Plan:
    """What the rows would change in the world."""
    maker = _Planner(world)
    for row in rows:
        maker.take(row)
    return maker.finish()


class _Planner:
    def __init__(self, world: World) -> None:
        self.world = world
        self.operations: list[Operation] = []
        self.lines: list[Line] = []
        self.products: dict[str, _Target] = {}
        self.variants: dict[str, _Target] = {}
        self.listings: dict[str, _Target] = {}
        self.levels: dict[tuple[str, str], int] = {}
        self.own = {
            product_rows.natural_key(view.kind_code, view.name_zh, view.model): view.id
            for view in sorted(world.goods.products.values(), key=lambda v: v.id, reverse=True)
            if view.maker_id == world.seller_id and view.state != "archived"
        }
        self.labels = {
            (view.product_id, view.label_zh): view.id for view in world.goods.variants.values()
        }
        self.made: dict[tuple[str, ...], str] = {}

    def finish(self) -> Plan:
        counted = [type(op).__name__ for op in self.operations]
        counts = Counts(
            products=counted.count("AddProduct"),
            variants=counted.count("AddVariant"),
            listings=counted.count("AddListing"),
            edited_products=counted.count("EditProduct"),
            edited_variants=counted.count("EditVariant"),
            prices=counted.count("EditListing"),
            states=counted.count("MoveListing"),
            stock=counted.count("SetStock"),
            changed_rows=sum(1 for line in self.lines if line.changes or line.makes),
            wrong_rows=sum(1 for line in self.lines if line.problems),
        )
        return Plan(tuple(self.operations), tuple(self.lines), counts)

    def take(self, row: Row) -> None:
        draft = _Draft(row, problems=list(row.problems))
        before = len(self.operations)
        product = self._product(draft)
        variant = self._variant(draft, product) if product else None
        if variant is not None:
            self._listing(draft, product or "", variant)
        if draft.problems:
            del self.operations[before:]
        if draft.problems or draft.changes or draft.makes:
            name = draft.name or str(row.values.get("name_zh", ""))
            changes = () if draft.problems else tuple(draft.changes)
            makes = "" if draft.problems else draft.makes
            self.lines.append(
                Line(row.number, name[:80], makes, draft.for_review, changes,
                     tuple(draft.problems))
            )  # fmt: skip

    # --- products ------------------------------------------------------------------------

    def _product(self, draft: _Draft) -> str | None:
        """The id or key of the row's product; None when it cannot be told."""
        values, goods = draft.row.values, self.world.goods
        variant = goods.variants.get(values.get("variant_id", ""))
        if "variant_id" in values and variant is None:
            draft.wrong("variant_id", N_("没有这个规格编号，或者不能由你们卖"))
            return None
        named = values.get("product_id", variant.product_id if variant else "")
        if variant is not None and named != variant.product_id:
            draft.wrong("product_id", N_("这个规格不属于这个产品"))
            return None
        if named:
            view = goods.products.get(named)
            if view is None:
                draft.wrong("product_id", N_("没有这个产品编号，或者不是你们的"))
                return None
            return self._known_product(draft, view)
        return self._named_product(draft)

    def _named_product(self, draft: _Draft) -> str | None:
        """A product told by its kind, name and model: one there is, else a new one."""
        kind = product_rows.kind_of(draft, self.world)
        name, model = draft.row.values.get("name_zh", ""), draft.row.values.get("model", "")
        if not name:
            draft.wrong("name_zh", N_("这一项要填"))
        if kind is None or not name:
            return None
        natural = product_rows.natural_key(kind.code, name, model)
        known = self.own.get(natural)
        if known is not None:
            return self._known_product(draft, self.world.goods.products[known])
        key = self.made.setdefault(natural, f"product of row {draft.row.number}")
        empty = ProductDetails(kind.code, name, kind.default_unit)
        details = product_rows.filled(draft, empty, kind, self.world, is_new=True)
        if not kind.is_open:
            draft.wrong("kind", N_("这个品类已经停用，不能再上新产品"))
        draft.name = name
        if self._agrees(draft, self.products, key, details, PRODUCT):
            return key
        self.products[key] = _Target(key, details, draft.row.number)
        draft.makes = "product"
        product_rows.say_changes(draft, None, details, self.world)
        self.operations.append(AddProduct(draft.row.number, key, details))
        return key

    def _known_product(self, draft: _Draft, view: ProductView) -> str | None:
        draft.name = view.name_zh
        if not draft.given(PRODUCT):
            return view.id
        kind = self.world.kinds[view.kind_code]
        held = self.products.get(view.id)
        base = held.details if held else view.details
        details = product_rows.filled(draft, base, kind, self.world, is_new=False)
        if details == view.details or (held and details == held.details):
            return view.id
        if view.maker_id != self.world.seller_id:
            draft.wrong("name_zh", N_("这个产品是别的厂家的，只能改价格和库存"))
            return view.id
        if held:
            self._differs(draft, held)
            return view.id
        self.products[view.id] = _Target(view.id, details, draft.row.number)
        draft.for_review |= view.published_at is not None
        product_rows.say_changes(draft, view.details, details, self.world)
        self.operations.append(EditProduct(draft.row.number, view.id, view.details, details))
        return view.id

    # --- pack sizes ----------------------------------------------------------------------

    def _variant(self, draft: _Draft, product: str) -> str | None:  # noqa: PLR0911
        values = draft.row.values
        known = self.world.goods.variants.get(values.get("variant_id", ""))
        if known is None:
            found = self.labels.get((product, values.get("label_zh", "")))
            known = self.world.goods.variants[found] if found else None
        if known is not None:
            return self._known_variant(draft, known)
        if not draft.given(VARIANT):
            if draft.given(LISTING):
                draft.wrong("label_zh", N_("写明是哪个规格，才能定价和记库存"))
            return None
        view = self.world.goods.products.get(product)
        if view is not None and view.maker_id != self.world.seller_id:
            draft.wrong("label_zh", N_("这个产品是别的厂家的，不能加规格"))
            return None
        if view is not None and view.published_at is not None and draft.given(LISTING):
            draft.wrong("label_zh", N_("已上架产品的新规格要先审核，通过后再定价、记库存"))
            return None
        missing = [k for k in ("label_zh", "pack_size", "weight_kg") if k not in values]
        for key in missing:
            if not any(problem.column == key for problem in draft.problems):
                draft.wrong(key, N_("这一项要填"))
        if missing:
            return None
        details = _variant_details(values, VariantDetails("", Decimal(1), 1))
        key = self.made.setdefault(
            (product, details.label_zh), f"pack size of row {draft.row.number}"
        )
        if self._agrees(draft, self.variants, key, details, VARIANT):
            return key
        self.variants[key] = _Target(key, details, draft.row.number)
        draft.makes = draft.makes or "variant"
        draft.for_review |= view is not None and view.published_at is not None
        _say_variant(draft, None, details)
        self.operations.append(AddVariant(draft.row.number, product, key, details))
        return key

    def _known_variant(self, draft: _Draft, view: VariantView) -> str:
        before = VariantDetails(view.label_zh, view.pack_size, view.weight_g, view.label_en)
        details = _variant_details(draft.row.values, before)
        held = self.variants.get(view.id)
        if details == before or (held and details == held.details):
            return view.id
        product = self.world.goods.products[view.product_id]
        if product.maker_id != self.world.seller_id:
            draft.wrong("label_zh", N_("这个产品是别的厂家的，只能改价格和库存"))
            return view.id
        if held:
            self._differs(draft, held)
            return view.id
        sized = (details.pack_size, details.weight_g) != (before.pack_size, before.weight_g)
        if sized and view.id in self.world.goods.listings:
            draft.wrong(
                "pack_size" if details.pack_size != before.pack_size else "weight_kg",
                N_("这个规格已经有在售条目，包装数量和重量不能改。请新建一个规格"),
            )
            return view.id
        self.variants[view.id] = _Target(view.id, details, draft.row.number)
        draft.for_review |= product.published_at is not None
        _say_variant(draft, before, details)
        self.operations.append(EditVariant(draft.row.number, view.id, before, details))
        return view.id

    # --- listings ------------------------------------------------------------------------

    def _listing(self, draft: _Draft, product: str, variant: str) -> None:
        if not draft.given(LISTING):
            return
        values = draft.row.values
        known = self.world.goods.listings.get(variant)
        held = self.listings.get(variant)
        before = held.details if held else known.details if known else None
        if before is None and "price" not in values:
            if not any(problem.column == "price" for problem in draft.problems):
                draft.wrong("price", N_("新条目要写售价"))
            return
        details = _terms(values, before or ListingDetails(0))
        key = known.id if known else f"listing of {variant}"
        if held and details != held.details:
            self._differs(draft, held)
            return
        if not held:
            self.listings[variant] = _Target(key, details, draft.row.number)
            self._terms(draft, product, variant, known, key, details)
        self._state(draft, product, known, key, first=not held)
        self._stock(draft, key, details)

    def _terms(
        self, draft: _Draft, product: str, variant: str, known: OwnListing | None, key: str,
        details: ListingDetails,
    ) -> None:  # fmt: skip
        before = known.details if known else None
        if details == before:
            return
        for column, name in _TERMS.items():
            draft.change(column, getattr(before, name) if before else None, getattr(details, name))
        if known and before:
            self.operations.append(EditListing(draft.row.number, known.id, before, details))
            return
        view = self.world.goods.variants.get(variant)
        mine = self.world.goods.products.get(product)
        if view and not view.is_open:
            draft.wrong("variant_id", N_("这个规格已经停用，不能再上新条目"))
        if mine and mine.state == "archived":
            draft.wrong("product_id", N_("产品已经归档"))
        draft.makes = draft.makes or "listing"
        self.operations.append(AddListing(draft.row.number, variant, key, details))

    def _state(
        self, draft: _Draft, product: str, known: OwnListing | None, key: str, *, first: bool
    ) -> None:
        wanted = draft.row.values.get("state")
        now = known.state if known else "draft"
        if wanted is None or wanted == now or not first:
            return
        verbs = _PATHS.get((now, wanted))
        if verbs is None:
            draft.wrong(
                "state", N_("不能从“%(now)s”改成“%(wanted)s”"),
                now=STATES[now], wanted=STATES[wanted],
            )  # fmt: skip
            return
        if wanted == "live":
            if product not in self.world.goods.products:
                draft.wrong("state", N_("新产品还没有上架，条目先写草稿"))
                return
            for blocker in self.world.goods.blockers.get(product, ())[:1]:
                draft.wrong("state", self.world.reasons[blocker.code], **blocker.told)
                return
        draft.change("state", now if known else "", wanted)
        self.operations.append(MoveListing(draft.row.number, key, now, verbs))

    def _stock(self, draft: _Draft, key: str, details: ListingDetails) -> None:
        counted = draft.row.values.get("stock")
        if counted is None:
            return
        if details.made_to_order:
            draft.wrong("stock", N_("按订单生产的条目不记库存"))
            return
        place = self._place(draft)
        if place is None:
            return
        if (key, place) in self.levels:
            draft.wrong("stock", N_("第 %(row)s 行已经写了这个仓库的库存"),
                        row=self.levels[key, place])  # fmt: skip
            return
        self.levels[key, place] = draft.row.number
        level = self.world.goods.levels.get((key, place))
        if level and counted < level[1]:
            draft.wrong("stock", N_("有 %(reserved)s 件已经被订单占用，库存不能比它少"),
                        reserved=level[1])  # fmt: skip
            return
        if counted == (level[0] if level else 0):
            return
        draft.change("stock", level[0] if level else None, counted)
        before = level[0] if level else None
        self.operations.append(SetStock(draft.row.number, key, place, before, counted))

    def _place(self, draft: _Draft) -> str | None:
        """The warehouse of the row; the only one there is when none is named."""
        name, places = draft.row.values.get("warehouse"), self.world.warehouses
        if name is None and len(places) == 1:
            return next(iter(places.values()))
        if name is None:
            draft.wrong("warehouse", N_("写明哪个仓库"))
        elif name not in places:
            draft.wrong("warehouse", N_("没有这个仓库，请从列表里选"))
        elif places[name] is None:
            draft.wrong("warehouse", N_("有两个仓库叫这个名字，请先改名"))
        return places.get(name or "")

    # --- rows that speak of the same ------------------------------------------------------

    def _agrees(
        self, draft: _Draft, held: dict[str, _Target], key: str, details: Any, level: str
    ) -> bool:
        """Whether an earlier row has made it; a row that leaves all of a level empty, or says
        the same, agrees."""
        first = held.get(key)
        if first is None:
            return False
        said = [k for k in LEVELS[level] if k in draft.row.values]
        natural = {"kind", "name_zh", "model", "label_zh"}
        if details != first.details and set(said) - natural:
            self._differs(draft, first)
        return True

    def _differs(self, draft: _Draft, first: _Target) -> None:
        draft.wrong("", N_("和第 %(row)s 行说的同一样东西不一致"), row=first.row)


_TERMS = {
    "price": "price_fen",
    "min_packs": "min_packs",
    "lead_days": "lead_days",
    "made_to_order": "made_to_order",
}


def _terms(values: Mapping[str, Any], before: ListingDetails) -> ListingDetails:
    said = {name: values[column] for column, name in _TERMS.items() if column in values}
    return replace(before, **said)


def _variant_details(values: Mapping[str, Any], before: VariantDetails) -> VariantDetails:
    weight = values.get("weight_kg")
    return replace(
        before,
        label_zh=values.get("label_zh", before.label_zh),
        label_en=values.get("label_en", before.label_en),
        pack_size=values.get("pack_size", before.pack_size),
        weight_g=before.weight_g if weight is None else int(weight * 1000),
    )


def _say_variant(draft: _Draft, before: VariantDetails | None, after: VariantDetails) -> None:
    for key in ("label_zh", "label_en", "pack_size"):
        draft.change(key, getattr(before, key) if before else None, getattr(after, key))
    kilos = Decimal(before.weight_g) / 1000 if before else None
    draft.change("weight_kg", kilos, Decimal(after.weight_g) / 1000)
