"""Certificates, products and listings of the demonstration world. All prices are 示例."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from market.batches import service as batches
from market.batches.types import BatchDraft
from market.catalogue import change_queries
from market.catalogue import materials as generic
from market.catalogue import queries as catalogue_queries
from market.catalogue import service as catalogue
from market.catalogue.attributes import ATTRIBUTES
from market.catalogue.local_lists import Admission
from market.catalogue.types import (
    Carbon,
    CarbonTrust,
    Dimension,
    Evidence,
    KindView,
    ListingDetails,
    ProductDetails,
    VariantDetails,
)
from market.certification import service as certification
from market.certification.types import BodyDetails, CertificateEntry, ManualCheck, Scheme
from market.kernel.clock import shanghai_date
from market.kernel.quantity import UNITS, decimal_text
from market.kernel.region_code import RegionCode
from market.seed import library, papers
from market.seed.people import People
from market.seed.sellers import Shop, sample_document
from market.seed.tables import goods

NOUNS_EN = {"pack": "pack", "bag": "bag", "drum": "drum", "roll": "roll", "piece": "piece",
            "set": "set", "unit": "unit", "leaf": "door", "pallet": "pallet", "block": "slab",
            "pair": "pair"}  # fmt: skip
OFFICIAL, COUNTY = "13800000011", "130624"
# Bought by the order, not from the shelf.
MADE_TO_ORDER = {"G101", "G102", "G106", "G201", "G202", "G206", "G603", "A07", "X12"}
SHOP_MARKUP = (Decimal("1.05"), Decimal("1.08"), Decimal("1.12"))


@dataclass
class Certificates:
    """One certificate per maker, kind and star, entered when first needed."""

    session: Session
    people: People
    bodies: dict[Scheme, str]
    now: datetime
    known: dict[tuple[str, str, int | None], str] = field(default_factory=dict)

    def of(self, shop: Shop, kind: KindView, star: int | None) -> str:
        """The approved certificate under which the shop's goods of this kind are sold."""
        key = (shop.id, kind.code, star)
        if key not in self.known:
            today = shanghai_date(self.now)
            years = 1 + len(self.known) % 4
            begin = today - timedelta(days=365 * (5 - years) - 20 * (len(self.known) % 7))
            self.known[key] = self.enter(shop, kind, star, begin, self.now)
        return self.known[key]

    def enter(
        self, shop: Shop, kind: KindView, star: int | None, begin: date, at: datetime,
        watch_by: date | None = None,
    ) -> str:  # fmt: skip
        """Enter and approve one that runs five years from `begin`."""
        scheme = Scheme.GRADED if kind.scheme == "graded" else Scheme.ACTIVITY1
        number = f"SL-{len(self.known) + 1:03d}-({begin.year})-{kind.code}"
        entry = CertificateEntry(
            number=number,
            scheme=scheme,
            star=star if scheme is Scheme.GRADED else None,
            body_id=self.bodies[scheme],
            holder=shop.name,
            manufacturer=shop.name,
            factory=f"{shop.name}一厂",
            product_scope=f"{kind.name_zh}全系列",
            models="全系列",
            kinds=(kind.code,),
            standard=kind.standard,
            rule_no="",
            valid_from=begin,
            valid_to=_five_years(begin),
        )
        evidence = sample_document("certificate.pdf")
        found = certification.enter(self.session, shop.owner, shop.id, entry, evidence, now=at)
        check = ManualCheck(
            "示例：电话核对证书编号", shanghai_date(at) + timedelta(days=180), True, watch_by
        )
        certification.approve(self.session, self.people.operator, found, check, now=at)
        return found


def _five_years(begin: date) -> date:
    day = 28 if (begin.month, begin.day) == (2, 29) else begin.day
    return begin.replace(year=begin.year + 5, day=day) - timedelta(days=1)


def certification_bodies(
    session: Session, people: People, kinds: dict[str, KindView], now: datetime
) -> dict[Scheme, str]:
    """Two invented bodies."""
    bodies = {}
    for scheme, name in (
        (Scheme.GRADED, "示例绿色建材认证中心"),
        (Scheme.ACTIVITY1, "示例绿色产品认证院"),
    ):
        codes = tuple(
            code for code, kind in kinds.items()
            if kind.certifiable and (kind.scheme == "graded") == (scheme is Scheme.GRADED)
        )  # fmt: skip
        details = BodyDetails(name, f"SL-{scheme.value}", True, codes, "示例，不是真实机构")
        bodies[scheme] = certification.add_body(session, people.operator, details, now=now)
    return bodies


