"""The whole way through the pages: proposed, reviewed twice, used, out by a failure, looked up."""

import csv
from io import BytesIO, StringIO

import pytest

from market.interchange import service
from tests.factories.accounts import sign_in
from tests.factories.adoptions import make_hands, make_listed
from tests.factories.catalogue import START, make_offer
from tests.factories.inspections import fail
from tests.factories.interchange import (
    SECRET,
    actor_of,
    content_of,
    make_partner,
    record_of,
    seal,
)
from tests.factories.pictures import jpeg

SENT = {"region": "510121", "use_scope": "农房外墙保温", "document_no": "文 1", "starts_on": "",
        "ends_on": "2027-12-31"}  # fmt: skip


def page(response, status=200):
    assert response.status_code == status, response.text[:2000]
    return response.text


def moved(response):
    assert response.status_code == 303, response.text[:2000]
    return response.headers["Location"].split("#")[0]


def upload(client, path, data, **files):
    body = {**data, **{name: (BytesIO(jpeg()), "p.jpg") for name in files}}
    return client.post(path, data=body, content_type="multipart/form-data")


def read(client, path):
    """A file is there for its readers."""
    with client.get(path) as answer:
        assert (answer.status_code, answer.mimetype) == (200, "image/webp")


@pytest.fixture
def offer(session):
    return make_offer(session)


@pytest.fixture
def hands(session, offer):
    return make_hands(session, offer)


@pytest.fixture
def become(client, session):
    def become(actor):
        sign_in(client, session, actor.account_id)
        return client

    return become


def test_from_a_proposal_to_the_public_history(client, session, offer, hands, become):
    become(hands.maker)
    new = f"/seller/adoptions/new/{offer.product_id}"
    assert offer.certificate.number in page(client.get(new))
    kept = page(upload(client, new, {**SENT, "ends_on": "2031-01-01"}, evidence=1), 422)
    assert "有效期不能晚于证书的 2028-12-31" in kept
    assert 'value="农房外墙保温"' in kept
    assert "先选一个文件" in page(client.post(new, data=SENT), 422)
    own = moved(upload(client, new, SENT, evidence=1))
    assert "等市级初审" in page(client.get(own))
    read(client, f"{own}/evidence")
    entry = own.rsplit("/", 1)[1]
    desk, public = f"/official/adoptions/{entry}", f"/adoptions/{entry}"
    assert client.get(public).status_code == 404
    become(hands.county)
    seen = page(client.get(desk))
    assert "/pass_first" not in seen
    assert "由所在市的主管部门初审" in seen
    assert "初审要由所在的市的主管部门做" in page(client.post(f"{desk}/pass_first", data={}), 422)
    become(hands.city)
    assert f'href="{desk}"' in page(client.get("/official/adoptions"))
    assert "写明理由" in page(client.post(f"{desk}/ask", data={"reason": ""}), 422)
    moved(client.post(f"{desk}/ask", data={"reason": "用在哪里？"}))
    become(hands.maker)
    assert "用在哪里？" in page(client.get(own))
    moved(client.post(f"{own}/answer", data={"answer": "外墙"}))
    become(hands.city)
    moved(client.post(f"{desk}/pass_first", data={"reason": "齐全"}))
    become(hands.province)
    assert "/pass_second" in page(client.get(desk))
    late = page(client.post(f"{desk}/pass_second", data={"ends_on": "2031-01-01"}), 422)
    assert 'value="2031-01-01"' in late
    moved(client.post(f"{desk}/pass_second", data={"reason": "同意", "ends_on": "2027-12-31"}))
    session.commit()
    fail(session, offer, START)
    session.commit()
    shown = page(client.get(public))
    for text in ("CX51-2026-0001", "监督抽查不合格", "市级", "省级", "齐全", "同意", "已退出"):
        assert text in shown
    assert f"/p/{offer.product_id}/spot-checks" in shown or "spot-checks" in shown
    english = page(client.get(f"{public}?lang=en"))
    assert "Failed a spot check" in english
    assert "City" in english


def test_the_list_is_asked_by_place_kind_words_and_state(client, session, offer, hands):
    entry = make_listed(session, offer, hands)
    other = make_offer(session)
    gone = make_listed(session, other, make_hands(session, other))
    fail(session, other)
    session.commit()

    def found(**asked):
        text = page(client.get("/adoptions", query_string=asked))
        return {key for key in (entry, gone) if f'href="/adoptions/{key}"' in text}

    assert found() == {entry, gone}
    assert found(state="listed") == {entry}
    assert found(state="exited") == {gone}
    assert found(q=offer.certificate.number) == {entry}
    assert found(q="2026-0002 CX51") == {gone}
    assert found(region="51") == found(region="510121") == {entry, gone}
    assert found(region="13") == found(kind="G107") == set()
    assert found(region="xx", state="?") == {entry, gone}
    assert "没有找到" in page(client.get("/adoptions?q=zzz"))
    number = offer.certificate.number
    assert f"/adoptions?q={number}" in page(client.get(f"/certificates/{offer.certificate.id}"))


