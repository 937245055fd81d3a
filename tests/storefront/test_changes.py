"""Kept pages ask no database while nothing changed, and show every change at once."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep

import pytest
from sqlalchemy import event, text

from market.catalogue import queries as catalogue
from market.catalogue import service as editing
from market.catalogue.types import KindDetails
from market.db import changes, glance
from market.db import session as db
from market.db.session import Database
from market.inspections import service as inspections
from market.kernel.actor import SYSTEM
from market.kernel.region_code import RegionCode
from market.sellers import service as sellers
from market.sellers.queries import freight_to
from tests.architecture.source import ROOT
from tests.factories.catalogue import actor_for, ensure_kinds, make_offer
from tests.factories.inspections import OFFICIAL, enter
from tests.factories.orders import START

PUBLISH = """
import sys
from pathlib import Path
from market import all_models, subscriptions
from market.db.session import Database
from market.inspections import service
from market.kernel import events
from tests.factories.inspections import OFFICIAL
from tests.factories.orders import START
url, mark, check_id = sys.argv[1:]
events.install(subscriptions.TABLE)
with Database(url, mark=Path(mark)).unit_of_work() as session:
    service.publish(session, OFFICIAL, check_id, now=START)
"""


@pytest.fixture(scope="module")
def told(make_database, tmp_path_factory) -> Iterator[tuple[Database, Path]]:
    """A database whose commits are real, and the file that tells other processes of them."""
    mark = tmp_path_factory.mktemp("mark") / "market.mark"
    url = make_database().url.render_as_string(hide_password=False)
    database = Database(url, mark=mark)
    yield database, mark
    database.dispose()


@pytest.fixture
def site(told, shared_app, clock) -> Iterator[Database]:
    """The application on that database."""
    previous = db._current
    db.use(told[0])
    shared_app.extensions["market.clock"] = clock
    shared_app.extensions["market.page_cache"].clear()
    yield told[0]
    if previous is not None:
        db.use(previous)


@pytest.fixture
def failed(site):
    """A product on sale, and a spot check of it that failed and is not published yet."""
    with site.unit_of_work() as session:
        ensure_kinds(session)
        offer = make_offer(session)
        return offer, enter(session, offer)


@pytest.fixture
def asked(site) -> Iterator[list[str]]:
    """Every statement that is sent."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    for engine in site.engines:
        event.listen(engine, "before_cursor_execute", note)
    glance.watchers.append(seen.append)
    yield seen
    glance.watchers.remove(seen.append)


def is_on_sale(shared_app, offer):
    page = shared_app.test_client().get(f"/p/{offer.product_id}")
    assert page.status_code == 200
    return "加入购物车" in page.get_data(as_text=True)


def kept(shared_app, offer, asked):
    """The page is shown until it takes no statement any more."""
    until = monotonic() + 30
    while monotonic() < until:
        assert is_on_sale(shared_app, offer)
        asked.clear()
        assert is_on_sale(shared_app, offer)
        if not asked:
            return True
    return False


def test_a_published_failure_is_seen_at_once(shared_app, site, failed, asked):
    offer, check_id = failed
    assert kept(shared_app, offer, asked)
    with site.unit_of_work() as session:
        inspections.publish(session, OFFICIAL, check_id, now=START)
    assert not is_on_sale(shared_app, offer)


def test_what_another_process_published_is_seen_at_once(shared_app, site, failed, asked, told):
    offer, check_id = failed
    assert kept(shared_app, offer, asked)
    url = site.url.render_as_string(hide_password=False)
    running = subprocess.Popen([sys.executable, "-c", PUBLISH, url, told[1], check_id], cwd=ROOT)
    while running.poll() is None:  # the page stays kept until the very commit
        is_on_sale(shared_app, offer)
    assert running.returncode == 0
    assert not is_on_sale(shared_app, offer)


def revision(site, offer):
    with site.reading() as session:
        return catalogue.revision_of(session, product_id=offer.product_id)


def test_a_change_that_was_not_told_is_seen_within_the_second(site, failed):
    offer, _ = failed
    before, at = revision(site, offer), monotonic()
    with site.engine.begin() as connection:  # as from a machine that shares no file with us
        connection.execute(text("UPDATE products SET revision = revision + 1"))
    while monotonic() < at + changes.TRUSTED_SECONDS:
        sleep(0.05)
    assert revision(site, offer) == before + 1


def test_a_renamed_kind_is_known_at_once_and_remembered_between(site, failed, asked):
    with site.reading() as session:
        kind = catalogue.get_kind(session, "G603")
        assert dict(catalogue.kind_names(session))["G603"] == kind.name_zh
        asked.clear()
        assert dict(catalogue.kind_names(session))["G603"] == kind.name_zh
        assert not asked
    details = KindDetails(
        "G603", kind.group_code, "新名字", kind.name_en, kind.scheme, True, "", kind.default_unit
    )
    with site.unit_of_work() as session:
        editing.edit_kind(session, SYSTEM, details, START)
        assert dict(catalogue.kind_names(session))["G603"] == "新名字"
    with site.reading() as session:
        assert dict(catalogue.kind_names(session))["G603"] == "新名字"


def test_freight_is_remembered_and_every_change_of_it_shows_at_once(site, failed, asked):
    offer, town = failed[0], RegionCode("510124104")
    owner = actor_for(offer.maker.id)

    def fee():
        with site.reading() as session:
            return freight_to(session, town).fee(offer.maker.id)

    def do(verb, *arguments, **named):
        with site.unit_of_work() as session:
            verb(session, owner, offer.maker.id, *arguments, **named)

    before = fee()
    assert before is not None
    asked.clear()
    assert fee() == before
    assert not asked
    do(sellers.set_rate, town, base_fen=777, per_kg_fen=3)
    assert fee() == (777, 3)
    do(sellers.add_last_mile, town, 50)
    assert fee() == (827, 3)
    do(sellers.remove_last_mile, town.digits)
    do(sellers.remove_rate, town.digits)
    assert fee() == before
    with site.unit_of_work() as session:
        sellers.suspend(session, SYSTEM, offer.maker.id, "示例", now=START)
    assert fee() is None
    with site.unit_of_work() as session:
        sellers.reinstate(session, SYSTEM, offer.maker.id, "示例", now=START)
        assert freight_to(session, town).fee(offer.maker.id) == before
    assert fee() == before


def test_the_clock_closes_the_gate_of_a_kept_page(shared_app, site, failed, clock, asked):
    offer, _ = failed
    assert kept(shared_app, offer, asked)
    clock.advance(seconds=timedelta(days=365 * 20).total_seconds())
    assert not is_on_sale(shared_app, offer)


def test_only_what_moves_a_revision_is_told(site, failed):
    before = site._changes.mark()
    with site.unit_of_work() as session:
        session.execute(text("UPDATE products SET model = 'x'"))
    assert site._changes.mark() == before
    with site.unit_of_work() as session:
        inspections.publish(session, OFFICIAL, failed[1], now=START)
    assert site._changes.mark() != before


def test_two_that_tell_at_once_are_both_heard(tmp_path):
    one, two = changes.Changes(tmp_path / "mark"), changes.Changes(tmp_path / "mark")
    one.keep("key", 1, one.mark(), monotonic() + 60)
    assert one.find("key") == (1,)
    two.tell()
    assert one.find("key") == ()
    one.keep("key", 2, one.mark(), monotonic() - 2 * changes.TRUSTED_SECONDS)
    assert one.find("key") == ()
    assert one.mark() == two.mark()
