"""Sellers of the demonstration world, from application to open shop."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from market.accounts import service as accounts
from market.kernel.actor import Actor
from market.kernel.region_code import RegionCode
from market.media import service as media
from market.seed.people import People, register
from market.seed.tables import firms
from market.sellers import rules
from market.sellers import service as sellers
from market.sellers.types import (
    CompanyDetails,
    ContactDetails,
    NewSeller,
    PayoutAccount,
    ReturnsAddress,
    SellerKind,
    WarehouseDetails,
)

OPEN_SINCE = timedelta(days=60)  # what came into force since then, the shops have yet to read
SAMPLE_PDF = b"%PDF-1.4\n% sample document of the demonstration world\n%%EOF\n"


@dataclass
class Shop:
    """A seller with its owner and what it sells."""

    id: str
    owner: Actor
    name: str
    row: dict[str, str]
    warehouses: list[str]

    @property
    def kinds(self) -> set[str]:
        return set(self.row["kinds"].split("|"))

    @property
    def is_maker(self) -> bool:
        return self.row["kind"] == "manufacturer"


def sample_document(name: str) -> media.NewFile:
    """A stored proof document."""
    return media.store_document(SAMPLE_PDF, name)


def credit_code(position: int) -> str:
    """A well-formed unified social credit code that belongs to nobody (示例)."""
    first = f"91000000MA{position:07d}"
    return first + rules.credit_check_digit(first)


def open_shop(
    session: Session, people: People, row: dict[str, str], position: int, shared_hash: str,
    now: datetime,
) -> Shop:  # fmt: skip
    """Apply with everything, be approved, and set areas, freight and a warehouse."""
    region = RegionCode(row["region"])
    account = register(session, row["phone"], row["contact"], shared_hash, now)
    applicant = accounts.load_actor(session, account)
    kind = SellerKind(row["kind"])
    seller = sellers.apply(session, applicant, NewSeller(row["name"], kind, region), now=now)
    owner = accounts.load_actor(session, account)
    company = CompanyDetails(row["name"], kind, region, credit_code(position), row["about"])
    sellers.save_company(session, owner, seller, company)
    licence = sample_document("licence.pdf")
    sellers.attach_licence(session, owner, seller, licence, now=now)
    sellers.save_contact(session, owner, seller, ContactDetails(row["contact"], row["phone"]))
    returns = ReturnsAddress(row["contact"], row["phone"], region, "建材路 1 号（示例）")
    sellers.save_returns(session, owner, seller, returns)
    bank = PayoutAccount(row["name"], "示例银行", f"6222{position:012d}")
    sellers.save_payout(session, owner, seller, bank)
    sellers.acknowledge(session, owner, seller, delivery=True, standards=True, now=now)
    sellers.submit(session, owner, seller, now=now)
    sellers.approve(session, people.operator, seller, "示例", now=now)
    owner = accounts.load_actor(session, account)
    warehouses = _logistics(session, owner, seller, row, now)
    return Shop(seller, owner, row["name"], row, warehouses)


def _logistics(
    session: Session, owner: Actor, seller: str, row: dict[str, str], now: datetime
) -> list[str]:
    home = RegionCode(row["region"])
    base, per_kg = round(float(row["base_yuan"]) * 100), round(float(row["per_kg_yuan"]) * 100)
    areas = row["areas"].split("|") if row["areas"] != "|" else [""]
    for area in areas:
        sellers.add_area(session, owner, seller, RegionCode(area))
        sellers.set_rate(session, owner, seller, RegionCode(area), base_fen=base, per_kg_fen=per_kg)
    near = RegionCode(home.digits[:4])
    sellers.set_rate(
        session, owner, seller, near, base_fen=base // 2, per_kg_fen=max(1, per_kg // 2)
    )
    for county in ("130624", "532922", "510182"):
        if any(county.startswith(area) for area in areas):
            near_by = row["kind"] == "shop"  # its lorry passes by the villages in any case
            sellers.add_last_mile(
                session, owner, seller, RegionCode(county), 2000, door_only=near_by
            )
    details = WarehouseDetails("总仓（示例）", home, "建材路 1 号")
    found = [sellers.add_warehouse(session, owner, seller, details, now=now)]
    if row["kind"] == "mall":
        second = WarehouseDetails("保定分仓（示例）", RegionCode("130624"), "物流园 2 号")
        found.append(sellers.add_warehouse(session, owner, seller, second, now=now))
    return found


def open_all(session: Session, people: People, shared_hash: str, now: datetime) -> list[Shop]:
    """Every shop of the table, open for a while, and one application that waits for the
    official."""
    shops = [
        open_shop(session, people, row, position, shared_hash, now - OPEN_SINCE)
        for position, row in enumerate(firms(), 1)
    ]
    _waiting(session, shared_hash, now)
    return shops


def _waiting(session: Session, shared_hash: str, now: datetime) -> None:
    """An application in the county official's queue."""
    account = register(session, "13800010020", "沈掌柜", shared_hash, now)
    actor = accounts.load_actor(session, account)
    region = RegionCode("130624")
    name = "阜平新苗建材店（示例）"
    seller = sellers.apply(session, actor, NewSeller(name, SellerKind.SHOP, region), now=now)
    owner = accounts.load_actor(session, account)
    company = CompanyDetails(name, SellerKind.SHOP, region, credit_code(99), "示例商家")
    sellers.save_company(session, owner, seller, company)
    sellers.attach_licence(session, owner, seller, sample_document("licence.pdf"), now=now)
    sellers.save_contact(session, owner, seller, ContactDetails("沈掌柜", "13800010020"))
    returns = ReturnsAddress("沈掌柜", "13800010020", region, "北街 7 号")
    sellers.save_returns(session, owner, seller, returns)
    sellers.save_payout(session, owner, seller, PayoutAccount(name, "示例银行", "6222000000000099"))
    sellers.acknowledge(session, owner, seller, delivery=True, standards=True, now=now)
    sellers.submit(session, owner, seller, now=now)
