"""Where vouchers can apply at all: kept in the process, so that most prices ask nothing.

A scheme that was published elsewhere shows in prices at most `KEPT` later; one that was paused
elsewhere is read anew with every price, so nothing is ever given too much.
"""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from market.kernel.region_code import RegionCode
from market.subsidies.models import SubsidyScheme

KEPT = timedelta(seconds=15)
_known: WeakKeyDictionary[Any, tuple[datetime, frozenset[str]]] = WeakKeyDictionary()


def may_apply(session: Session, region: RegionCode, now: datetime) -> bool:
    """Whether some voucher scheme holds in the place; one statement every `KEPT`, or none."""
    return not _prefixes(session, now).isdisjoint(region.prefixes)


def forget() -> None:
    """A scheme changed."""
    _known.clear()


def _prefixes(session: Session, now: datetime) -> frozenset[str]:
    bind = session.get_bind()
    kept = _known.get(bind)
    if kept is None or not kept[0] <= now < kept[0] + KEPT:
        kept = now, frozenset(session.scalars(_live(), {"now": now}))
        _known[bind] = kept
    return kept[1]


@lru_cache(maxsize=1)
def _live() -> Select[Any]:
    scheme = SubsidyScheme
    return (
        select(scheme.region_code)
        .where(
            scheme.type == "voucher", scheme.state == "live",
            scheme.ends_at > bindparam("now", type_=scheme.ends_at.type),
        )
        .distinct()
    )  # fmt: skip
