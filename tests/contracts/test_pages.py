"""Pages of contracts: what each party, sellers and officials see; words beside the field."""

import re
from datetime import timedelta
from io import BytesIO

import pytest

from market.accounts import service as accounts
from market.contracts import service
from market.kernel.clock import shanghai_date
from market.notifications.texts import words
from tests.contracts.test_goods import messages, part_of
from tests.factories import contracts as make
from tests.factories.accounts import make_account, sign_in
from tests.factories.pictures import jpeg
from tests.factories.renovations import DOOR, PHONE


def page(client, path, status=200, **query):
    answer = client.get(path, query_string=query)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.get_data(as_text=True)


@pytest.fixture
def job(app, session, now):
    return make.draft(session, now)


def as_household(client, session, job):
    sign_in(client, session, job.household.account_id)
    return client


def as_crew(client, session, job):
    sign_in(client, session, job.crew_account)
    return client


def test_the_plan_page_asks_for_a_crew_and_strangers_find_nothing(client, session, app, now):
    job = make.make_parties(session)
    make.ask(session, job, now)
    as_household(client, session, job)
    text = page(client, f"/turnkey/{job.configuration_id}", lang="en")
    assert "EPS board 80 mm" in text
    assert "does not pass through this platform" in text
    answer = client.post(f"/turnkey/{job.configuration_id}")
    assert re.search(r"/requests/\w+/edit/photos", answer.location)
    sign_in(client, session, make_account(session).id)
    page(client, f"/turnkey/{job.configuration_id}", status=404)
    assert client.post(f"/turnkey/{job.configuration_id}").status_code == 404


def test_a_bad_percentage_is_said_beside_its_field_and_nothing_typed_is_lost(client, session, job):
    as_household(client, session, job)
    view = job.view(session)
    body = {"version": "1", "words": "窗台石归施工队"}
    for i, step in enumerate(view.steps):
        body[f"steps-{i}-pct"] = str(step.pct)
        body[f"steps-{i}-planned_on"] = step.planned_on.isoformat()
    for key, position in view.content["goods"].items():
        body[f"goods-{key}"] = str(position)
    refused = client.post(f"/contracts/{job.contract_id}/edit", data={**body, "steps-0-pct": "30"})
    assert refused.status_code == 422
    text = refused.get_data(as_text=True)
    assert "定金最多 20 %（民法典第 586 条），填的是 30 %" in text
    assert 'id="steps-0-pct-err"' in text
    assert "窗台石归施工队" in text
    assert "%%" not in text
    late = client.post(f"/contracts/{job.contract_id}/edit", data={**body, "version": "7"})
    assert late.status_code == 422
    assert "第 1 版" in late.get_data(as_text=True)
    assert client.post(f"/contracts/{job.contract_id}/edit", data=body).status_code == 303
    session.expire_all()
    assert job.view(session).version == 2


def test_a_signature_without_consent_is_refused_and_the_name_stays(client, session, job):
    as_crew(client, session, job)
    path = f"/contracts/{job.contract_id}/sign"
    refused = client.post(path, data={"version": "1", "name": "李队长"})
    assert refused.status_code == 422
    text = refused.get_data(as_text=True)
    assert 'id="agree-err"' in text
    assert 'value="李队长"' in text
    done = client.post(path, data={"version": "1", "name": "李队长", "agree": "y"})
    assert done.status_code == 303


@pytest.mark.parametrize(("lang", "says"), [("zh", "整装合同"), ("en", "Turnkey contracts")])
def test_the_paper_holds_everything_in_both_languages(client, session, job, lang, says):
    as_household(client, session, job)
    text = page(client, f"/contracts/{job.contract_id}/versions/1", lang=lang)
    view = job.view(session)
    assert says in text
    assert view.digest in text
    assert DOOR in text
    for step in view.steps:
        assert (step.name_en if lang == "en" else step.name_zh) in text
    assert "4,500.00" in text
    assert "%%" not in text
    page(client, f"/contracts/{job.contract_id}/versions/2", status=404)
    page(client, f"/contracts/{job.contract_id}/edit", lang=lang)