def stock_shelves(session: Session, people: People, shops: list[Shop], now: datetime) -> None:
    """All goods, sold by their makers and by the shops that carry the kind."""
    kinds = {kind.code: kind for kind in catalogue_queries.list_kinds(session)}
    bodies = certification_bodies(session, people, kinds, now)
    certificates = Certificates(session, people, bodies, now)
    for position, row in enumerate(goods()):
        maker = _maker(shops, row["kind"])
        kind = kinds[row["kind"]]
        star = int(row["star"]) if row["star"] else None
        certificate = certificates.of(maker, kind, star) if kind.certifiable else None
        variants = _product(session, people, maker, kind, row, certificate, now)
        _offers(session, shops, maker, variants, row, position, now)
    _expired_and_due(session, people, certificates, shops, kinds, now)
    _on_the_local_list(session, people, shops, kinds["G105"], now)


def _maker(shops: list[Shop], kind: str) -> Shop:
    return next(shop for shop in shops if shop.is_maker and kind in shop.kinds)


def publish(session: Session, people: People, maker: Shop, product: str, now: datetime) -> None:
    """The maker asks for it, and the operator has looked at it."""
    catalogue.publish_product(session, maker.owner, product, now)
    waiting = change_queries.find_open_change(session, product)
    if waiting is not None:
        catalogue.confirm_change(session, people.operator, *waiting, now=now)


def _product(
    session: Session, people: People, maker: Shop, kind: KindView, row: dict[str, str],
    certificate: str | None, now: datetime, *, suffix: str = "",
) -> list[tuple[str, Decimal]]:  # fmt: skip
    """A published product; returns its pack sizes as (variant id, size)."""
    details = _details(kind, row, certificate, now, suffix)
    product = catalogue.add_product(session, maker.owner, maker.id, details, now)
    if certificate is None:
        report = sample_document("report.pdf")
        catalogue.set_report(session, maker.owner, product, report, now)
    variants = []
    for packs in row["packs"].split(";"):
        size, weight = packs.split(":")
        variant = catalogue.add_variant(
            session, maker.owner, product, _variant(row, Decimal(size), float(weight)), now
        )
        variants.append((variant, Decimal(size)))
    papers.write_manual(session, maker.owner, product, kind.code, now)
    if kind.traced:
        _batch(session, maker, product, kind, now)
    publish(session, people, maker, product, now)
    return variants


def _batch(session: Session, maker: Shop, product: str, kind: KindView, now: datetime) -> None:
    """Goods of a traced kind go out by batch; cement keeps three months."""
    made_on = shanghai_date(now) - timedelta(days=20)
    use_by = made_on + timedelta(days=90) if kind.code == "X01" else None
    draft = BatchDraft(f"{made_on:%Y%m%d}-1", made_on, Decimal(500), use_by)
    report = sample_document("batch-report.pdf")
    batches.add_batch(session, maker.owner, product, draft, report, now=now)


def _details(
    kind: KindView, row: dict[str, str], certificate: str | None, now: datetime, suffix: str
) -> ProductDetails:
    material = generic.materials().get(row["material"])
    carbon = None
    if material is not None and material.carbon_kg_per_unit is not None:
        carbon = Carbon(
            material.carbon_kg_per_unit, material.carbon_basis or "估算", CarbonTrust.AVERAGE
        )
    attributes: dict[str, str | float] = {}
    for pair in filter(None, row["attributes"].split(";")):
        key, value = pair.split("=")
        if key in kind.attribute_keys:
            attributes[key] = float(value) if ATTRIBUTES[key].is_number else value
    return ProductDetails(
        kind_code=kind.code,
        name_zh=row["name_zh"] + suffix,
        name_en=row["name_en"],
        unit=row["unit"],
        model=row["model"],
        certificate_id=certificate,
        standard="" if certificate else library.CITED.get(row["model"], library.INVENTED),
        report_number="" if certificate else f"SL-{row['model']}",
        report_issued_on=None if certificate else shanghai_date(now) - timedelta(days=120),
        life_years=int(row["life"]) if row["life"] else None,
        carbon=carbon,
        material_key=row["material"] or None,
        attributes=attributes,
        evidence=_evidence(attributes),
    )


def _evidence(attributes: dict[str, str | float]) -> tuple[Evidence, ...]:
    """What the demonstration maker can show; the rest stays a visible gap."""
    found = []
    for key, text, english in (
        ("lambda_w_mk", "导热系数 {} W/(m·K)", "Conductivity {} W/(m·K)"),
        ("u_value_w_m2k", "传热系数 {} W/(m²·K)", "U-value {} W/(m²·K)"),
        ("cop", "能效比 {}", "COP {}"),
    ):
        if key in attributes:
            shown, shown_en = text.format(attributes[key]), english.format(attributes[key])
            found.append(Evidence(Dimension.ENERGY, shown, "示例检测报告", shown_en))
    if "voc_g_l" in attributes:
        voc = f"VOC {attributes['voc_g_l']:g} g/L"
        found.append(Evidence(Dimension.EMISSION, voc, "示例检测报告", voc))
    found.append(Evidence(Dimension.EASE, "有施工说明", "示例", "Installation guide included"))
    return tuple(found[:4])


