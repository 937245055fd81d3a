"""Generated catalogues: deterministic, written in bulk into the migrated schema."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count, cycle
from typing import Any

from flask import Flask
from sqlalchemy import insert
from sqlalchemy.orm import Session

from market.bundles import service as bundles
from market.catalogue import effects, rules
from market.catalogue import queries as catalogue_queries
from market.catalogue import service as catalogue
from market.catalogue.attributes import read_attributes
from market.catalogue.models import Listing, Product, StockLevel, StockMovement, Variant
from market.catalogue.types import KindView
from market.certification.models import Certificate, CertificateSeller, CertificationBody
from market.db.session import unit_of_work
from market.kernel.actor import Actor
from market.kernel.clock import end_of_day, shanghai_date, start_of_day
from market.kernel.ids import repeatable_ids
from market.promotions import service as promotions
from market.promotions.types import (
    Benefit,
    BenefitKind,
    Owner,
    Ownership,
    PromotionDraft,
    Step,
)
from market.search import jobs as search
from market.seed import people, world
from market.seed.tables import goods
from market.sellers.models import Seller, SellerArea, SellerFreightRate, SellerLastMile, Warehouse

SEED = 77
CHUNK = 5_000
HOUSEHOLDS = 16
STOCK = 1_000_000
HOMES = ("130624", "510121", "230126", "330523", "460400", "532922", "410122", "611026")
TRADES_PER_CREW = (2, 3, 4)


@dataclass(frozen=True)
class _Seller:
    id: str
    warehouse: str
    home: str
    kinds: tuple[str, ...]


class Numbers:
    """Primary keys that sort in the order of making, as real ones do."""

    def __init__(self, mark: str) -> None:
        self.mark, self._next = mark, count(1)

    def __call__(self) -> str:
        return f"{self.mark}{next(self._next):0{20 - len(self.mark)}d}"


def first_of_month(now: datetime) -> datetime:
    """Every world of one month is the same."""
    return now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def build_catalogue(app: Flask, listings: int, now: datetime) -> None:
    """Sellers, certificates, products, listings with stock, promotions, bundles, the index."""
    with repeatable_ids(SEED), app.app_context():
        world.base(app)
        with unit_of_work() as session:
            persons = _people(session, now)
            kinds = {kind.code: kind for kind in catalogue_queries.list_kinds(session)}
            sellers = _sellers(session, max(20, listings // 200), now)
            bodies = _bodies(session, kinds, now)
            _shelves(session, sellers, kinds, bodies, listings, now)
            catalogue.rebuild_tallies(session)
        with unit_of_work() as session:
            bundles.load_bundles(session, persons.operator, now)
            _promotions(session, persons.operator, sellers, now)
        search.rebuild(app.extensions["market.text_index"])


def _people(session: Session, now: datetime) -> people.People:
    found, shared = people.make(session, now)
    for number in range(HOUSEHOLDS):
        people.register(session, household_phone(number), f"住户{number}", shared, now)
    return found


def household_phone(number: int) -> str:
    """The phone of one of the households that check out."""
    return f"1390000{number:04d}"


def write(session: Session, table: Any, rows: Iterable[dict[str, Any]]) -> None:
    """Insert the rows of an entity's table in chunks."""
    connection = session.connection()  # the ORM's way costs twice as much
    for chunk in batched_rows(rows):
        connection.execute(insert(table.__table__), chunk)


