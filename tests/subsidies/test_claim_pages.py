"""Claims, loans and certification fees in the browser, from filing to payment; who is kept out."""

import io
import re

import pytest
from sqlalchemy import func, select

from market.accounts import service as accounts
from market.orders import service as orders
from market.orders.types import QuantityOf, Shipment
from market.subsidies import invariants
from market.subsidies.models import SubsidyClaim, SubsidyLoan, SubsidyScheme
from market.subsidies.types import SchemeType
from tests.factories.accounts import make_account, sign_in
from tests.factories.catalogue import actor_for, ensure_kinds, make_maker, make_offer, make_stamp
from tests.factories.market import pay
from tests.factories.orders import make_address, make_household, place, view
from tests.factories.pictures import jpeg
from tests.factories.subsidies import make_published

INVOICE = {
    "number": "FP-1", "seller": "镇上建材店", "issued_on": "2026-11-01", "kind": "G105",
    "price_fen": "1000", "packs": "1", "units": "", "star": "3", "certified": "y",
    "note": "换了一面墙",
}  # fmt: skip
FIGURES = {
    "principal_fen": "100000", "rate": "4.35", "starts_on": "2026-06-01", "months": "12",
    "repayment": "bullet",
}  # fmt: skip
LOAN = {**FIGURES, "lender": "阜平农商行", "contract_no": "HT-1", "purpose": "换窗"}


@pytest.fixture(autouse=True)
def kinds(session):
    ensure_kinds(session)


def signed_in(app, session, account_id):
    client = app.test_client()
    sign_in(client, session, account_id)
    return client


@pytest.fixture
def household(app, session):
    actor = make_household(session)
    make_address(session, actor.account_id)
    return signed_in(app, session, actor.account_id)


@pytest.fixture
def stranger(app, session):
    actor = make_household(session)
    make_address(session, actor.account_id)
    return signed_in(app, session, actor.account_id)


def staff(app, session, region):
    account = make_account(session)
    accounts.grant_role(session, account.id, "official", region)
    return signed_in(app, session, account.id)


@pytest.fixture
def official(app, session):
    return staff(app, session, "130624")


@pytest.fixture
def elsewhere(app, session):
    return staff(app, session, "510121")


def published(session, type_, **over):
    scheme_id = make_published(session, type_=type_, **{"household_uses": 1, "years": 5, **over})
    session.commit()
    return session.get_one(SubsidyScheme, scheme_id)


@pytest.fixture
def scheme(session):
    return published(session, SchemeType.CLAIM)


@pytest.fixture
def lending(session):
    return published(
        session, SchemeType.INTEREST, rate_bp=200, order_cap_fen=150_000, certified_only=False
    )


def send(client, path, fields, *, proof=True):
    """Post a form, with a photo as its proof unless told otherwise."""
    files = {"file": (io.BytesIO(jpeg()), "凭证.jpg")} if proof else {}
    return client.post(path, data={**fields, **files}, content_type="multipart/form-data")


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.get_data(as_text=True)))


def only(session, table):
    session.expire_all()
    return session.scalars(select(table).order_by(table.id.desc()).limit(1)).one()


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


def nothing_wrong(session):
    session.expire_all()
    assert invariants.breaches(session) == []


def by_invoice(scheme):
    return f"/subsidies/{scheme.code}/claim?by=invoice"


def went(response):
    assert response.status_code == 303, text(response)
    return response


