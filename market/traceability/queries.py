"""Reads of trace codes; frozen values out, a fixed number of statements each."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select, true
from sqlalchemy.orm import Session

from market.batches import queries as batches
from market.batches.types import BatchView
from market.catalogue import queries as catalogue
from market.certification import queries as certification
from market.db.backlog import backlog
from market.db.region_filter import within
from market.inspections import queries as inspections
from market.kernel.actor import Actor
from market.kernel.backlog import Backlog
from market.kernel.paging import Page, offset
from market.manuals import queries as manuals
from market.orders import queries as orders
from market.regions import queries as regions
from market.traceability import access, rules
from market.traceability.errors import (
    AlarmNotFound,
    CodeMalformed,
    CodeNotFound,
    IdentifierNotFound,
)
from market.traceability.models import Recall, Scan, ScanAlarm, TraceCode
from market.traceability.types import (
    AlarmKind,
    AlarmView,
    BatchFacts,
    CodeCounts,
    CodePage,
    CodeView,
    Decision,
    Level,
    Place,
    ReachView,
    RecallView,
)

SHEET = 24  # labels on a sheet of paper
PER_PAGE = 10 * SHEET


def get_page(session: Session, typed: str, now: datetime, lang: str, mark: str = "") -> CodePage:
    """What scanning a code shows to the visitor with this mark.

    Raises CodeMalformed, CodeNotFound.
    """
    code = rules.normal_code(typed)
    if code is None:
        raise CodeMalformed
    row = session.get(TraceCode, code)
    if row is None:
        raise CodeNotFound
    facts = facts_of(session, batches.get(session, row.batch_id), now)
    parts = session.scalar(select(func.count()).where(TraceCode.parent == code)) or 0
    alarms = session.scalars(
        select(ScanAlarm.kind).where(ScanAlarm.code == code, ScanAlarm.decision == "open")
    )
    place = regions.label(session, row.first_county, lang) if row.first_county else ""
    kinds = tuple(AlarmKind(kind) for kind in alarms)
    own = mark and row.scans and session.scalar(
        select(Scan.id).where(Scan.code == code, Scan.visitor == mark)
    )  # fmt: skip
    return CodePage(_code(row), facts, place, parts, kinds, row.scans - (1 if own else 0))


def facts_of(session: Session, batch: BatchView, now: datetime) -> BatchFacts:
    """All that everyone may know of a batch: its certificate now, its spot checks, its manual.

    What was made before there was a manual goes by the first one.
    """
    ids = [batch.certificate.id] if batch.certificate else []
    now_views = certification.certificates_by_ids(session, ids, now)
    checks = inspections.of_batch(session, batch.product_id, batch.number)
    pinned = batch.manual_version
    later = pinned is None and bool(manuals.has_any(session, [batch.product_id]))
    certificate = next(iter(now_views.values()), None)
    return BatchFacts(batch, certificate, checks, 1 if later else pinned, later)


def public_batch(session: Session, batch_id: str, now: datetime) -> BatchFacts:
    """A batch of a product that was ever published. Raises BatchNotFound, IdentifierNotFound."""
    batch = batches.get(session, batch_id)
    about = catalogue.products_about(session, [batch.product_id])[batch.product_id]
    if about.published_at is None:
        raise IdentifierNotFound
    return facts_of(session, batch, now)


def counts_of(session: Session, batch_ids: Collection[str]) -> dict[str, CodeCounts]:
    """Codes of each batch that has any."""

    def many(condition: ColumnElement[bool]) -> Any:
        return func.sum(case((condition, 1), else_=0))

    rows = session.execute(
        select(
            TraceCode.batch_id, many(TraceCode.level == "pallet"),
            many(TraceCode.level == "unit"), many(TraceCode.scans > 0),
        )
        .where(TraceCode.batch_id.in_(set(batch_ids)))
        .group_by(TraceCode.batch_id)
    )  # fmt: skip
    return {row[0]: CodeCounts(int(row[1]), int(row[2]), int(row[3])) for row in rows}


def sheet(session: Session, batch_id: str, number: int) -> Page[CodeView]:
    """Codes of a batch to print: its own, then pallet by pallet with the units on each."""
    mine = TraceCode.batch_id == batch_id
    total = session.scalar(select(func.count()).select_from(TraceCode).where(mine)) or 0
    pallet = TraceCode.__table__.alias("pallet")
    own = TraceCode.__table__
    under = case((own.c.level == "pallet", own.c.serial), else_=pallet.c.serial)
    rows = session.scalars(
        select(TraceCode)
        .outerjoin(pallet, and_(pallet.c.code == own.c.parent, pallet.c.level == "pallet"))
        .where(mine)
        .order_by(
            case((own.c.level == "batch", 0), else_=1),
            func.coalesce(under, 0),
            case((own.c.level == "pallet", 0), else_=1),
            own.c.serial,
        )
        .limit(PER_PAGE)
        .offset(offset(number, PER_PAGE))
    )
    return Page([_code(row) for row in rows], total, max(1, number), PER_PAGE)


def list_alarms(
    session: Session, actor: Actor, shown: str, number: int, lang: str
) -> Page[AlarmView]:
    """Alarms with a place in the actor's subtree, newest first."""
    conditions = [_subtree(actor), *_SHOWN[shown]]
    total = session.scalar(select(func.count()).select_from(ScanAlarm).where(*conditions)) or 0
    page: Page[AlarmView] = Page([], total, max(1, number))
    rows = session.scalars(
        select(ScanAlarm)
        .where(*conditions)
        .order_by(ScanAlarm.raised_at.desc(), ScanAlarm.id.desc())
        .limit(page.size)
        .offset(offset(number))
    ).all()
    return Page(_alarms(session, rows, lang), total, page.number)


