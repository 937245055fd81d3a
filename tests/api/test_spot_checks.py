"""Results of spot checks by their last change."""

from datetime import datetime, timedelta

import pytest

from market.inspections import service
from tests.api.test_reading import walk
from tests.factories.catalogue import make_offer
from tests.factories.inspections import OFFICIAL, START, enter, fail


def test_published_results_page_by_page_and_only_what_changed(session, anyone):
    offers = [make_offer(session) for _ in range(3)]
    published = [fail(session, offer, START + timedelta(hours=n)) for n, offer in enumerate(offers)]
    enter(session, offers[0])
    session.commit()
    rows = walk(anyone, "/spot-checks", limit=2)
    assert [row["id"] for row in rows] == published
    assert rows[0]["standing"] == "failed"
    since = (START + timedelta(hours=1)).isoformat()
    newer = anyone.get("/spot-checks", updated_since=since).json["items"]
    assert [row["id"] for row in newer] == published[1:]
    later = START + timedelta(days=20)
    passing = enter(session, offers[0], later, passed=True, sampled_on=later.date())
    service.publish(session, OFFICIAL, passing, now=later)
    session.commit()
    changed = anyone.get("/spot-checks", updated_since=later.isoformat()).json["items"]
    assert {row["id"]: row["standing"] for row in changed} == {
        published[0]: "cleared", passing: "passed",
    }  # fmt: skip


def test_drafts_and_strange_moments_are_refused(session, anyone):
    draft = enter(session, make_offer(session))
    session.commit()
    assert anyone.get(f"/spot-checks/{draft}").status_code == 404
    for moment in ("yesterday", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-23:00"):
        assert anyone.get("/spot-checks", updated_since=moment).status_code == 422


@pytest.mark.parametrize(
    "moment",
    ["", "2026-11-01", "2026-11-01T00:00:00", "2026-11-01T00:00:00 08:00", "0001-01-01T00:00:00Z"],
)
def test_a_strange_moment_is_told_how_to_write_it(anyone, moment):
    """A + that was not escaped arrives as a blank."""
    for lang, told in (("zh", "时刻要带时区"), ("en", "Write the moment with its time zone")):
        answer = anyone.get("/certificates", updated_since=moment, lang=lang)
        assert answer.status_code == 422
        (refusal,) = answer.json["fields"]
        assert refusal["field"] == "updated_since"
        assert refusal["detail"].startswith(told)
        assert "2026-11-01T00:00:00Z" in refusal["detail"]


def test_an_unchanged_answer_is_not_sent_twice(session, anyone):
    fail(session, make_offer(session))
    session.commit()
    first = anyone.get("/spot-checks")
    tag = first.headers["ETag"]
    again = anyone("GET", "/spot-checks", headers={"If-None-Match": tag})
    assert again.status_code == 304


def test_what_was_written_late_is_found_by_asking_from_a_little_earlier(session, anyone):
    """A row may be seen after one with a later instant: whoever asks is told to look back."""
    fail(session, make_offer(session), START + timedelta(minutes=2))
    session.commit()
    seen = anyone.get("/spot-checks").json["items"][-1]["updated_at"]
    late = fail(session, make_offer(session), START + timedelta(minutes=1))
    session.commit()
    rows = [
        [row["id"] for row in anyone.get("/spot-checks", updated_since=since).json["items"]]
        for since in (seen, (datetime.fromisoformat(seen) - timedelta(minutes=5)).isoformat())
    ]
    assert late not in rows[0]
    assert late in rows[1]
    document = anyone.get("/openapi.json").json
    told = {
        parameter["name"]: parameter.get("description", "")
        for parameter in document["paths"]["/api/v1/spot-checks"]["get"]["parameters"]
    }
    assert "往前几分钟" in told["updated_since"]
