"""A bundle says which houses and places it is for; who is not sure is asked and warned."""

import html
import re
from dataclasses import replace

import pytest

from market.bundles import codec, queries, service
from market.bundles.authoring import publish, update_bundle
from market.bundles.change_words import said, what
from market.bundles.differences import differences
from market.bundles.house import HouseAnswers
from market.bundles.siting import Doubt, Site, doubts
from market.bundles.types import Choices, Owner
from market.kernel.actor import SYSTEM
from tests.api.checking import Caller
from tests.bundles.test_configuring import fields
from tests.bundles.test_rules_written import sent
from tests.factories.accounts import make_actor, sign_in
from tests.factories.bundles import WALL, WRAP, load, offer_eps
from tests.factories.catalogue import ensure_kinds

SITE = Site(("brick-concrete-2", "two-flat"), 2500, little_snow=True)


@pytest.mark.parametrize(
    ("house", "found"),
    [
        (HouseAnswers("two-flat", altitude_m=2500, snow="little"), ()),
        (HouseAnswers("two-flat", altitude_m=2501, snow="much"), (Doubt.TOO_HIGH, Doubt.SNOW)),
        (HouseAnswers("two-flat"), (Doubt.ALTITUDE_UNKNOWN, Doubt.SNOW_UNKNOWN)),
        (HouseAnswers("one-pitched", altitude_m=0, snow="little"), (Doubt.ARCHETYPE,)),
    ],
)
def test_what_is_doubted(house, found):
    assert doubts(SITE, house) == found
    assert doubts(Site(), house) == ()


def test_answers_and_sites_are_stored_and_read_back():
    house = HouseAnswers("two-flat", {}, {}, altitude_m=0, snow="much")
    assert codec.decode_choices(codec.encode_choices(Choices(house))).house == house
    assert not {"altitude_m", "snow"} & set(codec.encode_choices(Choices()))
    assert codec.decode_site(codec.encode_site(SITE)) == SITE
    assert codec.encode_site(Site()) == {}
    assert codec.decode_site({"archetypes": ["castle"]}) == Site()


@pytest.fixture
def bundle_id(session, now):
    made = service.create_bundle(session, SYSTEM, replace(WRAP, regions=(), site=SITE), now)
    service.add_slot(session, SYSTEM, made, WALL, now)
    publish(session, SYSTEM, made, now)
    offer_eps(session)
    session.commit()
    return made


def text(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.unescape(page)))


def test_the_household_is_asked_may_not_know_and_is_warned(client, session, bundle_id):
    client.set_cookie("township", "130624104")
    address = f"/bundles/{WRAP.slug}"
    page = client.get(address).text
    assert "海拔不清楚：这套方案给海拔 2500 m 以下的地方" in text(page)
    assert "积雪不清楚" in text(page)
    assert "你选的是" in text(page)
    data = fields(page) | {"archetype": "two-flat", "altitude_m": "3100", "snow": "little"}
    stored = client.post(address, data=data).location
    said_there = text(client.get(stored).text)
    assert "你家大约 3100 m" in said_there
    assert "积雪不清楚" not in said_there
    assert "你选的是" not in said_there
    again = fields(client.get(stored).text)
    assert (again["altitude_m"], again["snow"]) == ("3100", "little")
    wrong = client.post(address, data={**data, "altitude_m": "很高"})
    assert wrong.status_code == 422
    assert 'id="altitude_m-err"' in wrong.text
    assert 'value="很高"' in wrong.text
    assert client.post(address, data={**data, "snow": "mud"}).status_code == 422
    client.set_cookie("lang", "en")
    assert "at about 3100 m" in text(client.get(stored).text)


def test_bundles_for_anywhere_ask_nothing_more(client, session):
    load(session)
    session.commit()
    page = client.get("/bundles/cold-clean-heat").text
    assert 'name="altitude_m"' not in page
    assert 'name="snow"' not in page


