"""From a house to packs of real listings, a price, and the cart."""

import re
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from market.bundles import queries, service
from market.bundles.authoring import publish, retire, update_bundle, update_slot
from market.bundles.errors import (
    BundleNotFound,
    ConfigurationNotFound,
    FormulaRefused,
    NothingChosen,
    NothingToPublish,
)
from market.bundles.house import HouseAnswers
from market.bundles.types import Choices, Owner
from market.kernel.actor import SYSTEM
from market.kernel.errors import Forbidden
from market.kernel.region_code import RegionCode
from tests.factories.accounts import make_actor, sign_in
from tests.factories.bundles import load, offer_eps
from tests.factories.catalogue import ensure_kinds

TOWN = RegionCode("130624104")
GUEST = Owner(token="g" * 43)
HEAT = "cold-clean-heat"


def priced(session: Session, now: datetime, choices: Choices | None = None, slug: str = HEAT):  # type: ignore[no-untyped-def]
    return service.price(session, slug, choices or Choices(), TOWN, now)


def slot(found, key: str = "eps80"):  # type: ignore[no-untyped-def]
    return next(item for item in found.slots if item.slot.key == key)


def test_the_cheapest_offer_fills_a_slot_in_whole_packs(session: Session, now: datetime) -> None:
    load(session)
    offer_eps(session, price=9900)
    cheap = offer_eps(session, price=9000)
    filled = slot(priced(session, now))
    assert filled.chosen.listing.id == cheap.listing_id
    assert filled.need == Decimal("91.602")
    assert filled.chosen.cover.counts == ((cheap.listing_id, 31),)
    assert filled.chosen.cover.leftover == Decimal("1.398")
    assert len(filled.options) == 2


def test_weight_counts_when_options_are_ranked(session: Session, now: datetime) -> None:
    load(session)
    offer_eps(session, price=9000, weight=90_000)  # 0.50 per kg: 45.00 more per pack
    light = offer_eps(session, price=9900, weight=4_000)
    assert slot(priced(session, now)).chosen.listing.id == light.listing_id


def test_too_little_stock_and_nobody_at_all_are_told_apart(session: Session, now: datetime) -> None:
    load(session)
    offer_eps(session, stock=5)
    found = priced(session, now)
    assert slot(found).chosen is None
    assert slot(found).problem == "stock_short"
    assert slot(found, "winpvc").problem == "none_here"
    assert found.goods_fen == 0
    assert len(found.unfilled) == 13


def test_the_choice_stays_and_a_gone_choice_is_said(session: Session, now: datetime) -> None:
    load(session)
    dear, _ = offer_eps(session, price=9900), offer_eps(session, price=9000)
    key = f"{dear.maker.id}.{dear.product_id}"
    found = priced(session, now, Choices(options={"eps80": key}))
    assert slot(found).chosen.key == key
    found = priced(session, now, Choices(options={"eps80": "gone.gone"}))
    assert slot(found).problem == "choice_gone"
    assert slot(found).chosen.key != key
    found = priced(session, now, Choices(options={"eps80": ""}))
    assert slot(found).skipped
    assert slot(found).chosen is None


def test_freight_certified_share_carbon_and_u_values(session: Session, now: datetime) -> None:
    load(session)
    offer_eps(session, price=9000)
    found = priced(session, now)
    assert found.zone == "2B"
    assert found.goods_fen == 31 * 9000
    assert found.freight[0].freight_fen == 1000 + 50 * 31 * 48 // 10
    assert found.total_fen == found.goods_fen + found.freight_fen
    assert found.certified_share == 1.0
    assert round(found.carbon.kg) == 6538
    assert found.carbon.missing == 0
    wall = found.checks[0]
    assert wall.passes
    assert wall.limit.u_max == 0.65


def test_statements_do_not_grow_with_the_offers(session: Session, now: datetime) -> None:
    from sqlalchemy import event  # noqa: PLC0415

    load(session)
    counts = []
    for _ in range(2):
        offer_eps(session)
        session.flush()
        session.expire_all()
        seen: list[str] = []

        def listen(*args: object, seen: list[str] = seen) -> None:
            seen.append(str(args[2]))

        event.listen(session.connection(), "before_cursor_execute", listen)
        priced(session, now)
        event.remove(session.connection(), "before_cursor_execute", listen)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 14


