"""The denormalised routing table: kept here, read here.

One request asks for a few regions (its own township and everything above it) and a few
trades. Each pair is one short walk along the covering index, so the work does not grow
with the number of crews.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

from sqlalchemy import TextClause, bindparam, delete, insert, select, text, update
from sqlalchemy.orm import Session

from market.kernel.region_code import RegionCode
from market.providers.models import Provider, ProviderArea, ProviderRoute, ProviderTrade
from market.providers.rules import routing_rating
from market.providers.types import Candidate, ProviderState

BRANCH_LIMIT = 16
SHORTLIST = 16
COUNT_LIMIT = 500


def rebuild(session: Session, provider: Provider) -> None:
    """Write the crew's routes anew; a crew that is not approved has none."""
    session.flush()
    session.execute(delete(ProviderRoute).where(ProviderRoute.provider_id == provider.id))
    if provider.state != ProviderState.APPROVED:
        return
    areas = session.scalars(
        select(ProviderArea.region).where(ProviderArea.provider_id == provider.id)
    ).all()
    trades = session.scalars(
        select(ProviderTrade.trade).where(ProviderTrade.provider_id == provider.id)
    ).all()
    rows = [
        {"provider_id": provider.id, "region": area, "trade": trade, **_figures(provider)}
        for area in areas
        for trade in trades
    ]
    if rows:
        session.execute(insert(ProviderRoute), rows)


def restate(session: Session, provider: Provider) -> None:
    """Carry the crew's present rating, room and turn into its routes."""
    session.flush()
    session.execute(
        update(ProviderRoute)
        .where(ProviderRoute.provider_id == provider.id)
        .values(**_figures(provider))
    )


def note_turns(session: Session, provider_ids: Collection[str], turn: int) -> None:
    """These crews had their turn: among equals they now come last."""
    if not provider_ids:
        return
    for model, column in ((Provider, Provider.id), (ProviderRoute, ProviderRoute.provider_id)):
        session.execute(
            update(model)
            .where(column.in_(provider_ids))
            .values(last_turn=turn)
            .execution_options(synchronize_session=False)
        )


def candidates(
    session: Session,
    region: RegionCode,
    trades: Collection[str],
    *,
    most: int = SHORTLIST,
    exclude: Collection[str] = (),
) -> list[Candidate]:
    """The `most` promising approved crews with room in `region` that know one of the trades.

    Promising: nearest area, most trades, rating, room; among equals who waited longest.
    At most BRANCH_LIMIT rows per area level and trade are looked at, plus one for each crew
    of `exclude`. One statement.
    """
    wanted = sorted(set(trades))
    if not wanted:
        return []
    values = _values(region, wanted, max(BRANCH_LIMIT, most) + len(exclude))
    statement = _shortlist(len(region.prefixes), len(wanted), bool(exclude))
    if exclude:
        values["exclude"] = list(exclude)
    rows = session.execute(statement, {**values, "shortlist": most})
    return [_candidate(wanted, *row) for row in rows]


def count_fitting(session: Session, region: RegionCode, trades: Collection[str]) -> int:
    """How many approved crews with room fit, up to COUNT_LIMIT per area level and trade."""
    wanted = sorted(set(trades))
    if not wanted:
        return 0
    statement = _count(len(region.prefixes), len(wanted))
    return session.scalar(statement, _values(region, wanted, COUNT_LIMIT)) or 0


def _values(region: RegionCode, trades: Sequence[str], limit: int) -> dict[str, Any]:
    values: dict[str, Any] = {"most": limit}
    values.update({f"r{n}": prefix for n, prefix in enumerate(region.prefixes)})
    values.update({f"t{n}": trade for n, trade in enumerate(trades)})
    return values


@cache
def _count(regions: int, trades: int) -> TextClause:
    return text(
        f"SELECT COUNT(DISTINCT provider_id) FROM ({_walks(regions, trades)}) AS w"  # noqa: S608
    )


@cache
def _shortlist(regions: int, trades: int, excluding: bool) -> TextClause:
    """The walks' crews in order of promise, with their names and, of each trade, 0 or 1.

    Areas that hold one place are prefixes of each other, so the greatest is the nearest. The
    steps of rating and room are coarse, so that near-equals take turns.
    """
    can = [f"MAX(CASE WHEN number = {t} THEN 1 ELSE 0 END)" for t in range(trades)]
    found = text(
        f"SELECT p.id, p.name, p.region, p.rating_count, area, rating, free, last, {_can(trades)}"  # noqa: S608
        f" FROM (SELECT provider_id, MAX(region) AS area, MAX(rating) AS rating,"
        f" MAX(free) AS free, MAX(last_turn) AS last,"
        f" {', '.join(f'{part} AS can{t}' for t, part in enumerate(can))}"
        f" FROM ({_walks(regions, trades)}) AS w"
        f"{' WHERE provider_id NOT IN :exclude' if excluding else ''}"
        f" GROUP BY provider_id ORDER BY LENGTH(MAX(region)) DESC, {' + '.join(can)} DESC,"
        f" MAX(rating) / 50 DESC, CASE WHEN MAX(free) < 3 THEN MAX(free) ELSE 3 END DESC,"
        f" MAX(last_turn), provider_id LIMIT :shortlist) AS best"
        f" JOIN providers AS p ON p.id = best.provider_id"
    )
    return found.bindparams(bindparam("exclude", expanding=True)) if excluding else found


def _can(trades: int) -> str:
    return ", ".join(f"can{t}" for t in range(trades))


def _walks(regions: int, trades: int) -> str:
    """One ordered, limited walk along the covering index per region and trade.

    Written as text and kept, because composing dozens of branches costs more than running
    them. `free > 0` is literal, so that both engines see that the partial index applies.
    """
    walks = (
        f"SELECT * FROM (SELECT provider_id, region, rating, free, last_turn, {t} AS number"  # noqa: S608
        f" FROM provider_routes WHERE region = :r{r} AND trade = :t{t} AND free > 0"
        f" ORDER BY region, trade, rating DESC, free DESC, last_turn, provider_id"
        f" LIMIT :most) AS w{r}_{t}"
        for r in range(regions)
        for t in range(trades)
    )
    return " UNION ALL ".join(walks)


def _candidate(
    trades: Sequence[str], provider_id: str, name: str, home: str, rated: int, area: str,
    rating: int, free: int, last_turn: int, *can: int,
) -> Candidate:  # fmt: skip
    return Candidate(
        provider_id=provider_id,
        name=name,
        home=RegionCode(home),
        matched_area=area,
        trades=frozenset(trade for trade, known in zip(trades, can, strict=True) if known),
        free=free,
        rating_hundredths=rating,
        is_rated=rated > 0,
        last_turn=last_turn,
    )


def _figures(provider: Provider) -> dict[str, int]:
    return {
        "rating": routing_rating(provider.rating_sum, provider.rating_count),
        "free": max(0, provider.weekly_capacity - provider.open_jobs),
        "last_turn": provider.last_turn,
    }


def areas_of(session: Session, provider_ids: Sequence[str]) -> dict[str, tuple[RegionCode, ...]]:
    """The areas of several crews, in order of code. One statement."""
    areas: dict[str, list[RegionCode]] = defaultdict(list)
    rows = session.execute(
        select(ProviderArea.provider_id, ProviderArea.region)
        .where(ProviderArea.provider_id.in_(provider_ids))
        .order_by(ProviderArea.region)
    )
    for provider_id, region in rows:
        areas[provider_id].append(RegionCode(region))
    return {key: tuple(values) for key, values in areas.items()}
