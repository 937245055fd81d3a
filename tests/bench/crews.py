"""Generated crews: deterministic, written in bulk into the migrated schema."""

import random
from datetime import datetime
from itertools import islice
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.db.session import unit_of_work
from market.kernel.ids import repeatable_ids
from market.providers import trades
from market.providers.models import Provider, ProviderArea, ProviderRoute, ProviderTrade
from market.providers.rules import routing_rating
from market.regions.models import DivisionRow
from market.seed import world
from tests.bench.world import SEED, Numbers, write

WHOLE_COUNTRY = 100_000
TRADES_PER_CREW = (2, 3, 4)


def build_crews(app: Flask, number: int, now: datetime) -> None:
    """Approved crews, with their areas, trades and routes."""
    with repeatable_ids(SEED), app.app_context():
        world.base(app)
        with unit_of_work() as session:
            for table, rows in zip(
                (Provider, ProviderTrade, ProviderArea, ProviderRoute),
                _crews(session, number, now),
                strict=True,
            ):
                write(session, table, rows)


def towns(session: Session, crews: int) -> list[str]:
    """The townships where so many crews live, in order of code.

    Fewer crews live in a part of the country, as densely as 100,000 in the whole, so that a
    request finds as many of them: what differs is only the size of the tables.
    """
    statement = select(DivisionRow.code).where(DivisionRow.level == "town")
    everywhere = list(session.scalars(statement.order_by(DivisionRow.code)))
    return everywhere[: len(everywhere) * crews // WHOLE_COUNTRY]


def _crews(session: Session, number: int, now: datetime) -> tuple[list[dict[str, Any]], ...]:
    source = random.Random(SEED)
    places, known = towns(session, number), sorted(trades.trades())
    crews, skills, areas, routes = [], [], [], []
    for position, key in enumerate(islice(iter(Numbers("r"), ""), number)):
        home = places[source.randrange(len(places))]
        served = _served(source, home)
        can = source.sample(known, source.choice(TRADES_PER_CREW))
        ratings = source.randrange(0, 30)
        crew = {
            "id": key, "name": f"施工队{position:06d}", "contact_name": "示例",
            "contact_phone": "13900000000", "region": home,
            "weekly_capacity": source.randrange(1, 6), "open_jobs": source.randrange(0, 3),
            "rating_sum": sum(source.randrange(3, 6) for _ in range(ratings)),
            "rating_count": ratings, "last_turn": source.randrange(10_000), "state": "approved",
            "created_by": "bench", "created_at": now, "approved_at": now,
        }  # fmt: skip
        crews.append(crew)
        skills += [{"provider_id": key, "trade": trade} for trade in can]
        areas += [{"provider_id": key, "region": area} for area in served]
        figures = {
            "rating": routing_rating(crew["rating_sum"], ratings),
            "free": max(0, crew["weekly_capacity"] - crew["open_jobs"]),
            "last_turn": crew["last_turn"],
        }
        routes += [
            {"provider_id": key, "region": area, "trade": trade, **figures}
            for area in served
            for trade in can
        ]
    return crews, skills, areas, routes


def _served(source: random.Random, home: str) -> list[str]:
    """Mostly counties, some crews a whole city or province, some only towns of their own."""
    lot = source.random()
    if lot < 0.02:
        return [home[:2]]
    if lot < 0.12:
        return [home[:4]]
    if lot < 0.8:
        return [home[:6]]
    return [home]
