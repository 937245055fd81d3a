"""Certificates and products for readers who keep a copy: all, then what changed."""

from datetime import timedelta

from market.catalogue import service as catalogue
from market.certification import service as certification
from tests.api.test_reading import walk
from tests.factories.catalogue import START, make_offer
from tests.factories.certification import make_certificate, make_pending
from tests.factories.inspections import fail
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