def test_the_author_says_it_and_versions_keep_it(client, session, now, bundle_id):
    ensure_kinds(session)
    actor = make_actor(session, "operator")
    sign_in(client, session, actor.account_id or "")
    session.commit()
    address = f"/operator/bundles/{bundle_id}"
    page = client.get(address).text
    assert re.search(r'name="most_altitude_m"[^>]*value="2500"', page)
    assert re.search(
        r'name="archetypes"[^>]*value="two-flat"[^>]*checked|checked[^>]*name="archetypes"[^>]*value="two-flat"',
        page,
    )
    data = sent(session, bundle_id, "") | {"archetypes": ["two-flat"], "most_altitude_m": "1800"}
    data.pop("little_snow", None)
    assert client.post(address, data={**data, "archetypes": ["castle"]}).status_code == 422
    assert client.post(address, data={**data, "most_altitude_m": "9000"}).status_code == 422
    assert client.post(address, data=data).status_code == 303
    assert queries.get_draft(session, bundle_id).site == Site(("two-flat",), 1800)
    assert queries.get_live(session, WRAP.slug).site == SITE
    seen = text(client.get(f"/bundles/versions/{bundle_id}/1").text)
    assert "给海拔 2500 m 以下的地方" in seen
    assert "没有按屋顶压厚雪算" in seen


def test_a_change_of_it_is_told_to_who_kept_the_old_version(app, session, now, bundle_id):
    old = codec.encode(queries.get_live(session, WRAP.slug))
    update_bundle(session, SYSTEM, bundle_id, replace(WRAP, regions=(), site=Site()), now)
    new = codec.encode(queries.get_draft(session, bundle_id))
    (change,) = [one for one in differences(old, new) if one.field == "site"]
    with app.test_request_context("/?lang=zh"):
        assert "给哪样的房子和地方" in what(change)
        assert "2500 m" in said(change, change.before)
        assert said(change, change.after) == "—"
    without = {key: value for key, value in new.items() if key != "site"}
    assert not [one for one in differences(without, new) if one.field == "site"]


def test_the_api_says_the_same(app, session, bundle_id):
    anyone = Caller(app)
    assert anyone.get(f"/bundles/{WRAP.slug}").json["site"] == {
        "archetypes": list(SITE.archetypes), "most_altitude_m": 2500, "little_snow": True,
    }  # fmt: skip
    path = f"/bundles/{WRAP.slug}/calculation"
    assert anyone("POST", path, {}).json["doubts"] == [
        "archetype", "altitude_unknown", "snow_unknown",
    ]  # fmt: skip
    house = {"archetype": "two-flat", "altitude_m": 3000, "snow": "little"}
    assert anyone("POST", path, {"house": house}).json["doubts"] == ["too_high"]
    assert anyone("POST", path, {"house": {"altitude_m": -1}}).status_code == 422
    assert anyone("POST", path, {"house": {"snow": "mud"}}).status_code == 422


def test_a_kept_configuration_stays_the_same_one(session, now, bundle_id):
    owner = Owner(token="g" * 43)
    keep = {"configuration_id": None, "now": now}
    first = service.save_configuration(session, owner, WRAP.slug, Choices(), **keep)
    assert service.save_configuration(session, owner, WRAP.slug, Choices(), **keep) == first
    high = Choices(HouseAnswers(altitude_m=3000))
    assert service.save_configuration(session, owner, WRAP.slug, high, **keep) != first


def test_shipped_bundles_that_do_not_reckon_with_snow_say_so(client, session):
    load(session)
    session.commit()
    for slug in ("pv-roof", "greenhouse"):
        page = client.get(f"/bundles/{slug}").text
        assert 'name="snow"' in page
        assert "积雪不清楚" in text(page)
        answered = client.post(f"/bundles/{slug}", data={**fields(page), "snow": "little"})
        assert "积雪" not in text(client.get(answered.location).text)