def test_a_claim_goes_from_the_invoice_to_the_money(app, session, household, official, scheme):
    assert "凭发票" in text(household.get(by_invoice(scheme)))
    went(send(household, by_invoice(scheme), INVOICE))
    claim = only(session, SubsidyClaim)
    own, desk = f"/me/subsidies/claims/{claim.id}", f"/official/subsidy-claims/{claim.id}"
    assert "申请 150.00 元" in text(household.get(own))
    assert claim.code in text(household.get("/me/subsidies"))
    assert claim.code in text(official.get("/official/subsidy-claims"))

    unsaid = official.post(f"{desk}/ask", data={"accepted_fen": "1000", "reason": " "})
    assert unsaid.status_code == 422
    assert 'id="reason-err"' in unsaid.text
    went(official.post(f"{desk}/ask", data={"accepted_fen": "1000", "reason": "发票看不清"}))
    assert "发票看不清" in text(household.get(own))
    silent = household.post(f"{own}/answer", data={"words": ""})
    assert silent.status_code == 422
    assert 'id="words-err"' in silent.text
    went(send(household, f"{own}/answer", {"words": "重新拍了一张"}))
    file = re.search(rf"{own}/files/\w+", household.get(own).text)
    assert household.get(file[0], buffered=True).status_code == 200

    high = official.post(f"{desk}/approve", data={"accepted_fen": "1000.01", "reason": "留下"})
    assert high.status_code == 422
    assert 'id="accepted_fen-err"' in high.text
    assert 'value="1000.01"' in high.text
    assert "留下" in text(high)
    went(official.post(f"{desk}/approve", data={"accepted_fen": "800", "reason": ""}))
    assert "补 120.00 元" in text(household.get(own))
    again = official.post(f"{desk}/approve", data={"accepted_fen": "800"})
    assert again.status_code == 422
    assert "现在的状态不能这样做" in text(again)

    bill = {"reference": "CZ-001", "paid_on": "2026-11-22"}
    nothing = official.post("/official/subsidy-payments", data=bill)
    assert nothing.status_code == 422
    assert 'id="claims-err"' in nothing.text
    assert 'value="CZ-001"' in nothing.text
    went(official.post("/official/subsidy-payments", data={**bill, "claims": [claim.id]}))
    assert "CZ-001" in text(household.get(own))
    late = send(household, f"{own}/answer", {"words": "还有一张"})
    assert late.status_code == 422
    assert "现在的状态不能这样做" in text(late)
    nothing_wrong(session)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", ""), ("price_fen", "一千"), ("price_fen", "0"), ("issued_on", "2026-11-23"),
        ("issued_on", "2026-02-30"), ("kind", "NONE"), ("packs", "0"), ("units", "很多"),
        ("star", "9"), ("note", "长" * 501), ("file", ""),
    ],
)  # fmt: skip
def test_a_wrong_invoice_is_refused_beside_its_field(session, household, scheme, field, value):
    sent = {**INVOICE, **({field: value} if field != "file" else {})}
    refused = send(household, by_invoice(scheme), sent, proof=field != "file")
    assert refused.status_code == 422
    assert f'id="{field}-err"' in refused.text
    assert "镇上建材店" in refused.text
    assert count(session, SubsidyClaim) == 0


def test_the_second_claim_of_a_house_or_an_invoice_is_refused(session, household, stranger, scheme):
    went(send(household, by_invoice(scheme), INVOICE))
    second = send(household, by_invoice(scheme), {**INVOICE, "number": "FP-2"})
    assert second.status_code == 422
    assert "不能再申请" in text(second)
    assert 'value="FP-2"' in second.text
    assert "不能再申请" in text(send(stranger, by_invoice(scheme), INVOICE))
    assert count(session, SubsidyClaim) == 1
    went(household.post(f"/me/subsidies/claims/{only(session, SubsidyClaim).id}/withdraw"))
    went(send(household, by_invoice(scheme), INVOICE))
    uncertified = {**INVOICE, "number": "FP-3"}
    del uncertified["certified"]
    bare = send(stranger, by_invoice(scheme), uncertified)
    assert bare.status_code == 422
    assert "不补" in text(bare)
    nothing_wrong(session)


