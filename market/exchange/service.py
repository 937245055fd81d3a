"""The verbs of imports: take a file, ask for it to be applied, drop it."""

import hashlib
from datetime import datetime
from pathlib import PurePath

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from market.exchange.errors import (
    FileMissing,
    FileTooBig,
    ImportNotFound,
    NothingToApply,
    NotReadyToApply,
)
from market.exchange.models import SheetImport
from market.exchange.types import KEPT, State
from market.kernel.actor import Actor
from market.kernel.ids import new_id
from market.sellers.errors import SellerNotFound

_OVER = ("applied", "broken", "discarded")


def take_file(
    session: Session, actor: Actor, seller_id: str, data: bytes, filename: str, *,
    most_mb: int, now: datetime,
) -> str:  # fmt: skip
    """Keep a file until its preview is made; returns the import's id.

    Raises SellerNotFound for another seller's desk, FileMissing, FileTooBig.
    """
    if not actor.is_member_of_seller(seller_id):
        raise SellerNotFound()
    if not data:
        raise FileMissing()
    if len(data) > most_mb * 1024 * 1024:
        raise FileTooBig(megabytes=most_mb)
    name = PurePath(filename.replace("\\", "/")).name
    row = SheetImport(
        id=new_id(),
        seller_id=seller_id,
        account_id=actor.account_id or "",
        filename="".join(c for c in name if c.isprintable())[:200] or "-",
        file_digest=hashlib.sha256(data).hexdigest(),
        content=data,
        state=State.QUEUED.value,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row.id


def ask_to_apply(session: Session, actor: Actor, import_id: str, now: datetime) -> None:
    """Have the preview applied as it was shown.

    Raises ImportNotFound, NotReadyToApply, NothingToApply.
    """
    row = own(session, actor, import_id)
    if row.counts.get("wrong_rows"):
        raise NotReadyToApply()
    if row.state == State.READY and not row.counts.get("changed_rows"):
        raise NothingToApply()
    if not _move(session, row, (State.READY,), State.ASKED):
        raise NotReadyToApply()


def discard(session: Session, actor: Actor, import_id: str, now: datetime) -> None:
    """Give an import up; nothing of it was applied. Raises ImportNotFound, NotReadyToApply."""
    row = own(session, actor, import_id)
    if not _move(session, row, (State.READY, State.BROKEN, State.QUEUED), State.DISCARDED):
        raise NotReadyToApply()
    row.content, row.ended_at = None, now
    session.flush()


def forget_old(session: Session, now: datetime) -> int:
    """Drop imports that are long over, and previews nobody used; returns how many."""
    old = SheetImport.created_at < now - KEPT
    ids = list(session.scalars(select(SheetImport.id).where(old, SheetImport.state.in_(
        (*_OVER, State.READY.value))).limit(200)))  # fmt: skip
    session.execute(delete(SheetImport).where(SheetImport.id.in_(ids)))
    return len(ids)


def own(session: Session, actor: Actor, import_id: str) -> SheetImport:
    """An import for its seller's people. Raises ImportNotFound for anyone else's."""
    row = session.get(SheetImport, import_id)
    if row is None or not actor.is_member_of_seller(row.seller_id):
        raise ImportNotFound()
    return row


def _move(session: Session, row: SheetImport, states: tuple[State, ...], to: State) -> bool:
    """Change the state if it still is one of these; a run that is at work keeps it."""
    found = session.execute(
        update(SheetImport)
        .where(
            SheetImport.id == row.id,
            SheetImport.state.in_([state.value for state in states]),
            SheetImport.leased_until.is_(None),
        )
        .values(state=to.value, moved=False, rows_done=0)
        .execution_options(synchronize_session=False)
    )
    session.expire(row)
    return bool(found.rowcount == 1)  # type: ignore[attr-defined]
