"""The library of standards of the demonstration world: real codes, as far as they are known from
public sources, and one invented text that makers still have to read."""

import csv
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from market.kernel.clock import shanghai_date
from market.seed.people import People
from market.seed.tables import DATA
from market.standards import service as standards
from market.standards.types import EditionDraft, EndingDraft

INVENTED = "GB 示例标准"
CITED = {  # model -> what its maker writes
    "PO-425": "GB 175-2007", "SH-1": "GB/T 14684-2022", "SS-20": "GBT14685—2022",
    "LW-12": "GB 1499.2-2024", "BV-25": "GB/T 5023.3-2008", "SZW-3": "JG/T 346-2011",
}  # fmt: skip
_KNOWN = "标准号和日期按公开资料登记，没有逐条对过原文"
_CHECKED = "对过公开的标准前言"


def register_all(session: Session, people: People, now: datetime) -> None:
    """What the operator has entered after the goods were put on sale."""
    with (DATA / "standards.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    ids = {}
    for row in rows:
        draft = EditionDraft(
            row["name_zh"], date.fromisoformat(row["effective_on"]),
            _CHECKED if row["verified"] else _KNOWN, row["name_en"], bool(row["mandatory"]),
            tuple(row["kinds"].split()),
            date.fromisoformat(row["published_on"]) if row["published_on"] else None,
            row["source"], bool(row["verified"]),
        )  # fmt: skip
        ids[row["code"]] = standards.add_edition(
            session, people.operator, row["code"], draft, now=now
        )
    for row in rows:
        if row["ended_on"]:
            ending = EndingDraft(date.fromisoformat(row["ended_on"]), _KNOWN, row["by"])
            standards.end_edition(session, people.operator, ids[row["code"]], ending, now=now)
    _to_read(session, people, now)


def _to_read(session: Session, people: People, now: datetime) -> None:
    """A mandatory text that comes into force in 90 days."""
    begin = shanghai_date(now) + timedelta(days=90)
    draft = EditionDraft(
        "农村住房门窗安全要求（示例，不是真的标准）", begin, "示例",
        "Safety of windows and doors in rural houses (sample, not a real standard)", True,
        ("G201",), None, "示例，没有正文",
    )  # fmt: skip
    code = f"GB 99001-{begin.year}"
    standards.add_edition(session, people.operator, code, draft, now=now)