def test_an_order_is_claimed_for_by_its_own_household_when_it_is_sent(
    app, session, now, stranger, scheme
):
    actor = make_household(session)
    placed = place(session, actor, (make_offer(session, stock=50), 4), now=now)
    pay(session, placed.id, now)
    client, path = signed_in(app, session, actor.account_id), f"/subsidies/{scheme.code}/claim"
    assert "还没有发完货的订单" in text(client.get(path))
    assert send(client, path, {"order": placed.id}).status_code == 422
    (part,) = view(session, placed.id).seller_orders
    packs = Shipment((QuantityOf(part.lines[0].id, 4),), "老王的车")
    orders.ship(session, part.id, packs, actor_for(part.seller_id), now)
    session.commit()
    assert placed.code in text(client.get(path))
    assert send(stranger, path, {"order": placed.id}).status_code == 422
    unchosen = send(client, path, {"note": "请尽快"})
    assert unchosen.status_code == 422
    assert 'id="order-err"' in unchosen.text
    assert "请尽快" in text(unchosen)
    went(send(client, path, {"order": placed.id}))
    claim = only(session, SubsidyClaim)
    assert (claim.order_code, claim.asked_fen) == (placed.code, 4 * 13_824 * 15 // 100)
    assert "不能再申请" in text(send(client, path, {"order": placed.id}))


def test_a_loan_is_tried_applied_for_and_claimed_by_the_quarter(
    app, session, household, official, lending
):
    path = f"/subsidies/{lending.code}/loan"
    tried = household.get(path, query_string=FIGURES)
    assert "1,500.00" in text(tried)
    assert 'value="100000.00"' in tried.text
    went(send(household, path, LOAN))
    loan = only(session, SubsidyLoan)
    own, desk = f"/me/subsidies/loans/{loan.id}", f"/official/subsidy-loans/{loan.id}"
    early = send(household, f"{own}/quarters/1", {})
    assert early.status_code == 422
    assert "现在的状态不能这样做" in text(early)
    assert "不能再申请" in text(send(household, path, {**LOAN, "contract_no": "HT-2"}))
    went(official.post(f"{desk}/ask", data={"reason": "合同缺一页"}))
    assert household.post(f"{own}/answer", data={"words": ""}).status_code == 422
    went(send(household, f"{own}/answer", {"words": "补上了"}))
    assert official.post(f"{desk}/refuse", data={"reason": ""}).status_code == 422
    went(official.post(f"{desk}/approve", data={}))
    assert "现在的状态不能这样做" in text(official.post(f"{desk}/approve", data={}))
    bare = send(household, f"{own}/quarters/1", {}, proof=False)
    assert (bare.status_code, 'id="file-err"' in bare.text) == (422, True)
    assert "到期以后再申请" in text(send(household, f"{own}/quarters/2", {}))
    for number in (0, 99, 10**9):
        assert send(household, f"{own}/quarters/{number}", {}).status_code == 422
    went(send(household, f"{own}/quarters/1", {}))
    claim = only(session, SubsidyClaim)
    assert (claim.quarter, claim.asked_fen) == (1, 3 * 16_666)
    assert "不能再申请" in text(send(household, f"{own}/quarters/1", {}))
    nothing_wrong(session)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("principal_fen", ""), ("rate", "25"), ("starts_on", "x"), ("months", "361"),
        ("repayment", "never"), ("lender", ""), ("purpose", "长" * 301), ("file", ""),
    ],
)  # fmt: skip
def test_a_wrong_loan_is_refused_beside_its_field(session, household, lending, field, value):
    path = f"/subsidies/{lending.code}/loan"
    sent = {**LOAN, **({field: value} if field != "file" else {})}
    refused = send(household, path, sent, proof=field != "file")
    assert refused.status_code == 422
    assert f'id="{field}-err"' in refused.text
    assert 'value="HT-1"' in refused.text
    assert count(session, SubsidyLoan) == 0
    if field in FIGURES and value:
        tried = household.get(path, query_string={**FIGURES, field: value})
        assert (tried.status_code, f'id="{field}-err"' in tried.text) == (422, True)


