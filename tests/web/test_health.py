"""Liveness, readiness, metrics for this machine alone, and an id for every request.

Several workers, log lines and a database with all migrations: tests/grown.
"""

import re


def test_the_process_answers(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_a_database_without_the_newest_migration_is_not_ready(client):
    answer = client.get("/readyz")  # made from the models: no migration is noted in it
    assert answer.status_code == 503
    assert answer.json == {
        "status": "not ready",
        "checks": {"database": True, "migrations": False},
    }


def test_metrics_are_for_this_machine_alone(client):
    client.get("/materials")
    text = client.get("/metrics").get_data(as_text=True)
    assert re.search(r'market_requests_total\{endpoint="storefront.list_kinds"', text)
    assert "market_request_seconds_bucket" in text
    away = client.get("/metrics", environ_base={"REMOTE_ADDR": "203.0.113.9"})
    assert away.status_code == 404


def test_every_answer_carries_a_request_id_and_keeps_a_good_one(client):
    assert re.fullmatch(r"[0-9a-z]{20}", client.get("/healthz").headers["X-Request-ID"])
    given = client.get("/healthz", headers={"X-Request-ID": "proxy-12345678"})
    assert given.headers["X-Request-ID"] == "proxy-12345678"
    forged = client.get("/healthz", headers={"X-Request-ID": '"} {"level": "x'})
    assert re.fullmatch(r"[0-9a-z]{20}", forged.headers["X-Request-ID"])
