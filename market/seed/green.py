"""Carbon declarations and factory profiles of the demonstration world. All figures are 示例."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.catalogue.types import ProductRow
from market.factories import service as factories
from market.factories.types import ClaimDraft, ClaimKind
from market.footprints import queries
from market.footprints import service as footprints
from market.footprints.types import DeclarationDraft, Stage
from market.kernel.actor import Actor
from market.kernel.clock import shanghai_date
from market.seed.people import People
from market.seed.sellers import Shop, sample_document

COUNTY, PROVINCE, NORTH = "13800000011", "13800000012", "13800000014"
VERIFIER, NUMBER = "示例碳核验中心", "示例-HY-001"
SEEN = "示例：在核验机构网站查到报告，数值和有效期一致"


@dataclass
class _Desk:
    """Who acts when."""

    session: Session
    people: People
    shops: dict[str, Shop]
    now: datetime

    def official(self, phone: str) -> Actor:
        """An official, the operator for a place without one."""
        return self.people.actors.get(phone, self.people.operator)

    def product(self, shop: str, model: str) -> str:
        """The maker's product of a model; of two the older one."""
        mine = [row.product for row in _rows(self, shop) if row.product.model == model]
        return min(mine, key=lambda one: (one.created_at, one.id)).id


def declare_all(session: Session, people: People, shops: list[Shop], now: datetime) -> None:
    """Labels that stand, one that is over, a refused one, a new version that waits; profiles of
    three makers, with one claim that waits."""
    desk = _Desk(session, people, {shop.row["key"]: shop for shop in shops}, now)
    _labels(desk)
    _over(desk)
    _refused(desk)
    _profiles(desk)


def _labels(desk: _Desk) -> None:
    county = desk.official(COUNTY)
    made = _draft(desk, "hengnuan", "G-EPS-100", {Stage.END: Decimal("0.4")})
    codes = {"GBT51366-D-56": (Stage.MAKING, "2.1", "kg"), "GRID-13": (Stage.MAKING, "1.2", "kwh"),
             "GBT51366-E-07": (Stage.TRANSPORT, "0.63", "tkm")}  # fmt: skip
    known = queries.newest(desk.session, codes)
    for code, (stage, amount, unit) in codes.items():
        footprints.add_line(
            desk.session, desk.shops["hengnuan"].owner, made, stage, known[code].id,
            Decimal(amount), unit, now=desk.now,
        )  # fmt: skip
    _hand_in(desk, "hengnuan", made)
    footprints.verify(desk.session, county, made, SEEN, sample_document("c.pdf"), now=desk.now)
    wool = _draft(
        desk, "hengnuan", "RW-100", {Stage.MAKING: Decimal("1.86"), Stage.BEYOND: Decimal("-0.12")},
        unit="kg", times=Decimal(10), basis="示例检测报告 RW-1，每 m² 10 kg",
    )  # fmt: skip
    _hand_in(desk, "hengnuan", wool)
    footprints.verify(desk.session, county, wool, SEEN, None, now=desk.now)
    newer = footprints.recompute(desk.session, desk.shops["hengnuan"].owner, wool, now=desk.now)
    lower = _details(
        desk, {Stage.MAKING: Decimal("1.71")}, "kg", Decimal(10), "示例检测报告 RW-2，每 m² 10 kg"
    )
    footprints.edit(desk.session, desk.shops["hengnuan"].owner, newer, lower, now=desk.now)
    _hand_in(desk, "hengnuan", newer)
    window = _draft(desk, "xiangchuang", "W60", {Stage.MAKING: Decimal(188)})
    _hand_in(desk, "xiangchuang", window)
    footprints.verify(desk.session, desk.people.operator, window, SEEN, None, now=desk.now)


def _over(desk: _Desk) -> None:
    """One whose days are over: the older product, verified when it was new."""
    old = _Desk(desk.session, desk.people, desk.shops, desk.now - timedelta(days=150))
    today = shanghai_date(desk.now)
    model = next(
        row.product.model
        for row in _rows(desk, "lvtu")
        if row.product.name_zh.endswith("（证书将到期示例）")
    )
    made = _draft(
        old, "lvtu", model, {Stage.MAKING: Decimal("2.4")}, last=today - timedelta(days=10)
    )
    _hand_in(old, "lvtu", made)
    footprints.verify(old.session, old.official(PROVINCE), made, SEEN, None, now=old.now)