@pytest.fixture
def makers(app, session):
    """((client, certificate), (client of another maker, its certificate)), all in the county."""
    found = []
    for _ in range(2):
        maker = make_maker(session, region_code="130624")
        stamp = make_stamp(session, maker)
        account = make_account(session)
        accounts.grant_role(session, account.id, "seller", maker.id)
        found.append((signed_in(app, session, account.id), stamp.id))
    return found


def test_a_maker_claims_the_fee_of_its_own_certificate_once(session, makers, official):
    fees = published(session, SchemeType.FEE, rate_bp=5000, order_cap_fen=500_000)
    (mine, certificate), (theirs, other) = makers
    path = f"/seller/subsidies/{fees.code}"
    fee = {"certificate": certificate, "price_fen": "8000", "note": "2025 年的认证费"}
    assert fees.name in text(mine.get("/seller/subsidies"))
    for field, value in (("price_fen", "八千"), ("certificate", other), ("certificate", "")):
        refused = send(mine, path, {**fee, field: value})
        assert refused.status_code == 422
        assert f'id="{field}-err"' in refused.text
        assert "2025 年的认证费" in refused.text
    assert 'id="file-err"' in send(mine, path, fee, proof=False).text
    went(send(mine, path, fee))
    claim = only(session, SubsidyClaim)
    assert (claim.what, claim.asked_fen) == ("fee", 400_000)
    assert "不能再申请" in text(send(mine, path, fee))
    own = f"/me/subsidies/claims/{claim.id}"
    assert claim.code in text(mine.get("/seller/subsidies"))
    assert claim.code not in text(theirs.get("/seller/subsidies"))
    assert mine.get(own).status_code == 200
    assert theirs.get(own).status_code == 404
    assert theirs.post(f"{own}/withdraw").status_code == 404
    went(official.post(f"/official/subsidy-claims/{claim.id}/approve", data={}))
    assert "补 4,000.00 元" in text(mine.get(own))


def test_strangers_and_offices_of_elsewhere_see_and_move_nothing(
    session, household, stranger, elsewhere, scheme, lending
):
    went(send(household, by_invoice(scheme), INVOICE))
    went(send(household, f"/subsidies/{lending.code}/loan", LOAN))
    claim, loan = only(session, SubsidyClaim), only(session, SubsidyLoan)
    file = re.search(r"/files/\w+", household.get(f"/me/subsidies/claims/{claim.id}").text)[0]
    for base in (f"/me/subsidies/claims/{claim.id}", f"/me/subsidies/loans/{loan.id}"):
        assert stranger.get(base).status_code == 404
        for verb in ("answer", "withdraw"):
            assert send(stranger, f"{base}/{verb}", {"words": "我来"}).status_code == 404
    assert stranger.get(f"/me/subsidies/claims/{claim.id}{file}").status_code == 404
    assert send(stranger, f"/me/subsidies/loans/{loan.id}/quarters/1", {}).status_code == 404
    for base in (f"/official/subsidy-claims/{claim.id}", f"/official/subsidy-loans/{loan.id}"):
        assert elsewhere.get(base).status_code == 403
        for verdict in ("ask", "approve", "refuse"):
            assert elsewhere.post(f"{base}/{verdict}", data={"reason": "x"}).status_code == 403
        assert household.get(base).status_code == 403
    assert elsewhere.get(f"/official/subsidy-claims/{claim.id}{file}").status_code == 403
    assert claim.code not in text(elsewhere.get("/official/subsidy-claims"))
    paid = {"claims": [claim.id], "reference": "CZ-1", "paid_on": "2026-11-22"}
    assert elsewhere.post("/official/subsidy-payments", data=paid).status_code == 422
    assert (only(session, SubsidyClaim).state, only(session, SubsidyLoan).state) == (
        "filed", "filed",
    )  # fmt: skip
