"""Reads of where listed products went."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm import Session

from market.adoptions import access, rules
from market.adoptions.errors import AdoptionNotFound, OutsideYourRegion, UsageNotFound
from market.adoptions.models import AdoptionEntry, AdoptionUsage
from market.adoptions.types import EntryView, UsageDraft, UsageState, UsageView, Use, Uses
from market.db.backlog import backlog
from market.db.region_filter import within
from market.demonstrations import queries as demonstrations
from market.kernel.actor import Actor
from market.kernel.backlog import Backlog
from market.kernel.region_code import RegionCode


def uses_of_entry(session: Session, entry: EntryView) -> Uses:
    """Public demonstration projects of the province with what arrived there, and confirmed
    records of officials."""
    arrived = demonstrations.goods_used(session, entry.product_id, entry.province)
    items = [
        Use(one.name_zh, one.name_en, one.region, one.year, one.quantity, one.unit,
            one.project_id)
        for one in arrived
    ]  # fmt: skip
    rows = session.scalars(
        select(AdoptionUsage).where(
            AdoptionUsage.entry_id == entry.id, AdoptionUsage.state == UsageState.APPROVED.value
        )
    )
    items += [
        Use(row.project_name, "", RegionCode(row.region_code), row.year, row.quantity, row.unit)
        for row in rows
    ]
    return rules.uses_of(items)


def list_usages(session: Session, actor: Actor, entry_id: str) -> list[UsageView]:
    """Records of an entry that the actor may see, newest first.

    Raises AdoptionNotFound, OutsideYourRegion.
    """
    entry = session.get(AdoptionEntry, entry_id)
    if entry is None or entry.public_at is None:
        raise AdoptionNotFound
    if not access.is_near(actor, entry.province):
        raise OutsideYourRegion
    rows = session.scalars(
        select(AdoptionUsage).where(AdoptionUsage.entry_id == entry_id)
        .order_by(AdoptionUsage.entered_at.desc(), AdoptionUsage.id.desc())
    )  # fmt: skip
    return [_view(row) for row in rows if actor.governs(RegionCode(row.region_code))]


def get_usage(session: Session, actor: Actor, entry_id: str, usage_id: str) -> UsageView:
    """One record in the actor's care. Raises AdoptionNotFound, OutsideYourRegion, UsageNotFound."""
    found = [one for one in list_usages(session, actor, entry_id) if one.id == usage_id]
    if not found:
        raise UsageNotFound
    return found[0]


def usage_file(session: Session, usage_id: str) -> str:
    """The id of the proof. Raises UsageNotFound."""
    row = session.get(AdoptionUsage, usage_id)
    if row is None:
        raise UsageNotFound
    return row.evidence_file_id


def usages_waiting(session: Session, actor: Actor, before: datetime) -> Backlog:
    """Records of use that this actor may confirm; late since `before`."""
    return backlog(session, AdoptionUsage.entered_at, before, *_for(actor))


def entries_with_usages(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """(entry, its name) of the records that wait for this actor."""
    found = session.execute(
        select(AdoptionEntry.id, AdoptionEntry.name_zh, AdoptionEntry.number)
        .join(AdoptionUsage, AdoptionUsage.entry_id == AdoptionEntry.id)
        .where(*_for(actor))
        .order_by(AdoptionEntry.number)
        .distinct()
    )
    return [(one.id, f"{one.name_zh} {one.number}") for one in found]


def _for(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """Records that wait for somebody strictly above who entered them, and not for themselves."""
    row = AdoptionUsage
    below = [
        and_(within(row.entered_region, one), row.entered_region != one.digits)
        for one in actor.official_regions
    ]
    mine = true() if actor.is_operator else or_(*below) if below else false()
    return row.state == UsageState.SUBMITTED.value, row.entered_by != (actor.account_id or ""), mine


def _view(row: AdoptionUsage) -> UsageView:
    draft = UsageDraft(
        row.project_name, RegionCode(row.region_code), row.year, row.quantity, row.unit
    )
    return UsageView(
        row.id, row.entry_id, draft, UsageState(row.state), row.entered_by, row.entered_name,
        RegionCode(row.entered_region), row.entered_at, row.decided_name, row.decided_at,
        row.reason,
    )  # fmt: skip