def test_a_configuration_is_its_owners_alone(session: Session, now: datetime) -> None:
    load(session)
    offer_eps(session)
    choices = Choices(HouseAnswers(numbers={"L": Decimal(12)}, unsure=frozenset({"h"})))
    saved = service.save_configuration(
        session, GUEST, HEAT, choices, configuration_id=None, now=now
    )
    again = queries.get_configuration(session, GUEST, saved)
    assert again.choices == replace(choices, house=replace(choices.house, areas={}))
    for other in (Owner(token="h" * 43), Owner(account_id="someone"), Owner()):
        with pytest.raises(ConfigurationNotFound):
            queries.get_configuration(session, other, saved)
        with pytest.raises(ConfigurationNotFound):
            service.select_for_cart(session, other, saved, TOWN, now)
        with pytest.raises(ConfigurationNotFound):
            service.save_configuration(
                session, other, HEAT, choices, configuration_id=saved, now=now
            )


def test_the_selection_is_pinned_to_a_version(session: Session, now: datetime) -> None:
    load(session)
    offer = offer_eps(session)
    saved = service.save_configuration(
        session, GUEST, HEAT, Choices(), configuration_id=None, now=now
    )
    chosen = service.select_for_cart(session, GUEST, saved, TOWN, now)
    assert (chosen.version, chosen.slug) == (1, HEAT)
    assert [(line.listing_id, line.packs) for line in chosen.lines] == [(offer.listing_id, 31)]
    empty = service.save_configuration(
        session, GUEST, "pv-roof", Choices(), configuration_id=None, now=now
    )
    with pytest.raises(NothingChosen):
        service.select_for_cart(session, GUEST, empty, TOWN, now)


def test_edits_are_seen_only_after_publishing(session: Session, now: datetime) -> None:
    load(session)
    bundle = queries.get_live(session, HEAT)
    changed = replace(bundle.slots[0], quantity="wall_net*2")
    update_slot(session, SYSTEM, bundle.card.id, changed, now)
    assert queries.get_live(session, HEAT).slots[0].quantity == bundle.slots[0].quantity
    assert publish(session, SYSTEM, bundle.card.id, now) == 2
    assert queries.get_live(session, HEAT).slots[0].quantity == "wall_net*2"
    with pytest.raises(NothingToPublish):
        publish(session, SYSTEM, bundle.card.id, now)
    retire(session, SYSTEM, bundle.card.id, now)
    with pytest.raises(BundleNotFound):
        queries.get_live(session, HEAT)


def test_a_wrong_formula_is_refused_when_written(session: Session, now: datetime) -> None:
    load(session)
    bundle = queries.get_live(session, HEAT)
    for text in ("wall_nett", "1/(wall_net-wall_net)", "ceil(", "0-wall_net"):
        with pytest.raises(FormulaRefused):
            update_slot(
                session, SYSTEM, bundle.card.id, replace(bundle.slots[0], quantity=text), now
            )
    operator = make_actor(session)
    with pytest.raises(Forbidden):
        update_slot(session, operator, bundle.card.id, bundle.slots[0], now)
    with pytest.raises(Forbidden):
        update_bundle(session, operator, bundle.card.id, None, now)  # type: ignore[arg-type]


# pages


@pytest.fixture
def shop(client: FlaskClient, session: Session) -> FlaskClient:
    load(session)
    offer_eps(session)
    session.commit()
    client.set_cookie("township", "130624104")
    return client


def fields(page: str) -> dict[str, str]:
    """What a browser would send of the configurator."""
    from html.parser import HTMLParser  # noqa: PLC0415

    found: dict[str, str] = {}

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            a = dict(attrs)
            if tag != "input" or not a.get("name") or a["name"] == "q":
                return
            if a.get("type") in ("radio", "checkbox") and "checked" not in a:
                return
            found[a["name"] or ""] = a.get("value") or ("y" if a.get("type") == "checkbox" else "")

    Reader().feed(page)
    return {k: v for k, v in found.items() if k not in ("csrf_token", "next")}


