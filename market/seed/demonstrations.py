"""Demonstration projects of the world: a public one with the goods of a delivered order and a
draft plan cloned from it, and one that waits for approval. All of it is invented (示例)."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from market.bundles.types import HouseAnswers
from market.demonstrations import queries
from market.demonstrations import service as demonstrations
from market.demonstrations.types import Place, ProjectDraft, ProjectKind, Visit
from market.kernel.actor import Actor
from market.kernel.clock import shanghai_date
from market.kernel.region_code import RegionCode
from market.seed import purchases
from market.seed.people import HOUSEHOLDS, People
from market.seed.purchases import Wanted
from market.seed.sellers import Shop

COUNTY, PROVINCE = "13800000011", "13800000012"
WARM = ProjectDraft(
    kind=ProjectKind.RETROFIT, title_zh="天生桥村农房保温改造（示例）",
    title_en="Warm farmhouse in Tianshengqiao (sample)",
    summary_zh="外墙贴 100 mm 石墨聚苯板，吊顶上铺 100 mm 玻璃棉，九天做完",
    summary_en="Graphite boards on the walls, glass wool above the ceiling, done in nine days",
    house=HouseAnswers(
        archetype="one-pitched", numbers={"L": Decimal(10), "W": Decimal(8)},
        areas={"wall_net": Decimal(84)}, wall_mm=370,
    ),
    work_days=9, labour_fen=860_000,
)  # fmt: skip
ROOF = replace(
    WARM, title_zh="天生桥村吊顶保温（示例）",
    title_en="Ceiling insulation in Tianshengqiao (sample)",
    summary_zh="只在吊顶上铺了玻璃棉，一天铺完",
    summary_en="Glass wool above the ceiling, laid in a day",
    house=HouseAnswers(archetype="one-pitched", numbers={"L": Decimal(11), "W": Decimal(8)}),
    work_days=1, labour_fen=None,
)  # fmt: skip
PLACES = {"geps100": Place.WALL, "bondmortar": Place.WALL, "rendmortar": Place.WALL,
          "mesh": Place.WALL, "anchor": Place.WALL, "gw100": Place.ROOF}  # fmt: skip


def show_all(session: Session, people: People, shops: list[Shop], now: datetime) -> None:
    """Two households buy, get their goods and agree, and their official records what was built;
    a supplier takes the public one as the draft of a plan."""
    maker = next(shop for shop in shops if shop.row["key"] == "hengnuan")
    boards = [
        (maker, "G105:geps100", 30), (maker, "G107:bondmortar", 18),
        (maker, "G107:rendmortar", 21), (maker, "X11:mesh", 2), (maker, "X15:anchor", 5),
        (maker, "G105:gw100", 7),
    ]  # fmt: skip
    county = people.actors[COUNTY]
    finished = replace(WARM, finished_on=shanghai_date(now) - timedelta(days=20))
    warm = _record(session, people, county, "13800000105", boards, finished, now)
    visit = Visit("", shanghai_date(now) - timedelta(days=5), 26)
    demonstrations.record_visit(session, county, warm, visit, now=now)
    demonstrations.approve(session, people.actors[PROVINCE], warm, "示例：到现场看过", now=now)
    demonstrations.clone(session, maker.owner, warm, maker.id, now=now)
    _record(session, people, county, "13800000101", [(maker, "G105:gw100", 8)], ROOF, now)


def _record(
    session: Session, people: People, official: Actor, phone: str, wanted: list[Wanted],
    draft: ProjectDraft, now: datetime,
) -> str:  # fmt: skip
    """A project of one household's order, handed in; returns its id."""
    owners = {shop.id: shop.owner for shop, _kind, _packs in wanted}
    code = purchases.buy_and_receive(session, people.actors[phone], wanted, owners, now)
    town = RegionCode(HOUSEHOLDS[phone][1])
    made = demonstrations.record(session, official, town, draft, now=now)
    demonstrations.add_order(session, official, made, code, True, now=now)
    bill = queries.get_managed(session, official, made).bill
    places = {line.id: PLACES.get(line.material_key, line.place) for line in bill}
    demonstrations.place_goods(session, official, made, places, now=now)
    demonstrations.submit(session, official, made, now=now)
    return made
