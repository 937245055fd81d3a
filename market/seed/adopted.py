"""Adoption databases of the demonstration world: entries in every state, uses, and a data partner
that says something else of one of them. All of it is invented (示例)."""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from market.accounts import service as accounts
from market.adoptions import queries
from market.adoptions import service as adoptions
from market.adoptions.types import Candidate, Proposal, UsageDraft
from market.interchange import service as interchange
from market.interchange import signing
from market.interchange.types import Envelope, PartnerDraft, Subject
from market.kernel.actor import Actor
from market.kernel.clock import shanghai_date
from market.kernel.region_code import RegionCode
from market.seed.people import BAODING, HEBEI, People, register
from market.seed.sellers import Shop, sample_document

COUNTY = "13800000011"
PARTNER = "13800000031"
DOCUMENT = "冀建采〔2026〕1号（示例）"


class _Desk:
    """A maker and the officials of its place."""

    def __init__(self, session: Session, people: People, shop: Shop, now: datetime) -> None:
        self.session, self.shop, self.now = session, shop, now
        self.city, self.province = people.actors[BAODING], people.actors[HEBEI]
        self.county, self.operator = people.actors[COUNTY], people.operator
        self.products = {
            one.model: one for one in queries.candidates_of_maker(session, shop.id, now)
        }

    def propose(self, one: Candidate, at: datetime, ends_on: date | None = None) -> str:
        """Proposed by its maker for walls and roofs."""
        proposal = Proposal(
            RegionCode(self.shop.row["region"]), ends_on or one.valid_to, DOCUMENT,
            "农房外墙和屋面（示例）",
        )  # fmt: skip
        paper = sample_document("adoption.pdf")
        return adoptions.propose(
            self.session, self.shop.owner, one.product_id, proposal, paper, now=at
        )

    def pass_first(self, one: Candidate, at: datetime, ends_on: date | None = None) -> str:
        """The city let it through."""
        made = self.propose(one, at, ends_on)
        adoptions.pass_first(self.session, self.city, made, "示例：材料齐全", now=at)
        return made

    def list_(self, one: Candidate, at: datetime, ends_on: date | None = None) -> str:
        """The province listed it."""
        made = self.pass_first(one, at, ends_on)
        adoptions.pass_second(self.session, self.province, made, "示例：同意", now=at)
        return made


def adopt_all(
    session: Session, people: People, shared: str, shops: list[Shop], now: datetime
) -> None:
    """One product for each state; the graphite boards are listed, used, and differ."""
    maker = next(shop for shop in shops if shop.row["key"] == "hengnuan")
    desk = _Desk(session, people, maker, now)
    boards = desk.products.pop("G-EPS-100")
    listed = desk.list_(boards, now)
    _use(desk, listed)
    rest = [desk.products[model] for model in sorted(desk.products)]
    _states(desk, rest)
    _partner(desk, shared, boards)


def _states(desk: _Desk, rest: list[Candidate]) -> None:
    """Waiting, asked, refused, withdrawn, removed and left, as far as there are products."""
    session, now = desk.session, desk.now
    before, over = now - timedelta(days=40), shanghai_date(now) - timedelta(days=5)

    def asked(one: Candidate) -> None:
        adoptions.ask(session, desk.city, desk.propose(one, now), "示例：用在哪里？", now=now)

    def refused(one: Candidate) -> None:
        adoptions.refuse(session, desk.city, desk.propose(one, now), "示例：材料不全", now=now)

    def withdrawn(one: Candidate) -> None:
        adoptions.withdraw(session, desk.shop.owner, desk.propose(one, now), now=now)

    def removed(one: Candidate) -> None:
        adoptions.remove(session, desk.province, desk.list_(one, now), "示例：停产", now=now)

    def returning(one: Candidate) -> None:
        entry = desk.list_(one, before, over)
        adoptions.ask_back(session, desk.shop.owner, entry, one.valid_to, now=now)

    def waiting(one: Candidate) -> None:
        desk.propose(one, now)

    def passed(one: Candidate) -> None:
        desk.pass_first(one, now)

    def left(one: Candidate) -> None:
        desk.list_(one, before, over)

    acts = (waiting, passed, left, returning, asked, refused, withdrawn, removed)
    for act, one in zip(acts, rest, strict=False):
        act(one)


def _use(desk: _Desk, listed: str) -> None:
    """A school that used it, confirmed by the city, and one that waits."""
    for name, amount in (("阜平县某乡中心小学（示例）", "320"), ("阜平县某村卫生室（示例）", "85")):
        draft = UsageDraft(name, RegionCode("130624"), desk.now.year, Decimal(amount), "m2")
        paper = sample_document("usage.pdf")
        made = adoptions.record_usage(desk.session, desk.county, listed, draft, paper, now=desk.now)
        if amount == "320":
            adoptions.approve_usage(desk.session, desk.city, listed, made, now=desk.now)


def _partner(desk: _Desk, shared: str, boards: Candidate) -> None:
    """A data partner of the province with its words and a first batch."""
    session, now = desk.session, desk.now
    account = register(session, PARTNER, "河北采信数据库（示例）", shared, now)
    draft = PartnerDraft("hebei-sample", "河北采信数据库（示例）", PARTNER, RegionCode("13"))
    partner = interchange.register(session, desk.operator, draft, now=now)
    for subject, theirs, ours in (
        (Subject.KIND, "BW", boards.kind_code), (Subject.STAR, "三星级", "3"),
        (Subject.STAR, "二星级", "2"), (Subject.STAR, "一星级", "1"),
        (Subject.STATE, "在库", "listed"), (Subject.STATE, "退库", "exited"),
        (Subject.REGION, "阜平县", "130624"),
    ):  # fmt: skip
        interchange.put(session, desk.operator, partner, subject, theirs, ours, now=now)
    record = {
        "certificate_number": boards.certificate_number, "model": boards.model, "kind": "BW",
        "star": "三星级", "state": "在库", "region": "阜平县", "list_no": "示例-冀-0007",
        "use_scope": "农房外墙",
    }  # fmt: skip
    content = json.dumps(
        {"sequence": 1, "previous_sha256": "", "records": [record]}, ensure_ascii=False
    )
    _push(session, accounts.load_actor(session, account), partner, content, now)


def _push(session: Session, who: Actor, partner: str, content: str, now: datetime) -> None:
    stamp, secret = int(now.timestamp()), "demonstration"
    signature = signing.sign(interchange.key_of(secret, partner, 1), "sample-1", stamp, content)
    envelope = Envelope("sample-1", stamp, content, signature)
    answer = interchange.receive(session, who, envelope, secret, now=now)
    assert not answer.faults, answer.faults
