"""Village purchases, trade-ins, shop codes, gifts, sets and a campaign, for demonstration."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.catalogue import service as goods
from market.catalogue.types import ListingDetails, ListingFilter, ListingView
from market.kernel.actor import SYSTEM
from market.kernel.clock import end_of_day, shanghai_date, start_of_day
from market.kernel.region_code import RegionCode
from market.promotions import campaigns, groups, households, proofs, vouchers
from market.promotions import service as promotions
from market.promotions.types import (
    Bearing,
    Benefit,
    BenefitKind,
    BundlePart,
    CampaignDraft,
    Channel,
    Owner,
    Ownership,
    PromotionDraft,
    Step,
    Tier,
    TillRow,
)
from market.seed.people import People
from market.seed.sellers import Shop, sample_document

FUPING = RegionCode("130624")
OFFICIAL = "13800000011"
LI, WANG, ZHAO = "13800000101", "13800000102", "13800000105"
K = BenefitKind


class Occasions:
    """Makes promotions of shops and offices that run from today on."""

    def __init__(self, session: Session, people: People, shops: list[Shop], now: datetime) -> None:
        self.session, self.people, self.now = session, people, now
        self.shops = {shop.row["key"]: shop for shop in shops}
        today = shanghai_date(now)
        self.begin, self.end = start_of_day(today), end_of_day(today + timedelta(days=45))
        self.evening = start_of_day(today + timedelta(days=9)) + timedelta(hours=20)

    def of_shop(self, key: str, name: str, name_en: str, benefit: Benefit, **terms: object) -> str:
        """A promotion of a shop, live."""
        shop = self.shops[key]
        draft = PromotionDraft(name, benefit, self.begin, self.end, name_en=name_en, **terms)  # type: ignore[arg-type]
        found = promotions.create_draft(
            self.session, shop.owner, Ownership(Owner.SELLER, shop.id), draft, self.now
        )
        promotions.schedule(self.session, shop.owner, found, self.now)
        return found

    def listing(self, key: str, kind: str) -> ListingView:
        """The first thing of a kind that a shop sells."""
        wanted = ListingFilter(sellers=frozenset({self.shops[key].id}), kinds=frozenset({kind}))
        return catalogue.list_listings(self.session, wanted, self.now).page.items[0]

    def household(self, phone: str) -> str:
        """A household's account."""
        return self.people.actors[phone].account_id or ""


def run_all(session: Session, people: People, shops: list[Shop], now: datetime) -> None:
    """One of every kind, used by somebody where that takes a step of its own."""
    made = Occasions(session, people, shops, now)
    _village(made)
    _old_windows(made)
    _till(made)
    _campaign(made)
    _gifts_and_sets(made)
    _reduced(made)


def _village(made: Occasions) -> None:
    """A village collects packs of insulation boards until an evening next week."""
    tiers = (Tier(10, 300), Tier(50, 600), Tier(150, 1_000))
    purchase = made.of_shop(
        "fuping", "天生桥村保温板团购", "Tianshengqiao village purchase of insulation boards",
        Benefit(K.GROUP_BUY, tiers=tiers, closes_at=made.evening, drop_point="天生桥村委会院子",
                times=0),
        kind_codes=frozenset({"G105"}), region_prefixes=frozenset({"130624104"}),
        budget_fen=500_000,
    )  # fmt: skip
    for phone, packs in ((LI, 24), (ZHAO, 18)):
        groups.join(made.session, purchase, made.household(phone), packs, made.now)


def _old_windows(made: Occasions) -> None:
    """Old windows handed in: one household's are accepted, another's wait."""
    swap = made.of_shop(
        "xiangchuang", "旧窗换新窗，一樘减 120 元", "120 off for each old window",
        Benefit(K.TRADE_IN, amount_fen=12_000, times=0), kind_codes=frozenset({"G201"}),
        budget_fen=600_000,
    )  # fmt: skip
    send, session, now = proofs.send, made.session, made.now
    first = send(session, swap, made.household(LI), 2, "木窗两樘（示例）",
                 sample_document("旧窗.pdf"), now)  # fmt: skip
    proofs.decide(session, made.shops["xiangchuang"].owner, first, 2, "", now)
    send(session, swap, made.household(WANG), 3, "铁窗三樘（示例）",
         sample_document("旧窗二.pdf"), now)  # fmt: skip


