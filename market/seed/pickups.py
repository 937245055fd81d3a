"""Village pick-up points of the demonstration world, and an order that waits at one."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from market.handovers import service as handovers
from market.handovers.rules import DEFAULT
from market.handovers.types import ArrivalDraft
from market.kernel.actor import Actor
from market.kernel.clock import shanghai_date
from market.kernel.region_code import RegionCode
from market.orders import queries as order_queries
from market.orders import service as orders
from market.orders.types import QuantityOf, Shipment
from market.pickups import queries
from market.pickups import service as pickups
from market.pickups.types import PointDraft
from market.seed import purchases
from market.seed.people import AGENTS, People
from market.seed.sellers import Shop

ZHAO = "13800000105"
KG = 1_000
# Township, agent, names, village, address, landmark, weekdays, kilograms a day, of a pack, metres.
POINTS = (
    ("130624104", "13800000121", "天生桥村村口（示例）", "Tianshengqiao village stop (sample)",
     "天生桥村", "景区路口东 50 米", "大槐树旁", (2, 5), 3_000, 60, 6_000),
    ("130624104", "13800000122", "雁翅村小卖部（示例）", "Yanchi village shop (sample)",
     "雁翅村", "村口小卖部", "河桥头", (3, 6), 800, 30, 2_500),
    ("510121001", "13800000123", "赵镇 8 组路口（示例）", "Zhaozhen group 8 corner (sample)",
     "8 组", "机耕道路口", "水塔下", (1, 4), 2_000, 50, 4_000),
)  # fmt: skip


def open_all(session: Session, people: People, now: datetime) -> None:
    """The points, kept by the officials of their counties."""
    for row in POINTS:
        town, phone, name, name_en, village, detail, landmark, days, day_kg, pack_kg, piece = row
        keeper = next(
            actor for actor in people.actors.values()
            if any(own.digits == town[:6] for own in actor.official_regions)
        )  # fmt: skip
        draft = PointDraft(
            name_zh=name, name_en=name_en, village=village, detail=detail, landmark=landmark,
            agent_name=AGENTS[phone], agent_phone=phone, weekdays=days, opens=8 * 60,
            closes=18 * 60 + 30, capacity_g=day_kg * KG, max_pack_g=pack_kg * KG,
            max_piece_mm=piece, open_from=shanghai_date(now) - timedelta(days=30),
            open_until=None,
        )  # fmt: skip
        pickups.add_point(session, keeper, RegionCode(town), draft, now=now)


def bring_some(session: Session, people: People, shops: list[Shop], now: datetime) -> None:
    """An order that came to its point and waits to be fetched."""
    shop = next(one for one in shops if one.row["key"] == "fuping")
    order_id = purchases.order_to_point(session, people.actors[ZHAO], [(shop, "G304", 1)], now)
    order = order_queries.find_order(session, order_id)
    assert order is not None
    (part,) = order.seller_orders
    options = orders.batch_options(session, part.lines, now)
    chosen = {key: offered.choices[0].id for key, offered in options.items()}
    packs = tuple(QuantityOf(line.id, line.quantity) for line in part.lines)
    orders.ship(
        session, part.id, Shipment(packs, "店里的小货车（示例）", batches=chosen), shop.owner, now
    )
    (place,) = queries.places_of_order(session, order_id)
    point = queries.find_point(session, place.point_id)
    assert point is not None
    handovers.mark_arrived(
        session, Actor(account_id=point.agent_id), place.id, ArrivalDraft(part.ordered), None,
        patience=DEFAULT, now=now,
    )  # fmt: skip
