"""The denormalised routing table: kept here, read here.

One request asks for a few regions (its own township and everything above it) and a few
trades. Each pair is one short walk along the covering index, so the work does not grow
with the number of crews.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
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
_KNOWN = text("SELECT id, name, region, rating_count FROM providers WHERE id IN :ids").bindparams(
    bindparam("ids", expanding=True)
)


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
    of `exclude`. Two statements.
    """
    wanted = sorted(set(trades))
    if not wanted:
        return []
    walked = _walk(session, region, wanted, max(BRANCH_LIMIT, most) + len(exclude))
    found = [one for one in _gather(walked) if one.provider_id not in exclude]
    if not found:
        return []
    chosen = {entry.provider_id: entry for entry in sorted(found, key=_promise)[:most]}
    known = session.execute(_KNOWN, {"ids": list(chosen)})
    return [
        _candidate(chosen[provider_id], name, home, rated > 0)
        for provider_id, name, home, rated in known
    ]


def count_fitting(session: Session, region: RegionCode, trades: Collection[str]) -> int:
    """How many approved crews with room fit, up to COUNT_LIMIT per area level and trade."""
    wanted = sorted(set(trades))
    if not wanted:
        return 0
    return len(_gather(_walk(session, region, wanted, COUNT_LIMIT)))


@cache
def _walks(regions: int, trades: int) -> TextClause:
    """One ordered, limited walk along the covering index per region and trade.

    Written as text and kept, because composing dozens of branches costs more than running
    them. `free > 0` is literal, so that both engines see that the partial index applies.
    """
    walks = (
        f"SELECT * FROM (SELECT provider_id, region, trade, rating, free, last_turn"  # noqa: S608
        f" FROM provider_routes WHERE region = :r{r} AND trade = :t{t} AND free > 0"
        f" ORDER BY region, trade, rating DESC, free DESC, last_turn, provider_id"
        f" LIMIT :most) AS w{r}_{t}"
        for r in range(regions)
        for t in range(trades)
    )
    return text(" UNION ALL ".join(walks))


def _walk(session: Session, region: RegionCode, trades: list[str], limit: int) -> Any:
    values: dict[str, Any] = {"most": limit}
    values.update({f"r{n}": prefix for n, prefix in enumerate(region.prefixes)})
    values.update({f"t{n}": trade for n, trade in enumerate(trades)})
    return session.execute(_walks(len(region.prefixes), len(trades)), values)


@dataclass
class _Found:
    provider_id: str
    rating: int
    free: int
    last_turn: int
    area: str
    trades: set[str]


def _gather(rows: Any) -> list[_Found]:
    found: dict[str, _Found] = {}
    for provider_id, region, trade, rating, free, last_turn in rows:
        entry = found.get(provider_id)
        if entry is None:
            found[provider_id] = _Found(provider_id, rating, free, last_turn, region, {trade})
            continue
        entry.trades.add(trade)
        if len(region) > len(entry.area):
            entry.area = region
    return list(found.values())


def _promise(entry: _Found) -> tuple[int, int, int, int, int, str]:
    """Coarse steps, so that near-equals take turns."""
    return (
        -len(entry.area),
        -len(entry.trades),
        -(entry.rating // 50),
        -min(entry.free, 3),
        entry.last_turn,
        entry.provider_id,
    )


def _candidate(entry: _Found, name: str, home: str, is_rated: bool) -> Candidate:
    return Candidate(
        provider_id=entry.provider_id,
        name=name,
        home=RegionCode(home),
        matched_area=entry.area,
        trades=frozenset(entry.trades),
        free=entry.free,
        rating_hundredths=entry.rating,
        is_rated=is_rated,
        last_turn=entry.last_turn,
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