def test_the_list_puts_the_own_climate_first_and_is_honest_without_one(
    shop: FlaskClient,
) -> None:
    page = shop.get("/bundles").text
    assert page.index("寒冷地区清洁取暖") < page.index("适老化") < page.index("严寒农房")
    shop.delete_cookie("township")
    assert "先选乡镇" in shop.get("/bundles").text
    assert shop.get("/bundles?lang=en").status_code == 200


def words(page: str) -> str:
    """The text between the tags."""
    return re.sub(r"<[^>]+>", "", page)


def test_changing_the_wall_area_changes_boards_and_packs(shop: FlaskClient) -> None:
    page = shop.get(f"/bundles/{HEAT}").text
    assert 'value="84"' in page
    assert "要 31 包" in words(page)
    data = {**fields(page), "wall_net": "180", "do": "size"}
    answer = shop.post(f"/bundles/{HEAT}", data=data)
    assert answer.status_code == 303
    assert answer.location.endswith("#size")
    page = shop.get(answer.location).text
    assert "183.24 m² 加 5 % 损耗 ＝ 192.4 m²" in words(page)
    assert "要 65 包" in words(page)
    data = {**fields(page), "wall_net": "200"}
    page = shop.get(shop.post(f"/bundles/{HEAT}", data=data).location).text
    assert "203.24 m² 加 5 % 损耗 ＝ 213.4 m²" in words(page)
    assert "要 72 包" in words(page)


def test_another_picture_changes_what_was_not_typed(shop: FlaskClient) -> None:
    data = {**fields(shop.get(f"/bundles/{HEAT}").text), "archetype": "two-flat", "W": "9"}
    page = shop.get(shop.post(f"/bundles/{HEAT}", data=data).location).text
    again = fields(page)
    assert again["archetype"] == "two-flat"
    assert again["W"] == "9"
    assert again["pitch_deg"] == "0" if "pitch_deg" in again else True
    assert float(again["wall_net"]) > 84 * 1.9


def test_not_sure_takes_the_stated_default_with_a_warning(shop: FlaskClient) -> None:
    data = {**fields(shop.get(f"/bundles/{HEAT}").text), "L": "多长", "unsure_L": "y"}
    page = shop.get(shop.post(f"/bundles/{HEAT}", data=data).location).text
    assert "长度不清楚：先按 10 m 算，以后可改" in page
    assert "墙厚不清楚：先按 370 mm 砖墙 算，以后可改" in page


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("L", "1000", "是不是 10 m"),
        ("L", "abc", "只写数字"),
        ("L", "", "不清楚就勾"),
        ("h", "-3", "只写数字"),
        ("W", "1e9", "只写数字"),
        ("wall_net", "NaN", "只写数字"),
        ("h", "0.1", "2.2–5"),
    ],
)
def test_wrong_measures_are_said_beside_the_field_and_kept(
    shop: FlaskClient, field: str, typed: str, said: str
) -> None:
    data = {**fields(shop.get(f"/bundles/{HEAT}").text), field: typed, "W": "7.5"} | {field: typed}
    answer = shop.post(f"/bundles/{HEAT}", data=data)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'id="{field}-err"' in answer.text
    assert f'value="{typed}"' in answer.text
    if field != "W":
        assert 'value="7.5"' in answer.text


def test_nonsense_choices_do_no_harm(shop: FlaskClient) -> None:
    data = {
        **fields(shop.get(f"/bundles/{HEAT}").text),
        "slot-eps80": "x" * 500,
        "auto_L": "eval()",
        "do": "<script>",
    }
    assert shop.post(f"/bundles/{HEAT}", data=data).status_code == 303
    for change in ({"archetype": "castle"}, {"wall_mm": "9"}):
        assert shop.post(f"/bundles/{HEAT}", data={**data, **change}).status_code == 422
    data["configuration"] = "0" * 20
    assert shop.post(f"/bundles/{HEAT}", data=data).status_code == 422
    assert shop.get("/bundles/none").status_code == 404