def test_officials_see_the_list_without_anybodys_name(client, session, job):
    for region, count in (("130624", 1), ("510121", 0)):
        official = make_account(session).id
        accounts.grant_role(session, official, "official", region)
        sign_in(client, session, official)
        text = page(client, "/official/contracts")
        assert text.count(job.view(session).number) == count
        assert PHONE not in text
        assert DOOR not in text
        page(client, f"/contracts/{job.contract_id}", status=404)


def test_the_seller_sees_days_on_order_and_pick_list_and_that_goods_wait(client, session, now, app):
    job = make.running(session, now)
    order_id = make.order(session, job, now)
    part = part_of(session, order_id, job.boards)
    seller = make_account(session).id
    accounts.grant_role(session, seller, "seller", job.boards.maker.id)
    sign_in(client, session, seller)
    day = part.lines[0].promised_on.isoformat()
    for path in (f"/seller/orders/{part.id}", f"/seller/orders/{part.id}/pick"):
        assert day in page(client, path)
        assert "With the job: from" in page(client, path, lang="en")
        assert "按工程进度" in page(client, path, lang="zh")
    page(client, f"/contracts/{job.contract_id}", status=404)
    service.cancel(session, job.household, job.contract_id, "不修了", now, 14)
    session.commit()
    text = page(client, f"/seller/orders/{part.id}")
    assert "工程取消，先不发" in text
    assert f"/seller/orders/{part.id}/ship" not in text
    assert messages(session, seller, "goods_held")


def test_a_running_contract_is_worked_on_its_page(client, session, now, app):
    job = make.running(session, now)
    make.order(session, job, now)
    as_crew(client, session, job)
    base = f"/contracts/{job.contract_id}"
    bad = client.post(f"{base}/milestones/1/report", data={"photos": (jpeg_stream(b"x"), "a.jpg")},
                      content_type="multipart/form-data")  # fmt: skip
    assert bad.status_code == 422
    good = client.post(
        f"{base}/milestones/1/report",
        data={"note": "到齐", "photos": (jpeg_stream(jpeg()), "a.jpg")},
        content_type="multipart/form-data",
    )
    assert good.status_code == 303
    client_page = page(client, base)
    photo = re.search(r'src="([^"]+/photos/[^"]+)"', client_page).group(1).replace("&amp;", "&")
    with client.get(photo) as shown:
        assert shown.mimetype == "image/webp"
    as_household(client, session, job)
    with client.get(photo) as shown:
        assert shown.status_code == 200
    assert client.post(f"{base}/milestones/1/rework", data={"reason": ""}).status_code == 422
    assert client.post(f"{base}/milestones/1/accept").status_code == 303
    later = shanghai_date(now) + timedelta(days=60)
    looked = client.post(
        f"{base}/milestones/2/move",
        data={"new_on": later.isoformat(), "reason": "雨", "look": "1"},
    )
    assert looked.status_code == 200
    assert later.isoformat() in looked.get_data(as_text=True)
    session.expire_all()
    assert job.page(session).move is None
    sign_in(client, session, make_account(session).id)
    assert client.get(photo).status_code == 404


def test_the_cart_leads_back_to_the_contract(client, session, now, app):
    job = make.running(session, now)
    as_household(client, session, job)
    filled = client.post(f"/contracts/{job.contract_id}/cart")
    assert filled.status_code == 303
    text = page(client, "/cart")
    assert f'<a href="/contracts/{job.contract_id}">看整装合同</a>' in text


def jpeg_stream(data):
    return BytesIO(data)


def test_messages_name_the_milestone_in_the_readers_language():
    params = {"number": "HT1", "name": "竣工验收", "name_zh": "竣工验收", "name_en": "Completion"}
    assert "竣工验收" in words("contract_reported", params, "zh")[0]
    assert "Completion" in words("contract_reported", params, "en")[0]