def test_the_file_holds_what_the_list_shows_and_no_formula(client, session, hands, offer):
    entry = make_listed(session, offer, hands, use_scope='=HYPERLINK("http://x")')
    session.commit()
    answer = client.get("/adoptions.csv?state=listed")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert len(rows) == 2
    row = dict(zip(rows[0], rows[1], strict=True))
    assert (row["编号"], row["状态"], row["有效期"]) == ("CX51-2026-0001", "在库", "2027-12-31")
    assert row["适用范围"] == '\'=HYPERLINK("http://x")'
    heading = client.get("/adoptions.csv?lang=en").get_data(as_text=True).splitlines()[0]
    assert "Certificate number" in heading
    assert entry


def test_uses_are_recorded_confirmed_and_shown_with_totals(client, session, offer, hands, become):
    entry = make_listed(session, offer, hands)
    session.commit()
    become(hands.county)
    uses = f"/official/adoptions/{entry}/uses"
    sent = {"project_name": "某小学", "region": "510121", "year": "2026", "quantity": "120.5",
            "unit": "m2"}  # fmt: skip
    wrong = page(upload(client, uses, {**sent, "year": "2027", "region": "13"}, evidence=1), 422)
    assert "工程要在这个省" in wrong
    assert 'value="某小学"' in wrong
    moved(upload(client, uses, sent, evidence=1))
    own = page(client.get(uses))
    assert "等上级主管部门或平台确认" in own
    become(hands.city)
    assert f'href="{uses}"' in page(client.get("/official/adoptions"))
    seen = page(client.get(uses))
    act = seen.split(f'action="{uses}/')[1].split('"')[0]
    read(client, f"{uses}/{act.split('/')[0]}/evidence")
    refused = page(client.post(f"{uses}/{act.replace('approve', 'refuse')}", data={}), 422)
    assert "写明理由" in refused
    moved(client.post(f"{uses}/{act}", data={}))
    shown = page(client.get(f"/adoptions/{entry}"))
    assert "某小学" in shown
    assert "120.5 m²" in shown


def test_an_official_proposes_for_a_maker(client, session, offer, hands, become):
    become(hands.city)
    new = f"/official/adoptions/new/{offer.product_id}"
    assert f'href="{new}"' in page(client.get("/official/adoptions/new?q=聚苯"))
    desk = moved(upload(client, new, SENT, evidence=1))
    assert "/pass_first" not in page(client.get(desk))
    become(hands.far)
    assert client.get(new).status_code == 403
    assert client.get(desk).status_code == 403


def test_a_difference_is_found_from_the_queue_and_decided(
    client, session, offer, hands, become, app
):
    entry = make_listed(session, offer, hands)
    partner = make_partner(session)
    text = content_of(session, partner, record_of(offer.certificate.number, use_scope="屋面"))
    service.receive(
        session, actor_of(session, partner), seal(session, partner, text), SECRET, now=START
    )
    session.commit()
    become(hands.city)
    desk = f"/official/adoptions/{entry}"
    assert f'href="{desk}"' in page(client.get("/official/adoptions"))  # though nothing waits
    seen = page(client.get(desk))
    assert "屋面" in seen
    take = seen.split(f'action="{desk}/differences/')[1].split('"')[0]
    moved(client.post(f"{desk}/differences/{take}"))
    assert client.post(f"{desk}/differences/{take}").status_code == 404
    shown = page(client.get(f"/adoptions/{entry}"))
    assert "屋面" in shown
    assert "数据合作方推送" in shown


def test_the_operators_desk_of_partners(client, session, hands, become):
    become(hands.operator)
    phone = "13900000999"
    sent = {"name": "四川库", "code": "sichuan", "phone": phone, "region": "51"}
    assert "没有用这个手机号的账号" in page(client.post("/operator/partners", data=sent), 422)
    partner = make_partner(session, "hebei", "13")
    session.commit()
    desk = f"/operator/partners/{partner}"
    table = page(client.get(desk))
    assert "BW-01" in table
    wrong = page(
        client.post(f"{desk}/mappings", data={"subject": "star", "theirs": "五星", "ours": "5"}),
        422,
    )
    assert "这不是本站的代码" in wrong
    assert 'value="五星"' in wrong
    moved(client.post(f"{desk}/mappings", data={"subject": "star", "theirs": "一星", "ours": "1"}))
    assert "whsec_" not in page(client.get(desk))
    answer = client.post(f"{desk}/key")
    assert answer.status_code in (200, 303)
    if answer.status_code == 200:
        assert "whsec_" in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
    moved(client.post(f"{desk}/stop"))
    assert "已停用" in page(client.get(desk))
