"""Certificates and products for readers who keep a copy: all, then what changed."""

from datetime import date, timedelta

from market.catalogue import service as catalogue
from market.certification import service as certification
from market.inspections import queries as inspection_queries
from market.inspections import service as inspections
from tests.api.test_reading import walk
from tests.factories.catalogue import START, make_maker, make_offer, make_stamp
from tests.factories.certification import make_certificate, make_pending
from tests.factories.inspections import OFFICIAL, fail, paper
from tests.factories.sellers import make_official, make_seller

HOUR = timedelta(hours=1)


def changes(anyone, path, since):
    return anyone.get(path, updated_since=since.isoformat()).json["items"]


def test_certificates_page_by_page_with_their_state_now(session, anyone, clock):
    offers = [make_offer(session) for _ in range(3)]
    session.commit()
    rows = walk(anyone, "/certificates", limit=2)
    assert {row["id"] for row in rows} == {offer.certificate.id for offer in offers}
    assert rows[0]["state"] == "valid"
    assert rows[0]["kinds"] == ["G105"]
    clock.advance(days=4 * 365)
    one = anyone.get(f"/certificates/{rows[0]['id']}").json
    assert one["state"] == "expired"
    assert one["updated_at"] == rows[0]["updated_at"]  # the clock is no change


def test_a_decision_moves_a_certificate_and_a_pending_one_is_not_told(session, anyone, now):
    actor, seller_id = make_seller(session, now)
    pending = make_pending(session, actor, seller_id, now, number="CABR-A1")
    suspended = make_certificate(session, actor, seller_id, now, number="CABR-A2")
    make_certificate(session, actor, seller_id, now, number="CABR-A3")
    official = make_official(session)
    later = now + HOUR
    certification.suspend(session, official, suspended, "现场检查不合格", now=later)
    session.commit()
    assert [(row["id"], row["state"], row["state_reason"])
            for row in changes(anyone, "/certificates", later)] == [
        (suspended, "suspended", "现场检查不合格")
    ]  # fmt: skip
    assert pending not in {row["id"] for row in walk(anyone, "/certificates", limit=2)}
    assert anyone.get(f"/certificates/{pending}").status_code == 404


def test_products_that_changed_are_told_also_when_they_are_gone(session, anyone):
    kept, stopped, failed = (make_offer(session) for _ in range(3))
    later = START + HOUR
    catalogue.archive_product(session, stopped.actor, stopped.product_id, later)
    fail(session, failed, later + HOUR)
    session.commit()
    assert {row["id"] for row in walk(anyone, "/products", limit=2)} == {
        kept.product_id, failed.product_id,
    }  # fmt: skip
    told = changes(anyone, "/products", later)
    assert [(row["id"], row["state"], row["held_since"] is not None) for row in told] == [
        (stopped.product_id, "archived", False),
        (failed.product_id, "live", True),
    ]
    first = anyone.get("/products", updated_since=START.isoformat(), limit=1).json
    rest = anyone.get(
        "/products", updated_since=START.isoformat(), limit=5, cursor=first["next"]
    ).json
    ids = [row["id"] for row in first["items"] + rest["items"]]
    assert ids == [kept.product_id, stopped.product_id, failed.product_id]


def test_an_unchanged_copy_costs_no_second_answer(session, anyone):
    make_offer(session)
    session.commit()
    for path in ("/certificates", "/products"):
        tag = anyone.get(path).headers["ETag"]
        assert anyone("GET", path, headers={"If-None-Match": tag}).status_code == 304


def row_of(anyone, offer):
    (row,) = [one for one in walk(anyone, "/products", limit=2) if one["id"] == offer.product_id]
    return row


def test_a_bar_is_told_with_its_days_and_moves_every_product_of_the_kind(session, anyone):
    offer = make_offer(session)
    sister, stranger = make_offer(session, offer.maker, offer.certificate), make_offer(session)
    fail(session, offer, START + HOUR)
    second = START + 2 * HOUR
    check = fail(session, offer, second)
    session.commit()
    told = {row["id"]: row for row in changes(anyone, "/products", second)}
    assert set(told) == {offer.product_id, sister.product_id}
    row = told[sister.product_id]
    assert (row["state"], row["held_since"], row["sellable"]) == ("live", None, False)
    assert row["blockers"] == [
        {"code": "kind_barred", "since": "2026-11-22", "until": "2027-05-24"}
    ]
    assert row["sellable_from"].startswith("2027-05-24")
    assert [one["code"] for one in told[offer.product_id]["blockers"]] == [
        "spot_check_failed", "kind_barred",
    ]  # fmt: skip
    assert told[offer.product_id]["sellable_from"] is None  # nobody knows when one passes
    assert row_of(anyone, stranger)["sellable"]
    third = START + 3 * HOUR
    inspections.appeal(session, offer.actor, offer.maker.id, check, "留样合格", paper(), now=third)
    (made,) = inspection_queries.appeals_of(session, check)
    inspections.decide_appeal(session, OFFICIAL, check, made.id, "复检合格", upheld=True, now=third)
    session.commit()
    told = {row["id"]: row["sellable"] for row in changes(anyone, "/products", third)}
    assert told == {sister.product_id: True, offer.product_id: False}


def test_what_the_clock_shuts_is_told_before_and_after(session, anyone, clock):
    maker = make_maker(session)
    offer = make_offer(session, maker, make_stamp(session, maker, valid_to=date(2026, 12, 31)))
    session.commit()
    before = row_of(anyone, offer)
    assert (before["sellable"], before["blockers"]) == (True, [])
    assert before["sellable_until"].startswith("2026-12-31T16:00")
    clock.advance(days=60)
    after = row_of(anyone, offer)
    assert after["sellable"] is False
    assert after["blockers"] == [
        {"code": "certificate_expired", "since": "2027-01-01", "until": None}
    ]
    assert after["updated_at"] == before["updated_at"]  # the clock is no change


def test_a_certificate_that_is_suspended_moves_its_products(session, anyone, now):
    offer = make_offer(session)
    later = now + HOUR
    official = make_official(session)
    offer.certificate.region_code = official.official_regions[0].digits
    certification.suspend(session, official, offer.certificate.id, "现场检查不合格", now=later)
    session.commit()
    (row,) = changes(anyone, "/products", later)
    assert (row["id"], row["sellable"]) == (offer.product_id, False)
    assert [one["code"] for one in row["blockers"]] == ["certificate_suspended"]