def batched_rows(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Rows in chunks of one statement each."""
    kept: list[dict[str, Any]] = []
    for row in rows:
        kept.append(row)
        if len(kept) == CHUNK:
            yield kept
            kept = []
    if kept:
        yield kept


# --- sellers and certificates -----------------------------------------------------------


def _sellers(session: Session, number: int, now: datetime) -> list[_Seller]:
    """A fifth are makers of two kinds; every third delivers only within its province."""
    source = random.Random(SEED)
    by_kind = sorted({row["kind"] for row in goods()})
    makers_of = cycle(by_kind)
    found: list[_Seller] = []
    numbers, warehouses = Numbers("s"), Numbers("w")
    rows, areas, rates, miles, places, told = [], [], [], [], [], []
    for position in range(number):
        own = [next(makers_of) for _ in range(-(-len(by_kind) // number) + 1)]
        kinds = tuple(dict.fromkeys([*own, *source.sample(by_kind, 6)]))
        one = _Seller(numbers(), warehouses(), HOMES[position % len(HOMES)], kinds)
        found.append(one)
        name = f"{('青山', '白云', '绿源', '新禾')[position % 4]}建材{position:04d}（示例）"
        kind = ("manufacturer", "shop", "mall", "shop", "shop")[position % 5]
        rows.append({
            "id": one.id, "name": name, "kind": kind, "region_code": one.home,
            "state": "approved", "credit_code": f"9100{position:014d}", "created_at": now,
            "approved_at": now, "returns_region": one.home,
        })  # fmt: skip
        told.append({"seller_id": one.id, "name": name, "region_code": one.home, "is_open": True})
        area = one.home[:2] if position % 3 == 2 else ""
        areas.append({"seller_id": one.id, "prefix": area})
        base = 3_000 + 100 * (position % 40)
        rates.append({"seller_id": one.id, "prefix": area, "base_fen": base, "per_kg_fen": 30})
        rates.append({
            "seller_id": one.id, "prefix": one.home[:4], "base_fen": base // 2, "per_kg_fen": 15,
        })  # fmt: skip
        miles.append({"seller_id": one.id, "prefix": one.home, "surcharge_fen": 2_000})
        places.append({
            "id": one.warehouse, "seller_id": one.id, "name": "总仓", "region_code": one.home,
            "is_open": True, "created_at": now,
        })  # fmt: skip
    for table, values in (
        (Seller, rows), (SellerArea, areas), (SellerFreightRate, rates), (SellerLastMile, miles),
        (Warehouse, places), (CertificateSeller, told),
    ):  # fmt: skip
        write(session, table, values)
    return found


def _bodies(session: Session, kinds: dict[str, KindView], now: datetime) -> dict[str, str]:
    rows = [
        {
            "id": f"b{scheme:>019}",
            "name": f"示例认证机构 {scheme}",
            "is_approved": True,
            "scope_kinds": [code for code, kind in kinds.items() if kind.scheme == scheme],
            "created_at": now,
        }
        for scheme in ("graded", "activity1")
    ]
    write(session, CertificationBody, rows)
    return {"graded": rows[0]["id"], "activity1": rows[1]["id"]}


@dataclass(frozen=True)
class _Paper:
    """A certificate that is valid for years to come."""

    id: str
    star: int
    opens_at: datetime
    closes_at: datetime


class _Certificates:
    """One certificate per maker, kind and star."""

    def __init__(self, bodies: dict[str, str], now: datetime) -> None:
        self.bodies, self.now = bodies, now
        self.rows: list[dict[str, Any]] = []
        self._known: dict[tuple[str, str, int], _Paper] = {}
        self._numbers = Numbers("c")

    def of(self, maker: _Seller, kind: KindView, star: int) -> _Paper:
        key = (maker.id, kind.code, star)
        if key not in self._known:
            self._known[key] = self._enter(maker, kind, star)
        return self._known[key]

    def _enter(self, maker: _Seller, kind: KindView, star: int) -> _Paper:
        age = timedelta(days=200 + 10 * (len(self.rows) % 60))
        begin = shanghai_date(self.now - age)
        end = shanghai_date(self.now - age + timedelta(days=5 * 365))
        number = f"SL-{len(self.rows) + 1:06d}"
        graded = kind.scheme == "graded"
        paper = _Paper(
            self._numbers(), star if graded else 0, start_of_day(begin), end_of_day(end)
        )  # fmt: skip
        self.rows.append({
            "id": paper.id, "seller_id": maker.id, "region_code": maker.home,
            "body_id": self.bodies[kind.scheme], "number": number, "number_key": number,
            "scheme": kind.scheme, "star": star if graded else None, "holder": "示例厂",
            "manufacturer": "示例厂", "factory": "示例厂", "product_scope": kind.name_zh,
            "kinds": [kind.code], "standard": kind.standard, "valid_from": begin,
            "valid_to": end, "review": "approved", "standing": "in_force",
            "submitted_at": self.now, "reviewed_at": self.now, "checked_at": self.now,
            "updated_at": self.now,
        })  # fmt: skip
        return paper


# --- products and listings --------------------------------------------------------------


def _shelves(
    session: Session, sellers: list[_Seller], kinds: dict[str, KindView],
    bodies: dict[str, str], listings: int, now: datetime,
) -> None:  # fmt: skip
    """Each product has one pack and is sold by its maker and two carriers of its kind."""
    papers = _Certificates(bodies, now)
    makers: dict[str, list[_Seller]] = {}
    for seller in sellers:
        for code in seller.kinds:
            makers.setdefault(code, []).append(seller)
    numbers = {mark: Numbers(mark) for mark in "pvl"}
    products: list[dict[str, Any]] = []
    variants: list[dict[str, Any]] = []
    offers: list[dict[str, Any]] = []
    for position, row in enumerate(cycle(goods())):
        if len(offers) >= listings:
            break
        able = makers[row["kind"]]
        maker = able[position % len(able)]
        kind = kinds[row["kind"]]
        star = 1 + position % 3
        paper = papers.of(maker, kind, star) if kind.certifiable else None
        product = _product(numbers["p"](), maker, kind, row, position, paper, now)
        variant = _variant(numbers["v"](), product, row, now)
        products.append(product)
        variants.append(variant)
        carriers = dict.fromkeys([maker, *(able[(position * 7 + n) % len(able)] for n in (1, 2))])
        for number, seller in enumerate(list(carriers)[: listings - len(offers)]):
            price = round(Decimal(row["price_yuan"]) * variant["pack_size"] * 100)
            price = price * (100 + position % 37 + 4 * number) // 100
            offer = _offer(numbers["l"](), seller, product, variant, kind, price, paper, now)
            offers.append({**offer, "maker_region": maker.home[:6]})
    write(session, Certificate, papers.rows)
    write(session, Product, products)
    write(session, Variant, variants)
    write(session, Listing, offers)
    _stock(session, offers, {seller.id: seller.warehouse for seller in sellers}, now)


def _product(
    number: str, maker: _Seller, kind: KindView, row: dict[str, str], position: int,
    paper: _Paper | None, now: datetime,
) -> dict[str, Any]:  # fmt: skip
    pairs = (pair.split("=") for pair in filter(None, row["attributes"].split(";")))
    attributes, _wrong = read_attributes(dict(pairs), kind.attribute_keys)
    return {
        "id": number, "maker_id": maker.id, "kind_code": kind.code,
        "name_zh": f"{row['name_zh']} {position:05d}", "name_en": f"{row['name_en']} {position}",
        "model": f"{row['model']}-{position}", "unit": row["unit"], "state": "live",
        "certificate_id": paper.id if paper else None,
        "standard": "" if paper else "GB 示例标准",
        "report_number": "" if paper else f"SL-{position}",
        "report_file_id": None if paper else f"f{position:019d}",
        "life_years": int(row["life"]) if row["life"] else None,
        "material_key": row["material"] or None, "attributes": attributes, "evidence": {},
        "created_at": now, "updated_at": now, "published_at": now + timedelta(seconds=position),
    }  # fmt: skip


def _variant(
    number: str, product: dict[str, Any], row: dict[str, str], now: datetime
) -> dict[str, Any]:
    size, weight = row["packs"].split(";")[0].split(":")
    return {
        "id": number, "product_id": product["id"], "label_zh": f"每包 {size}",
        "label_en": f"pack of {size}", "pack_size": Decimal(size), "unit": row["unit"],
        "weight_g": round(float(weight) * 1000), "is_open": True, "created_at": now,
    }  # fmt: skip


def _offer(
    number: str, seller: _Seller, product: dict[str, Any], variant: dict[str, Any],
    kind: KindView, price_fen: int, paper: _Paper | None, now: datetime,
) -> dict[str, Any]:  # fmt: skip
    window = (
        {"gate_opens_at": paper.opens_at, "gate_closes_at": paper.closes_at, "star": paper.star}
        if paper
        else {
            "gate_opens_at": datetime(2000, 1, 1, tzinfo=UTC),
            "gate_closes_at": datetime(9000, 1, 1, tzinfo=UTC),
            "star": rules.NOT_CERTIFIABLE,
        }
    )
    milli_fen = rules.unit_price_milli_fen(price_fen, variant["pack_size"])
    rank, milli = effects.place_of(
        variant["unit"], milli_fen, product["attributes"], product["life_years"]
    )
    return {
        "id": number, "variant_id": variant["id"], "seller_id": seller.id,
        "price_fen": price_fen, "min_packs": 1, "lead_days": 3, "made_to_order": False,
        "state": "live", "created_at": now, "updated_at": now,
        "published_at": product["published_at"],
        "unit_price_milli_fen": milli_fen,
        "unit": variant["unit"],
        "unit_weight_g": rules.unit_weight_g(variant["weight_g"], variant["pack_size"]),
        "in_stock": True, "product_id": product["id"], "kind_code": kind.code,
        "group_code": kind.group_code, "material_key": product["material_key"],
        "effect_rank": rank, "effect_milli": milli, "sold": price_fen % 97,
        "certified": kind.certifiable, "product_live": True,
        "seller_suspended": False, "gate_blocked": False, **window,
    }  # fmt: skip


def _stock(
    session: Session, offers: list[dict[str, Any]], warehouses: dict[str, str], now: datetime
) -> None:
    levels = [
        {"listing_id": offer["id"], "warehouse_id": warehouses[offer["seller_id"]],
         "on_hand": STOCK, "reserved": 0}
        for offer in offers
    ]  # fmt: skip
    write(session, StockLevel, levels)
    numbers = Numbers("m")
    journal = (
        {"id": numbers(), "listing_id": level["listing_id"], "at": now, "kind": "initial",
         "warehouse_id": level["warehouse_id"], "delta": STOCK, "quantity": STOCK}
        for level in levels
    )  # fmt: skip
    write(session, StockMovement, journal)


def _promotions(session: Session, operator: Actor, sellers: list[_Seller], now: datetime) -> None:
    """A ladder of the platform, and five per cent off at every tenth of the first sellers."""
    begin, end = now, now + timedelta(days=90)
    ladder = Benefit(BenefitKind.THRESHOLD, steps=(Step(300_000, 30_000), Step(1_000_000, 120_000)))
    draft = PromotionDraft("满 3000 减 300", ladder, begin, end, certified_only=True)
    made = promotions.create_draft(session, operator, Ownership(Owner.PLATFORM), draft, now)
    promotions.schedule(session, operator, made, now)
    for seller in sellers[:200:10]:
        off = Benefit(BenefitKind.PERCENT, basis_points=500)
        draft = PromotionDraft("全店 95 折", off, begin, end)
        owner = Actor("bench", frozenset({"seller"}), frozenset({seller.id}))
        made = promotions.create_draft(
            session, owner, Ownership(Owner.SELLER, seller.id), draft, now
        )
        promotions.schedule(session, owner, made, now)