def _refused(desk: _Desk) -> None:
    made = _draft(desk, "lvtu", "SBS-4", {Stage.MAKING: Decimal("3.3")})
    _hand_in(desk, "lvtu", made)
    footprints.refuse(
        desk.session, desk.official(PROVINCE), made, "示例：报告里没有写系统边界", now=desk.now
    )


def _profiles(desk: _Desk) -> None:
    today = shanghai_date(desk.now)
    next_year = today + timedelta(days=365)
    county, province, north = map(desk.official, (COUNTY, PROVINCE, NORTH))
    zero, grade = ClaimKind.ZERO, ClaimKind.GRADE
    for shop, official, draft in (
        ("hengnuan", county, ClaimDraft(zero, "示例省工信厅", today.year, "power")),
        ("hengnuan", county, ClaimDraft(grade, "示例省生态环境厅", today.year, "A",
                                        expires_on=next_year)),
        ("lvtu", province, ClaimDraft(grade, "示例省生态环境厅", today.year, "leading",
                                      expires_on=next_year)),
        ("qiangti", north, ClaimDraft(ClaimKind.WASTE, "示例检测中心", today.year,
                                      title="示例-GF-01", share=Decimal("32.5"))),
        ("qiangti", north, ClaimDraft(ClaimKind.RECOGNITION, "示例省工信厅", today.year - 1,
                                      title="省级绿色工厂（示例）", level="province",
                                      list_no="示例-17")),
    ):  # fmt: skip
        factories.approve(desk.session, official, _claim(desk, shop, draft), now=desk.now)
    _claim(desk, "lvtu", ClaimDraft(zero, "示例省工信厅", today.year, "waste"))
    asked = _claim(desk, "hengnuan", ClaimDraft(zero, "示例省工信厅", today.year, "fossil"))
    factories.ask(desk.session, county, asked, "示例：证明写的是哪个厂区？", now=desk.now)


def _claim(desk: _Desk, shop: str, draft: ClaimDraft) -> str:
    maker, proof = desk.shops[shop], sample_document("proof.pdf")
    return factories.enter(desk.session, maker.owner, maker.id, draft, proof, now=desk.now)


def _draft(
    desk: _Desk, shop: str, model: str, stages: dict[Stage, Decimal], *, unit: str = "",
    times: Decimal | None = None, basis: str = "", last: date | None = None,
) -> str:  # fmt: skip
    product_id = desk.product(shop, model)
    unit = unit or catalogue.products_about(desk.session, [product_id])[product_id].unit
    details = _details(desk, stages, unit, times, basis, last)
    owner = desk.shops[shop].owner
    return footprints.start(desk.session, owner, product_id, details, now=desk.now)


def _details(
    desk: _Desk, stages: dict[Stage, Decimal], unit: str, times: Decimal | None, basis: str,
    last: date | None = None,
) -> DeclarationDraft:  # fmt: skip
    first = shanghai_date(desk.now) - timedelta(days=20)
    return DeclarationDraft(
        unit=unit, method="GB/T 24067-2024（示例）", pcr="示例 PCR-01", per_product_unit=times,
        conversion=basis, stages=stages, verifier_name=VERIFIER, verifier_number=NUMBER,
        valid_from=first, valid_to=last or first + timedelta(days=3 * 365),
    )  # fmt: skip


def _hand_in(desk: _Desk, shop: str, declaration_id: str) -> None:
    owner, report = desk.shops[shop].owner, sample_document("carbon.pdf")
    footprints.attach_report(desk.session, owner, declaration_id, report, now=desk.now)
    footprints.submit(desk.session, owner, declaration_id, now=desk.now)


def _rows(desk: _Desk, shop: str) -> list[ProductRow]:
    maker, page = desk.shops[shop], 1
    found: list[ProductRow] = []
    while True:
        rows = catalogue.own_product_rows(desk.session, maker.id, desk.now, page)
        found += rows.items
        if not rows.has_next:
            return found
        page += 1
