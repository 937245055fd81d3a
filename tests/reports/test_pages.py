"""The first pages of officials and operators, and who may search which part of the trail."""

import re

import pytest

from market.adapters.whoosh_index import WhooshIndex
from market.audit import service as audit
from market.kernel.actor import SYSTEM
from market.providers.models import Provider
from market.search import service as search
from market.sellers import service as sellers
from tests.factories.certification import make_pending
from tests.factories.providers import make_provider
from tests.factories.renovations import make_request
from tests.factories.sellers import make_official, make_seller, make_submitted

FUPING, BAODING, ELSEWHERE = "130624", "1306", "510124"
HAN = re.compile(r"[\u4e00-\u9fff]{2,}")


def main_of(answer, status=200):
    assert answer.status_code == status
    return answer.get_data(as_text=True).split("<main")[1].split("</main")[0]


def row(page, word):
    """(count, whether it is marked late) of a queue."""
    found = re.search(rf'<a href="([^"]*)"( class="late")?><span>{word}.*?<b>(\d+)</b>', page)
    return int(found[3]), bool(found[2])


@pytest.fixture
def waiting(session, now):
    """One of everything that waits in Fuping."""
    make_submitted(session, now)
    actor, seller_id = make_seller(session, now)
    make_pending(session, actor, seller_id, now)
    make_provider(session, state="submitted")
    session.query(Provider).update({"submitted_at": now})
    make_request(session, now=now)
    session.commit()


QUEUES = ("卖家申请", "证书核对", "施工队申请", "缺施工队的需求")


def test_an_official_sees_what_waits_in_the_own_regions(client, become, waiting):
    become("official", FUPING)
    page = main_of(client.get("/official"))
    assert "河北省保定市阜平县" in page
    assert [row(page, word) for word in QUEUES] == [(1, False)] * 4


def test_another_countys_official_sees_nothing_of_it(client, become, waiting):
    become("official", ELSEWHERE)
    page = main_of(client.get("/official"))
    assert [row(page, word) for word in QUEUES] == [(0, False)] * 4
    assert "没有缺施工队的乡镇" in page


def test_what_waits_longer_than_five_days_is_red(client, become, waiting, clock):
    clock.advance(days=6)
    become("official", BAODING)
    page = main_of(client.get("/official"))
    assert [row(page, word) for word in QUEUES[:3]] == [(1, True)] * 3
    assert "超过 5 天没处理：1" in page


def test_every_link_of_the_first_pages_leads_somewhere(client, become, waiting, index):
    for role, scope, path in (("official", FUPING, "/official"), ("operator", "", "/operator")):
        become(role, scope)
        links = set(re.findall(r'<a [^>]*href="(/[^"]*)"', client.get(path).text))
        for link in sorted(links):
            assert client.get(link.replace("&amp;", "&")).status_code < 400, link


def test_the_period_may_be_chosen_and_nonsense_is_the_usual_one(client, become):
    become("official", FUPING)
    assert "最近 7 天" in main_of(client.get("/official?days=7"))
    assert "最近 30 天" in main_of(client.get("/official?days=x"))


def test_the_operator_sees_the_ledger_the_index_and_the_jobs(client, become, index, waiting):
    become("operator")
    page = main_of(client.get("/operator"))
    assert re.search(r"总账合计，应当是 0.00</dt><dd>0.00 元", page)
    assert "请检查后台程序是否在运行" in page
    assert [row(page, word)[0] for word in QUEUES] == [1] * 4
    assert "搜索索引不能用" not in page
    (index.root / "current").unlink()
    page = main_of(client.get("/operator"))
    assert "不能用，后台会重建" in page
    assert "搜索索引不能用" in page


class Counted(WhooshIndex):
    """An index of as many products as it says."""

    size = 0

    def count(self):
        return self.size


def test_the_operator_is_told_when_the_embedded_search_is_outgrown(
    app, client, become, tmp_path, monkeypatch
):
    become("operator")
    made = Counted(tmp_path / "large")
    monkeypatch.setitem(app.extensions, "market.text_index", made)
    made.size = search.WHOOSH_MOST
    assert "商品多过内置搜索适合的数量" not in main_of(client.get("/operator"))
    made.size += 1
    assert "商品多过内置搜索适合的数量" in main_of(client.get("/operator"))
    made.name = "tantivy"
    assert "商品多过内置搜索适合的数量" not in main_of(client.get("/operator"))


