"""Dynamic exit: an entry counts only while its product's gate is open.

The gate is copied onto the entry in the transaction that changes it, and what is listed leaves at
once; what the clock shuts has left from that moment, and a job writes it down.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from market.adoptions import rules
from market.adoptions.events import AdoptionDecided
from market.adoptions.loading import note
from market.adoptions.models import AdoptionEntry
from market.adoptions.rules import Gate
from market.adoptions.types import FINAL, EntryState
from market.catalogue import queries as catalogue
from market.catalogue import service as goods
from market.catalogue.events import GoodsChanged
from market.kernel.actor import SYSTEM
from market.kernel.clock import shanghai_date
from market.kernel.events import Event, publish
from market.sellers import queries as sellers
from market.web.instant import present

_STANDING = AdoptionEntry.state.not_in([state.value for state in FINAL])


def gates_of(session: Session, product_ids: Collection[str], now: datetime) -> dict[str, Gate]:
    """The gates of products, by the rules that sales go by; shut too for a product that is put
    away and for the goods of a maker that is suspended."""
    found = catalogue.gates_now(session, product_ids, now)
    about = catalogue.products_about(session, product_ids)
    makers = sellers.sellers_by_ids(session, {one.maker_id for one in about.values()})
    gates = {}
    for key, gate in found.items():
        cause = gate.shut[0].code if gate.shut else ""
        if about[key].certificate_id is None:  # a local list lets it be sold, not be adopted
            cause = "certificate_missing"
        if not makers[about[key].maker_id].is_open:
            cause = "maker_suspended"
        if about[key].state == "archived":
            cause = "product_archived"
        gates[key] = Gate(
            blocked=bool(cause) and (gate.opens_at is None or not gate.shut),
            opens_at=gate.opens_at or rules.SINCE,
            closes_at=gate.closes_at or rules.UNTIL, cause=cause,
        )  # fmt: skip
    return gates


def kept_gate(row: AdoptionEntry) -> Gate:
    """The gate as it was copied last."""
    return Gate(row.gate_blocked, row.gate_opens_at, row.gate_closes_at)


def is_in(now: datetime) -> ColumnElement[bool]:
    """Entries that are listed at an instant."""
    row = AdoptionEntry
    return and_(
        row.state == EntryState.LISTED.value, row.gate_blocked.is_(False),
        row.gate_opens_at <= now, row.gate_closes_at > now, row.ends_on >= shanghai_date(now),
    )  # fmt: skip


def copy_gate(session: Session, row: AdoptionEntry, now: datetime) -> Gate:
    """Copy the gate as it is now; returns it."""
    gate = gates_of(session, [row.product_id], now).get(row.product_id, Gate(cause="shut"))
    row.gate_blocked, row.gate_opens_at = gate.blocked, gate.opens_at
    row.gate_closes_at = gate.closes_at
    return gate


def settle_row(session: Session, row: AdoptionEntry, now: datetime) -> Gate:
    """Copy the gate, and write an exit down that is due; again changes nothing. What was shut for
    a while has left, also when it is open again by now."""
    was = kept_gate(row)
    gate = copy_gate(session, row, now)
    if row.state != EntryState.LISTED:
        return gate
    if not rules.is_open(was, row.ends_on, now):
        cause, at = rules.exit_of(replace(was, cause=gate.cause), row.ends_on, now)
        _leave(session, row, cause, at, now)
    elif not rules.is_open(gate, row.ends_on, now):
        _leave(session, row, *rules.exit_of(gate, row.ends_on, now), now)
    return gate


def _leave(session: Session, row: AdoptionEntry, cause: str, at: datetime, now: datetime) -> None:
    row.state, row.exit_cause, row.exited_at = EntryState.EXITED.value, cause, at
    row.reason = ""
    note(session, SYSTEM, row, "exit", now, level="system", cause=cause)
    publish(
        session,
        AdoptionDecided(row.id, row.name_zh, row.seller_id, "exited", "", cause, now.isoformat()),
    )


def on_goods_changed(session: Session, event: Event) -> None:
    """Reaction: entries keep the gates of their products, and those that shut are left."""
    assert isinstance(event, GoodsChanged)
    if not event.product_ids:
        return
    rows = session.scalars(
        select(AdoptionEntry)
        .where(AdoptionEntry.product_id.in_(event.product_ids), _STANDING)
        .order_by(AdoptionEntry.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    now = present() if rows else None
    for row in rows:
        assert now is not None
        settle_row(session, row, now)
    session.flush()


def settle(session: Session, now: datetime) -> int:
    """Write down what the clock has ended; returns how many entries left. May run at any time."""
    due = AdoptionEntry.state == EntryState.LISTED.value, ~is_in(now)
    goods.keep_products(
        session, session.scalars(select(AdoptionEntry.product_id).where(*due)).all()
    )
    rows = session.scalars(
        select(AdoptionEntry)
        .where(*due)
        .order_by(AdoptionEntry.id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for row in rows:
        settle_row(session, row, now)
    session.flush()
    return sum(row.state == EntryState.EXITED.value for row in rows)
