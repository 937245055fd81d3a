"""What places of the demonstration world prefer: pick lists of two counties, and goods that
enough households of one of them bought. All of it is invented (示例)."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.catalogue.types import ListingFilter
from market.kernel.clock import shanghai_date
from market.kernel.region_code import RegionCode
from market.picks import service as picks
from market.picks.types import PickDraft
from market.seed import purchases
from market.seed.people import OFFICIALS, People
from market.seed.sellers import Shop

NEIGHBOURS = ("13800000106", "13800000107", "13800000108")
# Official, seller, kind with material, and why.
PICKS = (
    (
        "13800000011",
        "hengnuan",
        "G105:geps100",
        "示例：县里改造的老房外墙多用它，厂在保定",
    ),
    ("13800000011", "fuping", "G304", "示例：本县门店有货，乡镇能自提"),
    ("13800000013", "jintang", "G302", "示例：本县厂家，运费低"),
)


def tell_all(session: Session, people: People, shops: list[Shop], now: datetime) -> None:
    """Officials recommend, neighbours buy what two households bought already; a job counts it."""
    by_key = {shop.row["key"]: shop for shop in shops}
    until = shanghai_date(now) + timedelta(days=180)
    for phone, seller, what, reason in PICKS:
        region = RegionCode(OFFICIALS[phone][1])
        draft = PickDraft(region, reason, until)
        product = _product(session, by_key[seller], what, now)
        picks.recommend(session, people.actors[phone], product, draft, now=now)
    for phone in NEIGHBOURS:
        wanted = [(by_key["hengnuan"], "G105:gw100", 3)]
        purchases.buy_and_pay(session, people.actors[phone], wanted, now)


def _product(session: Session, shop: Shop, what: str, now: datetime) -> str:
    kind, _colon, material = what.partition(":")
    offered = ListingFilter(sellers=frozenset({shop.id}), kinds=frozenset({kind}))
    found = catalogue.list_listings(session, offered, now).page.items
    return next(one for one in found if material in ("", one.material_key)).product_id
