"""Accounts of the demonstration world. They share one stored hash and one printed password."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from market.accounts import passwords
from market.accounts import service as accounts
from market.accounts.types import AddressInput
from market.households import service as households
from market.households.types import NumberKind, Statement
from market.kernel.actor import Actor
from market.kernel.region_code import RegionCode

PASSWORD = "xiangcun-2026"  # noqa: S105 (printed; the demonstration world only)
OPERATOR = "13800000001"
HEBEI, BAODING = "13800000012", "13800000015"
TIANSHENGQIAO = RegionCode("130624104")
OFFICIALS = {
    "13800000011": ("阜平县住建局（示例）", "130624"),
    "13800000012": ("河北省工信厅（示例）", "13"),
    "13800000013": ("金堂县住建局（示例）", "510121"),
    "13800000014": ("巴彦县住建局（示例）", "230126"),
    "13800000015": ("保定市工信局（示例）", "1306"),
    "13800000016": ("成都市住建局（示例）", "5101"),
    "13800000017": ("四川省经信厅（示例）", "51"),
}
HOUSEHOLDS = {
    "13800000101": ("李秀英", "130624104", "天生桥村 12 号"),
    "13800000102": ("王建国", "510121001", "赵镇 8 组 3 号"),
    "13800000103": ("陈阿妹", "330523001", "递铺街道 21 号"),
    "13800000104": ("黄志强", "460400100", "那大镇解放路 5 号"),
    "13800000105": ("赵大山", "130624104", "天生桥村 30 号"),
    "13800000106": ("孙桂兰", "130624104", "天生桥村 8 号"),
    "13800000107": ("周铁柱", "130624104", "天生桥村 17 号"),
    "13800000108": ("刘春梅", "130624104", "天生桥村 41 号"),
}


BOOKLETS = {  # of 13800000105 nothing is stated
    "13800000101": ("130624015", "李长顺", "天生桥村"),
    "13800000102": ("510121208", "王建国", "赵镇 8 组"),
    "13800000103": ("330523077", "陈阿妹", "递铺街道"),
    "13800000104": ("460400316", "黄志强", "解放路"),
}
# Who takes goods in at village pick-up points.
AGENTS = {
    "13800000121": "刘保管（示例）",
    "13800000122": "孙小卖（示例）",
    "13800000123": "周代办（示例）",
}


@dataclass
class People:
    """Actors by phone."""

    actors: dict[str, Actor]

    @property
    def operator(self) -> Actor:
        return self.actors[OPERATOR]


def register(session: Session, phone: str, name: str, password_hash: str, now: datetime) -> str:
    """One account; returns its id."""
    return accounts.register(
        session, phone, display_name=name, password_hash=password_hash, now=now
    )


def make(session: Session, now: datetime) -> tuple[People, str]:
    """Operator, officials and households; returns them and the shared hash."""
    shared = passwords.hash_password(PASSWORD)
    ids = {OPERATOR: register(session, OPERATOR, "平台运营（示例）", shared, now)}
    accounts.grant_role(session, ids[OPERATOR], "operator")
    for phone, (name, region) in OFFICIALS.items():
        ids[phone] = register(session, phone, name, shared, now)
        accounts.grant_role(session, ids[phone], "official", region)
    for phone, (name, region, detail) in HOUSEHOLDS.items():
        ids[phone] = register(session, phone, name, shared, now)
        address = AddressInput(name, phone, RegionCode(region), detail)
        accounts.add_address(session, ids[phone], address, make_default=True)
    for phone, name in AGENTS.items():
        ids[phone] = register(session, phone, name, shared, now)
    actors = {phone: accounts.load_actor(session, account) for phone, account in ids.items()}
    return People(actors), shared


def state_households(session: Session, people: People, secret: str, now: datetime) -> None:
    """Most state their household; one account does not, so that pages show what is asked."""
    for phone, (number, head, village) in BOOKLETS.items():
        stated = Statement(
            NumberKind.BOOKLET, number, RegionCode(HOUSEHOLDS[phone][1]), head, village
        )
        households.state(session, people.actors[phone], stated, secret=secret, now=now)