def _till(made: Occasions) -> None:
    """A code for a shop's till: one used, and sent once more from a till's queue."""
    shop, session, now = made.shops["jintang"], made.session, made.now
    at_shop = made.of_shop(
        "jintang", "到店满 200 减 15", "15 off 200 in the shop",
        Benefit(K.THRESHOLD, steps=(Step(20_000, 1_500),)), channel=Channel.OFFLINE,
        budget_fen=150_000, household_limit=1,
    )  # fmt: skip
    code = vouchers.issue(session, at_shop, made.household(WANG), now).code
    vouchers.redeem(session, shop.owner, shop.id, code, 26_000, now=now)
    again = TillRow(code, 26_000, now, "", 0)
    vouchers.take_queued(session, shop.owner, shop.id, again, "demonstration", now)


def _campaign(made: Occasions) -> None:
    """A county's campaign: a shop is in, a maker has applied; the cost is shared."""
    session, now = made.session, made.now
    official = made.people.actors[OFFICIAL]
    terms = "保温材料；优惠由县里承担七成，商家承担三成（示例）"
    draft = CampaignDraft("阜平冬季保温月（示例）", made.begin, made.end,
                          "Fuping insulation month (sample)", terms)  # fmt: skip
    campaign = campaigns.create(session, official, FUPING, draft, now)
    for key in ("fuping", "hengnuan"):
        campaigns.apply(session, campaign, made.shops[key].id, now)
    campaigns.decide(session, official, campaign, made.shops["fuping"].id, approve=True,
                     reason="", now=now)  # fmt: skip
    households.set_flags(session, official, LI, ["model"], now=now)
    office = Ownership(Owner.REGION, region=FUPING)
    promotion = PromotionDraft(
        "示范户保温每单减 60 元（示例）", Benefit(K.AMOUNT, amount_fen=6_000), made.begin, made.end,
        name_en="60 off insulation for model households (sample)", campaign_id=campaign,
        kind_codes=frozenset({"G105"}), region_prefixes=frozenset({FUPING.digits}),
        flags=frozenset({"model"}), min_amount_fen=50_000, budget_fen=300_000, household_limit=2,
        bearings=(Bearing("seller", 3_000), Bearing(f"region:{FUPING}", 7_000)),
    )  # fmt: skip
    found = promotions.create_draft(session, official, office, promotion, now)
    promotions.schedule(session, official, found, now)


def _gifts_and_sets(made: Occasions) -> None:
    """A gift, half a price, tiers, a set, any three, free delivery."""
    paint, roll = made.listing("anji", "G304"), made.listing("anji", "G302")
    made.of_shop(
        "anji", "买 10 卷防水送 1 桶涂料", "A drum of paint with 10 rolls of membrane",
        Benefit(K.BUY_GET, every=10, get=1, gift_listing_id=paint.id, times=2),
        kind_codes=frozenset({"G302"}),
    )  # fmt: skip
    parts = tuple(BundlePart(x.product_id, n, x.name_zh, x.name_en) for x, n in
                  ((roll, 2), (paint, 1)))  # fmt: skip
    price = (roll.price_fen * 2 + paint.price_fen) * 92 // 100
    made.of_shop(
        "anji", "屋面一套价", "A set for the roof",
        Benefit(K.BUNDLE_PRICE, amount_fen=price // 100 * 100, parts=parts, times=0),
        group=promotions.create_group(made.session, SYSTEM, "屋面", "Roofing", made.now),
    )  # fmt: skip
    made.of_shop(
        "jintang", "涂料第二桶半价", "Half price for the second drum of paint",
        Benefit(K.NTH_ITEM, every=2, basis_points=5_000, same_item=True, times=3),
        kind_codes=frozenset({"G304"}),
    )  # fmt: skip
    made.of_shop(
        "qiangti", "砌块多买多减", "More blocks, more off",
        Benefit(K.QUANTITY, tiers=(Tier(20, 200), Tier(100, 500)), times=0),
        kind_codes=frozenset({"G101"}),
    )  # fmt: skip
    made.of_shop(
        "shuiqing", "满 2000 免运费", "Free delivery from 2,000",
        Benefit(K.FREE_DELIVERY, basis_points=10_000, times=0), min_amount_fen=200_000,
    )  # fmt: skip


def _reduced(made: Occasions) -> None:
    """A price that went down: the lowest of the 30 days before stands beside it."""
    seen = made.listing("jintang", "G302")
    terms = ListingDetails(seen.price_fen * 93 // 100, seen.min_packs, seen.lead_days,
                           seen.made_to_order)  # fmt: skip
    goods.edit_listing(made.session, made.shops["jintang"].owner, seen.id, terms, made.now)
