"""The routing table follows every change, and one request costs a constant number of statements."""

import json

from sqlalchemy import event, func, insert, select, text

from market.kernel.ids import new_id
from market.kernel.region_code import RegionCode
from market.providers import queries, routes, service
from market.providers.models import Provider, ProviderRoute
from market.providers.types import ProviderChange
from tests.conftest import START
from tests.factories.providers import HOME, make_provider
from tests.factories.renovations import crew_actor

TOWN = RegionCode(HOME)


def found(session, *trades, region=TOWN):
    return {one.provider_id: one for one in queries.candidates(session, region, trades)}


def test_areas_match_by_prefix_and_the_nearest_is_named(session):
    wide = make_provider(session, areas=("13", "130624"))
    nation = make_provider(session, areas=("",))
    make_provider(session, areas=("130626",))
    matched = {key: one.matched_area for key, one in found(session, "mason").items()}
    assert matched == {wide.id: "130624", nation.id: ""}


def test_a_crew_without_room_is_not_a_candidate_until_a_job_ends(session):
    provider = make_provider(session, weekly_capacity=1)
    service.start_job(session, provider.id)
    assert not found(session, "mason")
    service.end_job(session, provider.id)
    assert found(session, "mason")[provider.id].free == 1


def test_ending_a_job_that_never_began_changes_nothing(session):
    provider = make_provider(session)
    service.end_job(session, provider.id)
    assert found(session, "mason")[provider.id].free == 3


def test_capacity_and_ratings_reach_the_routes(session, now):
    provider = make_provider(session)
    changes = ProviderChange("李四", "13800138000", 7)
    service.change(session, crew_actor(provider.id), provider.id, changes)
    service.rate(session, provider.id, "job", 5, now=now)
    row = session.scalars(select(ProviderRoute)).first()
    session.refresh(row)
    assert (row.free, row.rating) == (7, 500)


def test_covered_trades_are_counted(session):
    one = make_provider(session, trades=("mason",))
    both = make_provider(session, trades=("mason", "waterproof"))
    covered = {k: len(v.trades) for k, v in found(session, "mason", "waterproof").items()}
    assert covered == {one.id: 1, both.id: 2}
    assert queries.count_fitting(session, TOWN, ["waterproof"]) == 1


def make_many(session, number: int) -> None:
    ids = [new_id() for _ in range(number)]
    common = {
        "contact_name": "甲", "contact_phone": "13800138000", "weekly_capacity": 3,
        "state": "approved", "created_by": "x", "introduction": "", "reason": "",
        "open_jobs": 0, "rating_sum": 0, "rating_count": 0, "last_turn": 0,
    }  # fmt: skip
    session.execute(
        insert(Provider),
        [{"id": i, "name": i, "region": HOME, "created_at": START, **common} for i in ids],
    )
    session.execute(
        insert(ProviderRoute),
        [
            {"provider_id": i, "region": area, "trade": trade, "rating": 400, "free": 3,
             "last_turn": 0}
            for i in ids for area in ("130624", "1306") for trade in ("mason", "waterproof")
        ],
    )  # fmt: skip


def test_statements_and_candidates_do_not_grow_with_the_number_of_crews(session):
    statements = []
    engine = session.get_bind()

    def count(_conn, _cursor, statement, *_rest):
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", count)
    try:
        make_many(session, 3)
        statements.clear()
        found(session, "mason", "waterproof")
        few = len(statements)
        make_many(session, 300)
        statements.clear()
        many = found(session, "mason", "waterproof")
    finally:
        event.remove(engine, "before_cursor_execute", count)
    assert len(statements) == few == 1
    assert len(many) <= routes.BRANCH_LIMIT * 4


def test_routing_is_served_by_the_covering_index(session):
    make_many(session, 400)
    session.execute(text("ANALYZE"))
    values = {"most": 40, "r0": "130624", "t0": "mason"}
    statement = routes._walks(1, 1)
    if session.get_bind().dialect.name == "sqlite":
        plan = session.execute(text(f"EXPLAIN QUERY PLAN {statement}"), values).all()
        told = " ".join(row[-1] for row in plan)
        assert "COVERING INDEX ix_provider_routes_order" in told
        assert "TEMP B-TREE" not in told
    else:
        session.execute(text("SET LOCAL enable_seqscan = off"))
        told = json.dumps(
            session.execute(text(f"EXPLAIN (FORMAT JSON) {statement}"), values).scalar()
        )
        assert "ix_provider_routes_order" in told
        assert "Sort" not in told


def test_routes_are_areas_times_trades(session):
    provider = make_provider(session, areas=("13", "11"), trades=("mason", "rebar", "carpenter"))
    number = session.scalar(select(func.count()).where(ProviderRoute.provider_id == provider.id))
    assert number == 6