def test_the_pages_are_complete_in_english(client, become, index, session, now):
    become("operator", display_name="Li")
    audit.record(session, SYSTEM, "seller.approve", "seller", "s1", now=now, after={"state": "x"})
    session.commit()
    for path in ("/official", "/operator", "/operator/audit"):
        shown = re.sub(r"<[^>]+>", "", main_of(client.get(f"{path}?lang=en")))
        if path != "/operator/audit":  # names of provinces stand in the list of places
            assert not HAN.findall(shown), path
    assert "Before and after" in shown


def test_pages_use_a_fixed_number_of_statements(client, become, waiting, session, now, statements):
    become("official", FUPING)
    client.get("/official")
    few = statements(lambda: client.get("/official"))
    for _ in range(3):
        make_submitted(session, now)
        make_request(session, now=now)
    session.commit()
    assert statements(lambda: client.get("/official")) == few


# The audit trail


@pytest.fixture
def acts(session, now, clock):
    """An approval in Fuping by its official, one elsewhere, and one without a region."""
    official = make_official(session)
    _, seller_id = make_submitted(session, now)
    sellers.approve(session, official, seller_id, now=now)
    audit.record(
        session, SYSTEM, "seller.refuse", "seller", "x" * 20, now=now, region=ELSEWHERE,
        before={"state": "submitted"}, after={"state": "refused", "reason": "执照过期"},
    )  # fmt: skip
    audit.record(
        session, SYSTEM, "kind.edit", "kind", "G105", now=now, after={"budget_fen": 123456}
    )
    session.commit()
    return seller_id


def test_the_operator_finds_by_object_action_person_region_and_day(client, become, acts):
    become("operator")

    def count(query):
        page = main_of(client.get(f"/operator/audit?{query}"))
        return int(re.search(r"共 (\d+) 条", page)[1])

    assert count("") == 3
    assert count(f"q={acts}") == 1
    assert count("q=refuse") == 1
    assert count("kind=kind") == 1
    assert count("who=李主任") == 1
    assert count("who=system") == 2
    assert count(f"region={FUPING}") == 1
    assert count("region=13") == 1
    assert count("first=2026-11-22&last=2026-11-22") == 3
    assert count("first=2026-11-23") == 0
    assert count("q=' OR 1=1 --") == 0


def test_before_and_after_stand_beside_each_other(client, become, acts):
    become("operator")
    page = main_of(client.get("/operator/audit?q=refuse"))
    assert "<del>待审</del> → <ins>没有通过</ins>" in page
    assert "<ins>执照过期</ins>" in page
    assert "1,234.56" in main_of(client.get("/operator/audit?kind=kind"))
    page = main_of(client.get(f"/operator/audit?q={acts}"))
    assert f"/official/sellers/{acts}" in page
    assert "阜平保温材料厂" in page


def test_officials_find_only_acts_of_their_own_regions(client, become, acts):
    become("official", BAODING)
    page = main_of(client.get("/official/audit"))
    assert "共 1 条" in page
    assert "李主任" in page
    assert "执照过期" not in page
    assert not re.search(r"1\d{10}", page)
    assert client.get(f"/official/audit?region={ELSEWHERE}").status_code == 403
    assert client.get("/operator/audit").status_code == 403
    become("official", ELSEWHERE)
    assert "共 1 条" in main_of(client.get("/official/audit"))


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("first=yesterday", "日期写成 2026-11-22 这样"),
        ("first=2026-11-22&last=2026-11-21", "结束的日子在开始的日子之前"),
        ("region=abc", "请从列表里选地区"),
        ("q=" + "长" * 81, "最多写 80 个字"),
    ],
)
def test_what_cannot_be_read_is_said_beside_the_field(client, become, acts, query, message):
    become("operator")
    page = main_of(client.get(f"/operator/audit?{query}"), 422)
    assert message in page
    first = query.partition("&")[0].partition("=")[2]
    assert first in page or "region" in query


@pytest.mark.parametrize("query", ["page=0", "page=-1", "page=99999999", "page=x"])
def test_wild_addresses_do_no_harm(client, become, acts, query):
    become("operator")
    assert client.get(f"/operator/audit?{query}").status_code == 200


def test_others_are_turned_away(client, become):
    assert client.get("/official").status_code == 303
    become("household")
    for path in ("/official", "/operator", "/operator/audit", "/official/audit"):
        assert client.get(path).status_code == 403
    become("official", FUPING)
    for path in ("/operator", "/operator/audit"):
        assert client.get(path).status_code == 403
