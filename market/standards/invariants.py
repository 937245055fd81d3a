"""What must hold of the library and of what products carry of it; empty lists when it does."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.kernel.clock import shanghai_date
from market.standards.citations import look_up
from market.standards.copies import chunks
from market.standards.models import Acknowledgement, Edition, Ending

LATE_DAYS = 1  # the sweep that tells makers runs every few minutes


def breaches(session: Session, written: Mapping[tuple[str, str], int], now: datetime) -> list[str]:
    """Products and kinds that carry something else than the library says; acts without their
    audit row (`written`: how often each is recorded); endings nobody was told of."""
    return [*_carried(session), *_unrecorded(session, written), *_untold(session, now)]


def _carried(session: Session) -> list[str]:
    found = catalogue.cited_breaches(session)
    for texts in chunks(catalogue.all_texts(session)):
        said = look_up(session, texts)
        for ids in chunks(catalogue.ids_citing(session, texts)):
            for one in catalogue.citing_products(session, ids).values():
                if one.cited != said.get(one.text):
                    found.append(f"product {one.id}: carries not what the library says of it")
    kinds = catalogue.list_kinds(session, include_closed=True)
    said = look_up(session, {kind.standard for kind in kinds})
    for kind in kinds:
        if kind.cited != said[kind.standard]:
            found.append(f"kind {kind.code}: carries not what the library says of it")
    return found


def _unrecorded(session: Session, written: Mapping[tuple[str, str], int]) -> list[str]:
    acts = {
        "standard.add": select(Edition.id, func.count()).group_by(Edition.id),
        "standard.end": select(Ending.edition_id, func.count()).group_by(Ending.edition_id),
        "standard.cancel_ending": select(Ending.edition_id, func.count())
        .where(Ending.cancelled_at.is_not(None))
        .group_by(Ending.edition_id),
        "standard.acknowledge": select(Acknowledgement.edition_id, func.count()).group_by(
            Acknowledgement.edition_id
        ),
    }
    found = []
    for action, statement in acts.items():
        for key, count in session.execute(statement):
            known = written.get((key, action), 0)
            if known < count:
                found.append(f"edition {key}: {action} {count} times, {known} audit rows")
    return found


def _untold(session: Session, now: datetime) -> list[str]:
    rows = session.execute(
        select(Ending.id, Ending.from_on).where(
            Ending.told_at.is_(None), Ending.cancelled_at.is_(None)
        )
    )
    today = shanghai_date(now)
    return [
        f"ending {key}: makers were not told of {day}"
        for key, day in rows
        if (today - day).days > LATE_DAYS
    ]
