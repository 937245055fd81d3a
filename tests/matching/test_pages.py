"""Pages of crews, households and officials: what each may see and do."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from market.accounts import service as accounts
from market.kernel.clock import end_of_day
from market.matching import service
from market.renovations import queries as renovations
from market.renovations.models import Quote
from market.renovations.types import QuoteLineDraft
from tests.factories.accounts import make_account, sign_in
from tests.factories.providers import make_provider
from tests.factories.renovations import (
    DOOR,
    NAME,
    PHONE,
    crew_actor,
    make_quote_draft,
    make_request,
    quoted,
)

SCAFFOLD = QuoteLineDraft("other", "脚手架", Decimal(120), "m2", 1_500, "scaffold")
ROOF = QuoteLineDraft("labour", "屋面防水施工", Decimal(100), "m2", 4_500, "roof_waterproof")


@pytest.fixture
def crew(session):
    """A crew with a member who can sign in."""
    provider = make_provider(session)
    account = make_account(session)
    accounts.grant_role(session, account.id, "provider", provider.id)
    return provider, account


@pytest.fixture
def as_crew(client, session, crew):
    sign_in(client, session, crew[1].id)
    return client


def text_of(client, path, **kwargs):
    answer = client.get(path, **kwargs)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.get_data(as_text=True)


def line(n, item="", *, label="", quantity="", price="", unit="m2", kind="labour", listing=""):
    return {
        f"lines-{n}-item": item, f"lines-{n}-label": label, f"lines-{n}-quantity": quantity,
        f"lines-{n}-unit_price": price, f"lines-{n}-unit": unit, f"lines-{n}-kind": kind,
        f"lines-{n}-listing_id": listing,
    }  # fmt: skip


TERMS = {"valid_until": "2026-12-31", "days": "10", "warranty_months": "60", "note": ""}


def test_the_crews_way_from_invitation_to_the_won_job(session, now, crew, as_crew):
    who, key = make_request(session, now=now)
    session.commit()
    assert "等你答复" in text_of(as_crew, "/provider")
    page = text_of(as_crew, f"/provider/requests/{key}")
    assert "服务范围包括本县" in page
    assert "请在 11-24 10:00 以前答复" in page
    assert as_crew.post(f"/provider/requests/{key}/accept").status_code == 303
    assert "屋面防水施工" in text_of(as_crew, f"/provider/requests/{key}/quote")
    data = {**TERMS, **line(0, "roof_waterproof", quantity="100", price="45"),
            **line(1, label="脚手架", quantity="1", price="800.50", unit="set")}  # fmt: skip
    assert as_crew.post(f"/provider/requests/{key}/quote", data=data).status_code == 303
    page = text_of(as_crew, f"/provider/requests/{key}")
    assert "5,300.50 元" in page
    (quote,) = renovations.current_quotes(session, key)
    assert [one.item for one in quote.lines] == ["roof_waterproof", "scaffold"]
    service.award(session, who, key, quote.id, now=now)
    session.commit()
    page = text_of(as_crew, f"/provider/requests/{key}")
    assert all(secret in page for secret in (PHONE, DOOR, NAME))
    assert "5,300.50" in text_of(as_crew, "/provider/jobs")
    assert "选中了你" in text_of(as_crew, "/provider/quotes")
    assert as_crew.post(f"/provider/requests/{key}/finish").status_code == 303


@pytest.mark.parametrize("stage", ["invited", "accepted", "quoted", "lost"])
def test_contact_data_are_on_no_page_before_the_award(session, now, crew, as_crew, stage):
    other = make_provider(session)
    who, key = make_request(session, now=now)
    provider = crew[0]
    if stage != "invited":
        service.accept(session, crew_actor(provider.id), key, now=now)
    if stage in ("quoted", "lost"):
        service.send_quote(session, crew_actor(provider.id), key, make_quote_draft(now), now=now)
    if stage == "lost":
        chosen = quoted(session, key, other.id, now=now)
        service.award(session, who, key, chosen, now=now)
    session.commit()
    paths = ["/provider", "/provider/invitations", "/provider/invitations?show=past",
             "/provider/quotes", "/provider/jobs", f"/provider/requests/{key}"]  # fmt: skip
    if stage in ("accepted", "quoted"):
        paths.append(f"/provider/requests/{key}/quote")
    for path in paths:
        page = text_of(as_crew, path)
        for secret in (PHONE, DOOR, NAME):
            assert secret not in page, path
    if stage == "lost":
        assert "没有选中" in text_of(as_crew, f"/provider/requests/{key}")


def test_a_request_outside_is_404_everywhere(session, now, as_crew):
    _, key = make_request(session, now=now, region="130626100")
    session.commit()
    for path in ("", "/quote"):
        assert as_crew.get(f"/provider/requests/{key}{path}").status_code == 404
    for path in ("accept", "decline", "withdraw", "quote", "finish"):
        data = {"reason": "busy"}
        assert as_crew.post(f"/provider/requests/{key}/{path}", data=data).status_code == 404
    assert as_crew.get(f"/requests/{key}").status_code == 404
    assert as_crew.get(f"/requests/{key}/quotes").status_code == 404


def test_a_quote_runs_out_at_midnight_of_our_time(session, now, clock, crew, client):
    _, key = make_request(session, now=now)
    quote = quoted(session, key, crew[0].id, ROOF, now=now)
    ends = end_of_day(session.get_one(Quote, quote).valid_until)
    for since, is_over in ((-1, False), (1, True)):
        clock.set(ends + timedelta(seconds=since))
        sign_in(client, session, crew[1].id)
        assert ("已经过期" in text_of(client, f"/provider/requests/{key}")) is is_over


def test_declining_needs_a_reason(session, now, as_crew):
    _, key = make_request(session, now=now)
    session.commit()
    answer = as_crew.post(f"/provider/requests/{key}/decline")
    assert answer.status_code == 422
    assert "请选一个理由" in answer.get_data(as_text=True)
    data = {"reason": "busy"}
    assert as_crew.post(f"/provider/requests/{key}/decline", data=data).status_code == 303
    assert "这段时间排满了" in text_of(as_crew, f"/provider/requests/{key}")


@pytest.mark.parametrize(
    ("lines", "terms", "message", "kept"),
    [
        ({}, {}, "至少写一行", None),
        (line(0, "roof_waterproof", quantity="100"), {}, "写明单价", "100"),
        (line(0, "roof_waterproof", price="45"), {}, "写明数量", "45"),
        (line(0, label="清运"), {}, "写明数量", "清运"),
        (line(0, quantity="1", price="1"), {}, "写明做什么", None),
        (line(0, "roof_waterproof", quantity="0", price="45"), {}, "数量要大于 0", None),
        (line(0, "roof_waterproof", quantity="-3", price="1e9"), {}, "只写数字", "1e9"),
        (line(0, "roof_waterproof", quantity="1", price="45"), {"days": "x"}, "只写整数", None),
        (line(0, "roof_waterproof", quantity="1", price="45"), {"valid_until": "2026-11-23"},
         "报价至少要到 2026-11-29 还有效", "2026-11-23"),
        (line(0, "main_material", quantity="1", price="45", listing="nothing"), {},
         "没有这个平台商品编号", "nothing"),
        (line(0, "roof_waterproof", quantity="1000000", price="10000000"), {}, "总额太大", None),
    ],
)  # fmt: skip
def test_bad_quotes_are_refused_beside_the_field(
    session, now, crew, as_crew, *, lines, terms, message, kept
):
    _, key = make_request(session, now=now)
    service.accept(session, crew_actor(crew[0].id), key, now=now)
    session.commit()
    answer = as_crew.post(f"/provider/requests/{key}/quote", data={**TERMS, **lines, **terms})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert message in page
    if kept:
        assert kept in page
    assert not renovations.current_quotes(session, key)


def test_totals_come_from_the_server(session, now, crew, as_crew):
    _, key = make_request(session, now=now)
    service.accept(session, crew_actor(crew[0].id), key, now=now)
    session.commit()
    data = {**TERMS, **line(0, "roof_waterproof", quantity="2", price="45"),
            "total_fen": "1", "lines-0-amount_fen": "1", "provider_id": "x"}  # fmt: skip
    as_crew.post(f"/provider/requests/{key}/quote", data=data)
    assert renovations.current_quotes(session, key)[0].total_fen == 9_000


def test_more_rows_keep_what_was_typed(session, now, crew, as_crew):
    _, key = make_request(session, now=now)
    service.accept(session, crew_actor(crew[0].id), key, now=now)
    session.commit()
    data = {**TERMS, **line(0, label="搬家具", quantity="3"), "more": "1"}
    answer = as_crew.post(f"/provider/requests/{key}/quote", data=data)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "搬家具" in page
    assert "lines-3-quantity" in page


@pytest.fixture
def compared(session, now, client):
    """Two quotes, one without scaffolding; the household is signed in."""
    crews = [make_provider(session, name=name) for name in ("甲队", "乙队")]
    who, key = make_request(session, now=now)
    full = quoted(session, key, crews[0].id, ROOF, SCAFFOLD, now=now)
    lacking = quoted(session, key, crews[1].id, ROOF, now=now)
    sign_in(client, session, who.actor.account_id)
    return key, full, lacking


def test_two_quotes_side_by_side_with_the_missing_scaffolding(client, compared):
    key, _full, lacking = compared
    page = text_of(client, f"/requests/{key}/quotes")
    assert "这份报价没写脚手架，先问清楚再定" in page
    assert page.count('class="gap"') == 5
    english = text_of(client, f"/requests/{key}/quotes?lang=en")
    assert "leaves out Scaffolding" in english
    assert "没写" not in english
    confirm = text_of(client, f"/requests/{key}/award/{lacking}")
    assert "脚手架" in confirm
    assert "只能选一家" in confirm


def test_the_award_on_the_page(client, session, compared):
    key, full, lacking = compared
    assert client.post(f"/requests/{key}/award/{full}").status_code == 303
    page = text_of(client, f"/requests/{key}")
    assert "选定了甲队" in page
    client.post(f"/requests/{key}/award/{lacking}")
    assert "已经选定了一支施工队" in text_of(client, f"/requests/{key}")
    session.expire_all()
    assert session.get(Quote, lacking).awarded_at is None
    assert client.get(f"/requests/{key}/award/{lacking}").status_code == 404
    done = client.post(f"/requests/{key}/finish", data={"score": "4"})
    assert done.status_code == 303
    assert "你打了 4 分" in text_of(client, f"/requests/{key}")


def test_another_household_finds_nothing(client, session, compared):
    key, full, _ = compared
    sign_in(client, session, make_account(session).id)
    for path in ("", "/quotes", f"/quotes/{full}", f"/award/{full}", "/summary"):
        assert client.get(f"/requests/{key}{path}").status_code == 404, path
    for path in (f"award/{full}", "close", "extend", "finish"):
        answer = client.post(f"/requests/{key}/{path}", data={"reason": "not_now"})
        assert answer.status_code == 404, path


def test_ending_needs_a_reason_and_keeps_contacts_to_the_household(client, session, compared):
    key, *_ = compared
    client.post(f"/requests/{key}/close", data={"reason": "x"})
    assert renovations.find_request(session, key).state == "live"
    client.post(f"/requests/{key}/close", data={"reason": "none_suitable"})
    page = text_of(client, f"/requests/{key}")
    assert "没有合适的报价" in page


def sign_in_official(client, session, region):
    account = make_account(session)
    accounts.grant_role(session, account.id, "official", region)
    sign_in(client, session, account.id)


def test_officials_see_the_gap_and_no_personal_data(client, session, now):
    _, key = make_request(session, now=now)
    sign_in_official(client, session, "1306")
    page = text_of(client, "/official/requests")
    assert "缺 1" in page
    detail = text_of(client, f"/official/requests/{key}")
    for secret in (PHONE, DOOR, NAME):
        assert secret not in page + detail
    assert "缺 1" in text_of(client, "/official/requests?gaps=1")
    assert not re.findall(
        r"[\u4e00-\u9fff]{2,}",
        re.sub(r"<[^>]+>", "", text_of(client, "/official/requests?lang=en").split("<main")[1]
               .split("</main")[0]),
    )  # fmt: skip


def test_another_countys_request_is_403_for_officials(client, session, now):
    _, key = make_request(session, now=now)
    sign_in_official(client, session, "130626")
    assert client.get(f"/official/requests/{key}").status_code == 403
    assert key not in text_of(client, "/official/requests")


def test_crews_pages_in_english(session, now, crew, as_crew):
    _, key = make_request(session, now=now)
    service.accept(session, crew_actor(crew[0].id), key, now=now)
    session.commit()
    for path in ("/provider", "/provider/invitations", "/provider/quotes", "/provider/jobs",
                 f"/provider/requests/{key}", f"/provider/requests/{key}/quote"):  # fmt: skip
        page = text_of(as_crew, f"{path}?lang=en").split("<main")[1].split("</main")[0]
        shown = re.sub(r"<[^>]+>", "", page).replace(crew[0].name, "")
        assert not re.findall(r"[\u4e00-\u9fff]+", shown), path
