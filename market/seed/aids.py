"""Subsidies of the demonstration world: all invented, the rates after public reports of 2025.

Rates and caps follow what was reported of the trade-in programmes of 2025 (15 %, 2,000 yuan an
item); budgets, dates and the schemes themselves are examples.
"""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.kernel.actor import Actor
from market.kernel.clock import end_of_day, shanghai_date, start_of_day
from market.kernel.region_code import RegionCode
from market.seed.people import People
from market.seed.sellers import Shop, sample_document
from market.subsidies import queries
from market.subsidies import service as subsidies
from market.subsidies.types import (
    AidLine,
    Invoice,
    LoanTerms,
    NewClaim,
    NewLoan,
    Repayment,
    SchemeDraft,
    SchemeType,
    Terms,
)

HEBEI, FUPING, JINTANG = "13800000012", "13800000011", "13800000013"
LI, ZHAO = "13800000101", "13800000105"
SOURCE = "示例，比例参照 2025 年家装厨卫“焕新”的公开报道"
CLAIMED, LENT = "门窗和热泵补贴（示例）", "农房改造贷款贴息（示例）"
T = SchemeType


def _draft(
    name: str, name_en: str, type_: SchemeType, terms: Terms, yuan: int, now: datetime,
    sequence: int = 50,
) -> SchemeDraft:  # fmt: skip
    today = shanghai_date(now)
    return SchemeDraft(
        name=name, name_en=name_en, type=type_, terms=terms, starts_at=start_of_day(today),
        ends_at=end_of_day(today + timedelta(days=300)), budget_fen=yuan * 100,
        sequence=sequence, source=SOURCE, example=True,
    )  # fmt: skip


def _drafts(now: datetime) -> list[tuple[str, str, SchemeDraft]]:
    """(the official's phone, region, scheme)."""
    half = 5_000
    trade_in = Terms(rate_bp=1_500, item_cap_fen=200_000, household_cap_fen=3_000_000, years=1,
                     total_cap_bp=half)  # fmt: skip
    boards = Terms(
        kinds=frozenset({"G105"}), unit_fen=2_000, household_cap_fen=200_000, household_uses=1,
        years=5, total_cap_bp=half, min_star=2,
    )  # fmt: skip
    little = Terms(kinds=frozenset({"G302"}), rate_bp=1_500, order_cap_fen=10_000)
    need = Terms(rate_bp=2_000, flags=frozenset({"low_income"}), household_cap_fen=500_000,
                 total_cap_bp=half)  # fmt: skip
    later = Terms(rate_bp=1_000, household_cap_fen=500_000, years=5, total_cap_bp=half)
    interest = Terms(
        rate_bp=200, certified_only=False, order_cap_fen=300_000, principal_cap_fen=10_000_000,
        months_cap=36, household_uses=1, years=5,
    )  # fmt: skip
    fee = Terms(rate_bp=5_000, certified_only=False, order_cap_fen=3_000_000)
    return [
        (HEBEI, "13", _draft("河北绿色建材焕新补贴（示例）", "Hebei green materials (example)",
                             T.VOUCHER, trade_in, 1_000_000, now)),
        (FUPING, "130624", _draft("阜平农房保温补贴（示例）", "Fuping insulation (example)",
                                  T.VOUCHER, boards, 100_000, now, 60)),
        (FUPING, "130624", _draft("阜平困难户补贴（示例）", "Fuping low-income (example)",
                                  T.VOUCHER, need, 50_000, now, 70)),
        (JINTANG, "510121", _draft("金堂防水补贴（示例）", "Jintang waterproofing (example)",
                                   T.VOUCHER, little, 110, now)),
        (JINTANG, "510121", _draft("金堂春季补贴（示例）", "Jintang spring (example)",
                                   T.VOUCHER, trade_in, 20_000, now)),
        (FUPING, "130624", _draft(CLAIMED, "Windows and heat pumps (example)",
                                  T.CLAIM, later, 80_000, now)),
        (HEBEI, "13", _draft(LENT, "Interest on renovation loans (example)",
                             T.INTEREST, interest, 200_000, now)),
        (HEBEI, "13", _draft("认证费补贴（示例）", "Certification fees (example)",
                             T.FEE, fee, 300_000, now)),
    ]  # fmt: skip


def publish_all(session: Session, people: People, shops: list[Shop], now: datetime) -> None:
    """Schemes in two provinces: one nearly spent by the first order, one ended."""
    for phone, region, draft in _drafts(now):
        actor = people.actors[phone]
        scheme_id = subsidies.create_scheme(session, actor, RegionCode(region), draft, now)
        subsidies.publish_scheme(session, actor, scheme_id, now)
        if "春季" in draft.name:
            subsidies.end_scheme(session, actor, scheme_id, "示例：春季活动结束", now)


def claim_all(session: Session, people: People, now: datetime) -> None:
    """A claim in each state, and a loan with a quarter that was claimed."""
    found = {
        row.scheme.name: row.id
        for row in queries.list_public(session, RegionCode("130624104"), now)
    }
    _claims(session, people, found[CLAIMED], now)
    _loan(session, people, found[LENT], now)


def _claims(session: Session, people: People, scheme_id: str, now: datetime) -> None:
    official = people.actors[FUPING]
    made = [
        _file(session, people.actors[phone], scheme_id, number, yuan, now)
        for number, (phone, yuan) in enumerate(
            ((LI, 3_000), (ZHAO, 4_500), (LI, 6_000), (ZHAO, 5_200), (LI, 2_400), (ZHAO, 900)), 1
        )
    ]
    _waiting, asked, approved, paid, refused, withdrawn = made
    subsidies.ask_claim(session, official, asked, "示例：发票看不清，再拍一张", now)
    subsidies.approve_claim(session, official, approved, 580_000, now)
    subsidies.approve_claim(session, official, paid, 520_000, now)
    today = shanghai_date(now)
    subsidies.pay_claims(session, official, [paid], "SL-CZ-0001", today, now)
    subsidies.refuse_claim(session, official, refused, "示例：发票不是本户的", now)
    subsidies.withdraw_claim(session, people.actors[ZHAO], withdrawn, now)


def _file(
    session: Session, household: Actor, scheme_id: str, number: int, yuan: int, now: datetime
) -> str:
    account = household.account_id or ""
    home = accounts.addresses(session, account)[0].region
    bought = shanghai_date(now) - timedelta(days=20 + number)
    new = NewClaim(
        scheme_id, account, home, (AidLine("invoice", "G103", yuan * 100, star=2),),
        invoice=Invoice(f"SL{number:08d}", "县城门窗店（示例）", bought), note="示例",
    )  # fmt: skip
    return subsidies.file_claim(session, household, new, [sample_document("invoice.pdf")], now)


def _loan(session: Session, people: People, scheme_id: str, now: datetime) -> None:
    household, official = people.actors[LI], people.actors[HEBEI]
    account = household.account_id or ""
    home = accounts.addresses(session, account)[0].region
    begun: date = shanghai_date(now) - timedelta(days=130)
    new = NewLoan(
        scheme_id, account, home,
        LoanTerms(8_000_000, 435, begun, 36, Repayment.EQUAL_PRINCIPAL),
        "示例农商行", "SL-HT-0001", "外墙保温和换窗（示例）",
    )  # fmt: skip
    loan_id = subsidies.apply_loan(session, household, new, [sample_document("contract.pdf")], now)
    subsidies.decide_loan(session, official, loan_id, "approved", "", now)
    subsidies.claim_quarter(session, household, loan_id, 1, [sample_document("interest.pdf")], now)