def count_alarms(session: Session, actor: Actor) -> dict[str, int]:
    """How many alarms each list holds."""
    return {
        key: session.scalar(
            select(func.count()).select_from(ScanAlarm).where(_subtree(actor), *rest)
        )
        or 0
        for key, rest in _SHOWN.items()
    }


def alarms_waiting(session: Session, actor: Actor, before: datetime) -> Backlog:
    """Open alarms with a place in the actor's subtree; late since `before`."""
    return backlog(session, ScanAlarm.raised_at, before, _subtree(actor), *_SHOWN["open"])


def get_alarm(session: Session, actor: Actor, alarm_id: str, lang: str) -> AlarmView:
    """An alarm of the actor's subtree. Raises AlarmNotFound, AlarmOutsideRegion."""
    row = session.get(ScanAlarm, alarm_id)
    if row is None:
        raise AlarmNotFound
    access.require_governs_any(actor, row.county, row.other_county)
    return _alarms(session, [row], lang)[0]


def alarms_of_maker(
    session: Session, maker_id: str, lang: str, *, batch_id: str | None = None, limit: int = 100
) -> list[AlarmView]:
    """The newest alarms about a maker's goods; about one batch when it is given."""
    conditions = [ScanAlarm.maker_id == maker_id]
    if batch_id is not None:
        conditions.append(ScanAlarm.batch_id == batch_id)
    rows = session.scalars(
        select(ScanAlarm)
        .where(*conditions)
        .order_by(ScanAlarm.raised_at.desc(), ScanAlarm.id.desc())
        .limit(limit)
    )
    return _alarms(session, rows, lang)


def count_open_of_maker(session: Session, maker_id: str) -> int:
    """Open alarms about a maker's goods."""
    statement = select(func.count()).where(
        ScanAlarm.maker_id == maker_id, ScanAlarm.decision == "open"
    )
    return session.scalar(statement) or 0


def reach_for_maker(session: Session, batch: BatchView, lang: str) -> ReachView:
    """How far a batch went, for its maker: numbers, no names."""
    return _reach(session, batch.id, None, lang)


def reach_for_official(session: Session, actor: Actor, batch_id: str, lang: str) -> ReachView:
    """How far a batch went in the actor's subtree: numbers, no names."""
    return _reach(session, batch_id, access.regions_of(actor), lang)


def _reach(session: Session, batch_id: str, own: Sequence[Any] | None, lang: str) -> ReachView:
    reach = orders.reach_of_batch(session, batch_id, own)
    names = _place_names(session, [county.code for county in reach.counties], lang)
    rows = session.scalars(
        select(Recall).where(Recall.batch_id == batch_id).order_by(Recall.sent_at.desc())
    )
    return ReachView(
        reach,
        tuple(Place(names.get(one.code, ""), one.buyers, one.packs) for one in reach.counties),
        tuple(RecallView(r.id, r.words, r.buyers, r.sent_at, r.by_maker) for r in rows),
    )


def _subtree(actor: Actor) -> ColumnElement[bool]:
    if actor.is_operator:
        return true()
    if not actor.official_regions:
        return false()
    own = actor.official_regions
    return or_(
        within(ScanAlarm.county, *own),
        and_(ScanAlarm.other_county != "", within(ScanAlarm.other_county, *own)),
    )


_SHOWN: dict[str, tuple[ColumnElement[bool], ...]] = {
    "open": (ScanAlarm.decision == "open",),
    "all": (),
}
LISTS = tuple(_SHOWN)


def _alarms(session: Session, rows: Iterable[ScanAlarm], lang: str) -> list[AlarmView]:
    rows = list(rows)
    of_batch = batches.by_ids(session, {row.batch_id for row in rows})
    counties = {row.county for row in rows} | {row.other_county for row in rows}
    names = _place_names(session, counties, lang)
    statement = select(TraceCode.code, TraceCode.level)
    found = session.execute(statement.where(TraceCode.code.in_({row.code for row in rows})))
    levels = {row.code: Level(row.level) for row in found}
    return [
        AlarmView(
            id=row.id, code=row.code, level=levels[row.code], batch=of_batch[row.batch_id],
            kind=AlarmKind(row.kind), county=row.county, place=names.get(row.county, ""),
            other_county=row.other_county, other_place=names.get(row.other_county, ""),
            km=row.km, hours=row.hours, scans=row.scans, raised_at=row.raised_at,
            decision=Decision(row.decision), note=row.note, decided_at=row.decided_at,
        )
        for row in rows
    ]  # fmt: skip


def _place_names(session: Session, codes: Collection[str], lang: str) -> dict[str, str]:
    found = regions.paths(session, [code for code in codes if code])
    return {code: path.text(lang) for code, path in found.items()}


def _code(row: TraceCode) -> CodeView:
    return CodeView(
        row.code, row.batch_id, Level(row.level), row.parent, row.serial, row.made_at,
        row.first_scanned_at, row.first_county, row.scans, row.counterfeit_at,
    )  # fmt: skip