def _offers(
    session: Session, shops: list[Shop], maker: Shop, variants: list[tuple[str, Decimal]],
    row: dict[str, str], position: int, now: datetime,
) -> None:  # fmt: skip
    carriers = [shop for shop in shops if not shop.is_maker and row["kind"] in shop.kinds]
    for variant, size in variants:
        price = Decimal(row["price_yuan"]) * size * 100
        sellers = [(maker, Decimal(1))]
        for number, shop in enumerate(carriers[:3]):
            sellers.append((shop, SHOP_MARKUP[(number + position) % 3]))
        for shop, factor in sellers:
            _offer(session, shop, variant, row["kind"], round(price * factor), position, now)


def _offer(
    session: Session, shop: Shop, variant: str, kind: str, price_fen: int, position: int,
    now: datetime,
) -> str:  # fmt: skip
    to_order = kind in MADE_TO_ORDER and shop.is_maker
    details = ListingDetails(
        price_fen=max(1, price_fen),
        min_packs=1,
        lead_days=12 if to_order else 3 if shop.is_maker else 2,
        made_to_order=to_order,
    )
    listing = catalogue.add_listing(session, shop.owner, shop.id, variant, details, now=now)
    if not to_order:
        for number, warehouse in enumerate(shop.warehouses):
            quantity = 400 + (position * 37) % 600 if number == 0 else 120
            catalogue.receive_stock(
                session, shop.owner, listing, warehouse, quantity, reason="示例", now=now
            )
    catalogue.publish_listing(session, shop.owner, listing, now)
    return listing


def _variant(row: dict[str, str], size: Decimal, weight_kg: float) -> VariantDetails:
    noun, noun_en = UNITS[row["noun"]], NOUNS_EN[row["noun"]]
    amount = f"{decimal_text(size)} {UNITS[row['unit']]}"
    amount_en = f"{decimal_text(size)} {'m²' if row['unit'] == 'm2' else row['unit']}"
    single = size == 1 and row["unit"] in ("piece", "set")
    return VariantDetails(
        label_zh=f"一{noun}" if single else f"每{noun} {amount}",
        label_en=f"1 {noun_en}" if single else f"{noun_en} of {amount_en}",
        pack_size=size,
        weight_g=round(weight_kg * 1000),
    )


def _expired_and_due(
    session: Session, people: People, certificates: Certificates, shops: list[Shop],
    kinds: dict[str, KindView], now: datetime,
) -> None:  # fmt: skip
    """Products whose certificate is over, due soon, and without its annual surveillance."""
    today = shanghai_date(now)
    for kind_code, left, name, watched in (
        ("G302", -30, "（证书过期示例）", None),
        ("G304", 45, "（证书将到期示例）", None),
        ("G305", 900, "（监督过期示例）", today - timedelta(days=20)),
    ):
        row = next(r for r in goods() if r["kind"] == kind_code)
        maker, kind = _maker(shops, kind_code), kinds[kind_code]
        last = today + timedelta(days=left)
        begin = _five_years_before(last)
        then = now - timedelta(days=200)
        certificates.known[("extra", kind_code, left)] = ""
        certificate = certificates.enter(maker, kind, 2, begin, then, watched)
        alone = {**row, "material": "", "packs": row["packs"].split(";")[0]}
        variant, size = _product(
            session, people, maker, kind, alone, certificate, then, suffix=name
        )[0]
        price = round(Decimal(row["price_yuan"]) * size * 90)
        _offer(session, maker, variant, kind_code, price, 1, then)


def _on_the_local_list(
    session: Session, people: People, shops: list[Shop], kind: KindView, now: datetime
) -> None:
    """A product without a certificate that the county of its maker admits for half a year."""
    row = next(r for r in goods() if r["kind"] == kind.code)
    maker = _maker(shops, kind.code)
    alone = {
        **row, "name_zh": "玉米秸秆压制保温板（地方目录示例）", "material": "", "attributes": "",
        "name_en": "Pressed maize straw board (local list sample)", "model": "JG-60",
    }  # fmt: skip
    product = catalogue.add_product(
        session, maker.owner, maker.id, _details(kind, alone, None, now, ""), now
    )
    size, weight = row["packs"].split(";")[0].split(":")
    variant = catalogue.add_variant(
        session, maker.owner, product, _variant(alone, Decimal(size), float(weight)), now
    )
    admission = Admission(
        RegionCode(COUNTY), shanghai_date(now) + timedelta(days=180), "示例技术要求 2026-01",
        "示例：本地秸秆做的板，还没有认证目录的检测方法",
    )  # fmt: skip
    papers.write_manual(session, maker.owner, product, kind.code, now)
    sheet = sample_document("sheet.pdf")
    catalogue.admit(session, people.actors[OFFICIAL], product, admission, sheet, now=now)
    publish(session, people, maker, product, now)
    _offer(session, maker, variant, kind.code, 9_900, 1, now)


def _five_years_before(last: date) -> date:
    first = last + timedelta(days=1)
    return first.replace(year=first.year - 5, day=min(first.day, 28))