def test_one_press_puts_the_bundle_into_the_cart(shop: FlaskClient) -> None:
    data = {**fields(shop.get(f"/bundles/{HEAT}").text), "wall_net": "180", "do": "cart"}
    answer = shop.post(f"/bundles/{HEAT}", data=data)
    assert answer.status_code == 307
    cart = shop.post(answer.location, data=data, follow_redirects=True)
    assert cart.status_code == 200
    assert "寒冷地区清洁取暖" in cart.text
    assert "65" in cart.text


def test_another_guests_configuration_is_a_404(shop: FlaskClient) -> None:
    data = fields(shop.get(f"/bundles/{HEAT}").text)
    link = shop.post(f"/bundles/{HEAT}", data=data).location
    assert shop.get(link).status_code == 200
    shop.delete_cookie("house")
    assert shop.get(link).status_code == 404


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_bundle_has_a_page_in_both_languages(shop: FlaskClient, lang: str) -> None:
    slugs = (
        "cold-envelope", HEAT, "hscw-moisture", "hsww-roof-typhoon",
        "age-friendly-bath-kitchen", "pv-roof", "greenhouse",
    )  # fmt: skip
    for slug in slugs:
        assert shop.get(f"/bundles/{slug}", query_string={"lang": lang}).status_code == 200


def test_the_operator_writes_tries_publishes(client: FlaskClient, session: Session) -> None:
    ensure_kinds(session)
    load(session)
    actor = make_actor(session, "operator")
    sign_in(client, session, actor.account_id or "")
    assert client.get("/operator/bundles").status_code == 200
    new = {
        "slug": "test-kit", "name_zh": "试验包", "name_en": "Test kit", "summary_zh": "一句话",
        "zones": ["2A", "2B"], "days_low": "3", "days_high": "5",
    }  # fmt: skip
    for change in ({"slug": "Bad Slug"}, {"zones": []}, {"days_high": "1"}, {"name_zh": ""}):
        assert client.post("/operator/bundles/new", data={**new, **change}).status_code == 422
    page = client.post("/operator/bundles/new", data={**new, "slug": HEAT})
    assert page.status_code == 422
    assert "已经有方案用了" in page.text
    made = client.post("/operator/bundles/new", data=new).location
    assert "还没有材料" in client.post(made + "/publish", follow_redirects=True).text
    slot_form = {
        "key": "eps80", "kind_code": "G105", "material_key": "eps80", "name_zh": "板",
        "name_en": "Board", "unit": "m2", "quantity": "wall_net*2", "waste": "5",
        "zone_factors": "1A:2", "element": "wall", "layers": "1",
    }  # fmt: skip
    wrong = client.post(made + "/slots/new", data={**slot_form, "quantity": "wall_nett*2"})
    assert wrong.status_code == 422
    assert "公式第 1 个字：没有叫“wall_nett”的量" in wrong.text
    wrong = client.post(made + "/slots/new", data={**slot_form, "zone_factors": "9Z:2"})
    assert wrong.status_code == 422
    tried = client.post(made + "/slots/new", data={**slot_form, "do": "try"})
    assert tried.status_code == 200
    assert "176.4" in tried.text
    assert "352.8" in tried.text
    assert client.post(made + "/slots/new", data=slot_form).status_code == 303
    assert client.get(made + "/slots/eps80").status_code == 200
    assert client.get(made + "?zone=1A").status_code == 200
    assert client.post(made + "/publish").status_code == 303
    assert client.get("/bundles/test-kit").status_code == 200
    assert client.post(made + "/slots/eps80/remove").status_code == 303
    assert client.post(made + "/retire").status_code == 303
    assert client.get("/bundles/test-kit").status_code == 404


def test_the_operators_screens_are_closed_to_others(client: FlaskClient, session: Session) -> None:
    actor = make_actor(session, "official", "130624")
    sign_in(client, session, actor.account_id or "")
    assert client.get("/operator/bundles").status_code == 403
    assert client.get("/operator/bundles/new").status_code == 403
