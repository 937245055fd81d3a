"""Suppliers of whole solutions in the demonstration world: one graded, with a published bundle
and one that waits for review; one that waits for its grading. All figures are 示例."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from market.bundles import service as bundles
from market.bundles.types import BundleDraft, LabourRow, Slot
from market.catalogue import queries as catalogue
from market.seed.green import COUNTY
from market.seed.people import People
from market.seed.sellers import Shop, sample_document
from market.suppliers import service as suppliers
from market.suppliers.rules import criteria, usual_points
from market.suppliers.types import Entry, Mark

WALL = BundleDraft(
    slug="hengnuan-warm-wall", name_zh="恒暖外墙整套（示例）",
    name_en="Hengnuan wall package (sample)",
    summary_zh="一家配齐外墙保温：板、锚栓、砂浆，带施工和售后",
    summary_en="Wall insulation from one hand: boards, anchors, mortar, with work and service",
    zones=("2A", "2B"), days=(8, 14), targets={"外墙U": 0.45}, regions=("130624",),
    labour=(LabourRow("外墙保温施工", "Wall insulation work", "m2", "wall_net", 4500, 6500),),
)  # fmt: skip
BOARD = Slot(
    "board", "G105", "外墙保温板", "Wall insulation board", "m2", "wall_net", 0.05,
    material_key="eps100", purpose_zh="外墙保温", purpose_en="Wall insulation", element="wall",
)  # fmt: skip
ROOF = replace(
    WALL, slug="hengnuan-warm-roof", name_zh="恒暖屋面整套（示例）",
    name_en="Hengnuan roof package (sample)", summary_zh="吊顶上铺玻璃棉，一天铺完",
    summary_en="Glass wool above the ceiling, laid in a day", days=(1, 3),
    targets={"屋面U": 0.4}, labour=(),
)  # fmt: skip
WOOL = Slot(
    "wool", "G105", "屋面玻璃棉", "Roof glass wool", "m2", "roof_flat", 0.05,
    material_key="gw100", purpose_zh="屋面保温", purpose_en="Roof insulation", element="roof",
)  # fmt: skip
GRADED = {"range": (6, "证书目录见附件"), "projects": (3, "阜平三处农房改造（示例）"),
          "crews": (3, "和三支本地施工队签了年度合同（示例）"), "design": (3, "建筑两人、暖通一人"),
          "service": (3, "阜平、涞源、唐县各一处")}  # fmt: skip
WAITING = {"range": (3, "门窗、玻璃、型材"), "projects": (1, "齐河一处（示例）"), "crews": (2, "")}


def offer_all(session: Session, people: People, shops: list[Shop], now: datetime) -> None:
    """The graded supplier with its bundles, and an application that waits."""
    by_key = {shop.row["key"]: shop for shop in shops}
    maker = by_key["hengnuan"]
    official = people.actors.get(COUNTY, people.operator)
    applied = _apply(session, maker, GRADED, now)
    marks = {key: Mark(key, usual_points(one, GRADED[key][0])) for key, one in criteria().items()}
    suppliers.approve(session, official, applied, marks, "示例：到厂看过，合同有效", now=now)
    _apply(session, by_key["xiangchuang"], WAITING, now)
    board = replace(BOARD, product_id=_product(session, maker, "EPS-100", now))
    wall = _hand_in(session, maker, WALL, board, now)
    bundles.approve(session, official, wall, "示例：用量和价格核对过", now=now)
    _hand_in(session, maker, ROOF, WOOL, now)


def _apply(session: Session, shop: Shop, said: dict[str, tuple[int, str]], now: datetime) -> str:
    entries = [Entry(key, *said[key]) for key in said]
    proofs = {key: sample_document("proof.pdf") for key in said}
    return suppliers.submit(session, shop.owner, shop.id, entries, proofs, now=now)


def _hand_in(session: Session, shop: Shop, draft: BundleDraft, slot: Slot, now: datetime) -> str:
    made = bundles.create_bundle(session, shop.owner, draft, now, shop.id)
    bundles.add_slot(session, shop.owner, made, slot, now)
    return bundles.submit(session, shop.owner, made, now=now)


def _product(session: Session, shop: Shop, model: str, now: datetime) -> str:
    rows = catalogue.own_product_rows(session, shop.id, now).items
    return min(row.product.id for row in rows if row.product.model == model)
