"""Building the demonstration world, stage by stage, each in one transaction."""

from collections.abc import Callable
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.accounts import service as account_service
from market.bundles import service as bundles
from market.catalogue import service as catalogue
from market.db.session import reading, unit_of_work
from market.footprints import service as footprints
from market.kernel.ids import repeatable_ids
from market.regions import service as regions
from market.search import jobs as search
from market.seed import (
    adopted,
    aids,
    crews,
    demonstrations,
    goods,
    green,
    library,
    occasions,
    offers,
    papers,
    people,
    pickups,
    preferences,
    purchases,
    sellers,
    solutions,
    stories,
    supervision,
    tables,
    traces,
    turnkey,
)

SEED = 2026


def base(app: Flask) -> None:
    """What every installation needs: regions, kinds, legal pages, background factors. Safe to
    repeat."""
    now = app.extensions["market.clock"].now()
    with unit_of_work() as session:
        regions.load(session)
        catalogue.load_kinds(session)
        account_service.ensure_first_versions(session, now=now)
        footprints.load_factors(session, now=now)


def ensure(app: Flask) -> bool:
    """Build the world when nobody has registered yet; returns whether it was built."""
    with reading() as session:
        if accounts.count_accounts(session):
            search.heal(app.extensions["market.text_index"])
            return False
    build(app)
    return True


def build(app: Flask, progress: Callable[[str], None] = lambda _stage: None) -> None:
    """The whole world. The same clock gives the same world, ids included."""
    now = app.extensions["market.clock"].now() - timedelta(hours=2)
    with repeatable_ids(SEED), app.app_context():
        progress("regions, kinds")
        base(app)
        _build(now, app.extensions["market.settings"].household_secret, progress)
        progress("search index")
        search.rebuild(app.extensions["market.text_index"])


def _build(now: datetime, secret: str, progress: Callable[[str], None]) -> None:
    with unit_of_work() as session:
        progress("people and sellers")
        persons, shared = people.make(session, now)
        people.state_households(session, persons, secret, now)
        shops = sellers.open_all(session, persons, shared, now)
    with unit_of_work() as session:
        progress("goods")
        papers.register_rules(session, persons, now)
        goods.stock_shelves(session, persons, shops, now)
        library.register_all(session, persons, now)
        papers.declare_all(session, persons, shops, now)
        supervision.look_after(session, persons, shops, now)
        green.declare_all(session, persons, shops, now)
    with unit_of_work() as session:
        progress("bundles, promotions, crews")
        bundles.load_bundles(session, persons.operator, now)
        bundles.load_bundles(session, persons.operator, now, tables.bundles())
        solutions.offer_all(session, persons, shops, now)
        offers.run_all(session, persons, shops, now)
        offers.set_commissions(session, persons, now)
        occasions.run_all(session, persons, shops, now)
        aids.publish_all(session, persons, shops, now)
        crews.register_all(session, persons, shared, now)
    with unit_of_work() as session:
        progress("orders and requests")
        _stories(session, persons, shared, shops, now)


def _stories(
    session: Session, persons: people.People, shared: str, shops: list[sellers.Shop],
    now: datetime,
) -> None:  # fmt: skip
    traces.label_all(session, shops, now)
    supervision.check_a_sample(session, persons, shops, now)
    pickups.open_all(session, persons, now)
    purchases.buy_all(session, persons, shops, now)
    pickups.bring_some(session, persons, shops, now)
    aids.claim_all(session, persons, now)
    demonstrations.show_all(session, persons, shops, now)
    preferences.tell_all(session, persons, shops, now)
    adopted.adopt_all(session, persons, shared, shops, now)
    stories.tell_all(session, persons, now)
    turnkey.draw_up_all(session, persons, now)
