"""Editions of standards by their last change."""

from datetime import date, timedelta

from tests.api.test_reading import walk
from tests.factories.standards import START, end, make_citing, make_edition


def test_all_editions_page_by_page_and_only_what_changed(session, anyone):
    old = make_edition(session, "GB 175-2007", kinds=("X01",))
    new = make_edition(session, "GB 175-2023", effective_on=date(2024, 6, 1), mandatory=True,
                       kinds=("X01",), now=START + timedelta(hours=1))  # fmt: skip
    session.commit()
    rows = walk(anyone, "/standards", limit=1)
    assert [(row["id"], row["state"]) for row in rows] == [(old, "in_force"), (new, "in_force")]
    assert rows[1]["mandatory"]
    assert rows[1]["kinds"] == ["X01"]
    later = START + timedelta(days=1)
    end(session, old, "GB 175-2023", until=date(2027, 1, 1), now=later)
    session.commit()
    [changed] = anyone.get("/standards", updated_since=later.isoformat()).json["items"]
    assert (changed["id"], changed["state"], changed["superseded_by"]) == (
        old, "superseded", "GB 175-2023",
    )  # fmt: skip
    assert (changed["ended_on"], changed["transition_until"]) == ("2026-11-22", "2027-01-01")


def test_one_edition_and_its_page(session, anyone, client):
    edition = make_edition(session, "T/CECS 10032-2019")
    session.commit()
    shown = anyone.get(f"/standards/{edition}").json
    assert (shown["code"], shown["ended_on"], shown["verified"]) == (
        "T/CECS 10032-2019", None, False,
    )  # fmt: skip
    assert shown["url"].endswith("/standards/T-CECS-10032")
    assert client.get("/standards/T-CECS-10032").status_code == 200
    assert anyone.get("/standards/nothing").status_code == 404


def test_the_state_is_that_of_the_day(session, anyone, clock):
    edition = make_edition(session, "GB 175-2007")
    make_citing(session)
    end(session, edition, from_on=date(2027, 1, 1))
    session.commit()
    assert anyone.get(f"/standards/{edition}").json["state"] == "in_force"
    clock.advance(days=60)
    assert anyone.get(f"/standards/{edition}").json["state"] == "withdrawn"


def test_an_unchanged_answer_is_not_sent_twice(session, anyone):
    make_edition(session)
    session.commit()
    tag = anyone.get("/standards").headers["ETag"]
    again = anyone("GET", "/standards", headers={"If-None-Match": tag})
    assert again.status_code == 304
