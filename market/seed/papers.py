"""Papers of the demonstration world (示例): a manual per family of kinds, the register of
substances with what makers declare, and what uses ask of products."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache

from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.kernel.actor import Actor
from market.kernel.clock import shanghai_date
from market.manuals import service as manuals
from market.manuals.types import ManualText, Section, Words
from market.seed.people import People
from market.seed.sellers import Shop, sample_document
from market.seed.tables import DATA
from market.substances import queries as register
from market.substances import service as substances
from market.substances.types import DeclarationDraft, RuleDraft, Status
from market.uses import service as uses
from market.uses.types import RuleDraft as UseDraft
from market.uses.types import Use

BEFORE = timedelta(days=60)  # so that the batches of the world were made under it


@cache
def _texts() -> dict[str, ManualText]:
    """The text of each kind."""
    families = json.loads((DATA / "manuals.json").read_text(encoding="utf-8"))
    return {
        kind: ManualText(
            {
                Section(key): Words(**words) if words else Words(not_applicable=True)
                for key, words in family["sections"].items()
            }
        )
        for family in families
        for kind in family["kinds"]
    }


def write_manual(
    session: Session, owner: Actor, product_id: str, kind_code: str, now: datetime
) -> None:
    """Publish the manual of a product."""
    manuals.publish(session, owner, product_id, _texts()[kind_code], now=now - BEFORE)


SUBSTANCES = (  # CAS number, names, then status, limit, unit, kinds, basis, replacement
    ("50-00-0", "甲醛", "Formaldehyde", Status.LIMITED, "0.124", "mg/m³", ("A01", "A07"),
     "示例，参照 GB 18580-2017", ("换无醛胶的板", "Take a board with formaldehyde-free glue")),
    ("7439-92-1", "铅", "Lead", Status.LIMITED, "90", "mg/kg", ("G304", "A02"),
     "示例，参照 GB 18582-2020", ("换水性涂料", "Take a water-based coating")),
    ("1332-21-4", "石棉", "Asbestos", Status.BANNED, None, "", (),
     "示例", ("换纤维增强硅酸钙板", "Take fibre-reinforced calcium silicate board")),
    ("117-81-7", "邻苯二甲酸二辛酯", "DEHP", Status.WATCH, None, "", (), "示例", ("", "")),
)  # fmt: skip
DECLARED = {  # kind -> CAS number, value, unit
    "A01": ("50-00-0", "0.05", "mg/m³"),
    "A07": ("50-00-0", "0.08", "mg/m³"),
    "G304": ("7439-92-1", "12", "mg/kg"),
    "A02": ("7439-92-1", "0.002", "%"),
    "G403": ("117-81-7", "0.2", "%"),
}
USES = (
    UseDraft(Use.INDOOR, "G216", min_star=2, basis_zh="室内长期有人住的板材",
             basis_en="Boards in rooms people live in"),
    UseDraft(Use.INDOOR, "G304", max_voc=Decimal(80), basis_zh="参照 GB 18582-2020",
             basis_en="After GB 18582-2020"),
    UseDraft(Use.CHILD_ROOM, "G304", min_star=2, max_voc=Decimal(50),
             basis_zh="参照儿童房涂料的常见要求", basis_en="After usual demands on nursery paint"),
    UseDraft(Use.STRUCTURAL, "", "1", min_star=1, basis_zh="承重的要有星级",
             basis_en="Load-bearing goods need stars"),
    UseDraft(Use.OUTDOOR, "G304", max_voc=Decimal(100), basis_zh="室外推广低 VOC",
             basis_en="Low VOC for outdoor work"),
)  # fmt: skip


def register_rules(session: Session, people: People, now: datetime) -> None:
    """What the operator has written before anything is sold."""
    begin = shanghai_date(now) - timedelta(days=365)
    for cas, zh, en, status, limit, unit, kinds, basis, (to_zh, to_en) in SUBSTANCES:
        found = substances.add_substance(session, people.operator, cas, zh, en, now=now)
        rule = RuleDraft(
            status, begin, basis, Decimal(limit) if limit else None, unit, kinds, to_zh, to_en
        )
        substances.add_rule(session, people.operator, found, rule, now=now)
    for draft in USES:
        uses.save_rule(session, people.operator, None, draft, now=now)


def declare_all(session: Session, people: People, shops: Iterable[Shop], now: datetime) -> None:
    """What makers declare, and a limit that begins in 200 days for goods on sale today."""
    known = {one.cas: one.id for one in register.list_substances(session)}
    report = True
    for shop in shops:
        for row in catalogue.own_product_rows(session, shop.id, now, size=1_000).items:
            if row.kind.code not in DECLARED or row.product.state != "live":
                continue
            cas, value, unit = DECLARED[row.kind.code]
            draft = DeclarationDraft(known[cas], Decimal(value), unit)
            paper = sample_document("content-report.pdf") if report else None
            substances.declare(session, shop.owner, row.product.id, draft, paper, now=now)
            report = not report
    later = RuleDraft(
        Status.LIMITED, shanghai_date(now) + timedelta(days=200), "示例", Decimal("0.1"), "%"
    )
    substances.add_rule(session, people.operator, known["117-81-7"], later, now=now)
