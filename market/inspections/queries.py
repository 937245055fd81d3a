"""Reads of spot checks; frozen values out, a fixed number of statements each."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from market.batches import queries as batches
from market.batches import rules as batch_rules
from market.catalogue import queries as catalogue
from market.db.glance import recent_piece
from market.db.region_filter import governed_by
from market.inspections import access, rules
from market.inspections.errors import PlanNotFound, SpotCheckNotFound
from market.inspections.models import Appeal, Sample, SamplingPlan, SpotCheck
from market.inspections.standing import FAILED, STANDING, overdue
from market.inspections.types import (
    AppealView,
    Cause,
    CheckView,
    Findable,
    PlanRow,
    PlanView,
    Purpose,
    Reach,
    Result,
    SampleRow,
    Standing,
)
from market.kernel.actor import Actor
from market.kernel.clock import end_of_day
from market.kernel.paging import PAGE_SIZE, Page, offset
from market.orders import queries as orders
from market.sellers import queries as sellers


def list_published(
    session: Session, number: int = 1, *, failed_only: bool = False, maker_id: str = ""
) -> Page[CheckView]:
    """Public results, newest first; of one maker's goods when it is named."""
    conditions: list[ColumnElement[bool]] = [SpotCheck.published_at.is_not(None)]
    if maker_id:
        conditions.append(SpotCheck.maker_id == maker_id)
    if failed_only:
        conditions.append(SpotCheck.passed.is_(False))
    return _page(session, conditions, SpotCheck.published_at.desc(), number)


def history_of(session: Session, product_id: str) -> list[CheckView]:
    """Public results of a product, newest first."""
    statement = (
        select(SpotCheck)
        .where(SpotCheck.product_id == product_id, SpotCheck.published_at.is_not(None))
        .order_by(SpotCheck.published_at.desc(), SpotCheck.id.desc())
    )
    return _views(session, session.scalars(statement).all())


_CHECKED = select(SpotCheck.product_id).where(SpotCheck.published_at.is_not(None)).distinct()
_ID_BYTES = 120  # of a text in a set, roughly


def _ids(rows: Sequence[Any]) -> tuple[frozenset[str], int]:
    return frozenset(row[0] for row in rows), _ID_BYTES * (len(rows) + 1)


def record_of(session: Session, product_id: str) -> tuple[str, datetime | None, bool] | None:
    """What the public results of a product come to: the word of its oldest standing failure, else
    of its newest result, since when, and whether an objection to a standing failure waits. None
    when there is no result: then nothing is asked, as most products were never checked."""
    if product_id not in recent_piece(session, _CHECKED, {}, _ids):
        return None
    appealed = exists().where(Appeal.check_id == SpotCheck.id, Appeal.decision == "open")
    rows = session.execute(
        select(
            SpotCheck.passed, SpotCheck.published_at, SpotCheck.cleared_at, SpotCheck.annulled_at,
            appealed,
        )
        .where(SpotCheck.product_id == product_id, SpotCheck.published_at.is_not(None))
        .order_by(SpotCheck.published_at.desc(), SpotCheck.id.desc())
    ).all()  # fmt: skip
    if not rows:
        return None
    standing = [row for row in rows if not (row[0] or row[2] or row[3])]
    if standing:
        return Standing.FAILED.value, standing[-1][1], any(row[4] for row in standing)
    passed, published_at, cleared_at, annulled_at, _ = rows[0]
    if passed:
        recheck = any(row[2] == published_at for row in rows)
        word = Standing.CLEARED if recheck else Standing.PASSED
        return word.value, published_at, False
    if annulled_at:
        return Standing.ANNULLED.value, annulled_at, False
    return Standing.CLEARED.value, cleared_at, False


def get_published(session: Session, check_id: str) -> CheckView:
    """A public result. Raises SpotCheckNotFound, for a draft too."""
    row = session.get(SpotCheck, check_id)
    if row is None or row.published_at is None:
        raise SpotCheckNotFound
    return _views(session, [row])[0]


def changed_since(
    session: Session, since: datetime | None, after: tuple[datetime, str] | None, limit: int
) -> list[CheckView]:
    """Public results in the order of their last change, from an instant or behind a row."""
    statement = select(SpotCheck).where(SpotCheck.published_at.is_not(None))
    if since is not None:
        statement = statement.where(SpotCheck.updated_at >= since)
    if after is not None:
        at, last = after
        later = or_(
            SpotCheck.updated_at > at, and_(SpotCheck.updated_at == at, SpotCheck.id > last)
        )
        statement = statement.where(later)
    ordered = statement.order_by(SpotCheck.updated_at, SpotCheck.id).limit(limit)
    return _views(session, session.scalars(ordered).all())


def get_for_review(session: Session, actor: Actor, check_id: str) -> CheckView:
    """A check of the actor's subtree. Raises SpotCheckNotFound, OutsideYourRegion."""
    row = session.get(SpotCheck, check_id)
    if row is None:
        raise SpotCheckNotFound
    access.require_governs(actor, row.region_code)
    return _views(session, [row])[0]


def list_for_review(
    session: Session, actor: Actor, shown: str, now: datetime, number: int = 1
) -> Page[CheckView]:
    """Checks of the actor's subtree: drafts, standing failures, those whose re-check is overdue,
    failures with an open appeal, or everything."""
    conditions = [governed_by(actor, SpotCheck.region_code), *_shown(shown, now)]
    return _page(session, conditions, SpotCheck.entered_at.desc(), number)


def counts_for_review(session: Session, actor: Actor, now: datetime) -> dict[str, int]:
    """How many checks each of the lists holds."""
    own = governed_by(actor, SpotCheck.region_code)
    counted = select(func.count()).select_from(SpotCheck)
    return {key: session.scalar(counted.where(own, *_shown(key, now))) or 0 for key in LISTS}


def standing_of_maker(session: Session, maker_id: str) -> list[CheckView]:
    """Standing failures of a maker's products, the re-check that is due first at the top."""
    statement = (
        select(SpotCheck)
        .where(SpotCheck.maker_id == maker_id, *STANDING)
        .order_by(SpotCheck.recheck_due_on, SpotCheck.id)
    )
    return _views(session, session.scalars(statement).all())


def list_of_maker(session: Session, maker_id: str) -> list[CheckView]:
    """Published checks of a maker's products, newest first."""
    statement = (
        select(SpotCheck)
        .where(SpotCheck.maker_id == maker_id, SpotCheck.published_at.is_not(None))
        .order_by(SpotCheck.published_at.desc(), SpotCheck.id.desc())
        .limit(100)
    )
    return _views(session, session.scalars(statement).all())


def get_of_maker(session: Session, maker_id: str, check_id: str) -> CheckView:
    """A published check of a maker's product. Raises SpotCheckNotFound for any other."""
    row = session.get(SpotCheck, check_id)
    if row is None or row.maker_id != maker_id or row.published_at is None:
        raise SpotCheckNotFound
    return _views(session, [row])[0]


def report_file(session: Session, check_id: str) -> str | None:
    """The id of the report's file."""
    return session.scalar(select(SpotCheck.report_file_id).where(SpotCheck.id == check_id))


def appeals_of(session: Session, check_id: str) -> list[AppealView]:
    """Objections to a check, oldest first."""
    rows = session.scalars(
        select(Appeal).where(Appeal.check_id == check_id).order_by(Appeal.made_at, Appeal.id)
    )
    return [
        AppealView(
            row.id, row.check_id, row.words, row.made_at, row.decision, row.reason, row.decided_at
        )
        for row in rows
    ]


def appeal_file(session: Session, check_id: str, appeal_id: str) -> str:
    """The id of an objection's report. Raises SpotCheckNotFound."""
    row = session.get(Appeal, appeal_id)
    if row is None or row.check_id != check_id:
        raise SpotCheckNotFound
    return row.report_file_id


def list_plans(session: Session, actor: Actor, limit: int = 20) -> list[PlanRow]:
    """Plans of the actor's subtree, newest first."""
    statement = (
        select(SamplingPlan)
        .where(governed_by(actor, SamplingPlan.region_code))
        .order_by(SamplingPlan.created_at.desc(), SamplingPlan.id.desc())
        .limit(limit)
    )
    return [_plan_row(row) for row in session.scalars(statement)]


def get_plan(session: Session, actor: Actor, plan_id: str) -> PlanView:
    """A plan with its samples. Raises PlanNotFound, OutsideYourRegion."""
    plan = session.get(SamplingPlan, plan_id)
    if plan is None:
        raise PlanNotFound
    access.require_governs(actor, plan.region_code)
    samples = session.scalars(
        select(Sample).where(Sample.plan_id == plan_id).order_by(Sample.position)
    ).all()
    checks = _checks_of_plan(session, plan_id)
    names = catalogue.product_names(session, {s.product_id for s in samples})
    shops = sellers.sellers_by_ids(session, {s.seller_id for s in samples})
    rows = tuple(_sample_row(s, names, shops, checks.get(s.product_id)) for s in samples)
    return PlanView(_plan_row(plan), tuple(plan.kind_codes), rows)


def find_products(session: Session, actor: Actor, typed: str, limit: int = 40) -> list[Findable]:
    """Goods that sellers of the actor's subtree have in the shop, by part of a name or model, by
    its number, or by the beginning of a batch number."""
    if not typed.strip():
        return []
    shops = {
        shop.id: shop.name for shop in sellers.open_sellers(session) if actor.governs(shop.region)
    }
    batches_found = {batch.product_id for batch in batches.search(session, typed)}
    pairs = catalogue.on_shelves(session, set(shops), typed, batches_found, limit)
    about = catalogue.products_about(session, {product_id for product_id, _ in pairs})
    return [
        Findable(
            product_id, about[product_id].name_zh, about[product_id].name_en,
            about[product_id].model, about[product_id].kind_code, seller_id, shops[seller_id],
        )
        for product_id, seller_id in pairs
    ]  # fmt: skip


def past_fails(session: Session, product_ids: Collection[str]) -> dict[str, int]:
    """Published failures of each product that no appeal annulled; without one, left out."""
    rows = session.execute(
        select(SpotCheck.product_id, func.count())
        .where(SpotCheck.product_id.in_(set(product_ids)), *FAILED)
        .group_by(SpotCheck.product_id)
    )
    return {row[0]: row[1] for row in rows}


def fails_standing_on(session: Session, product_id: str, day: date) -> bool:
    """Whether a failure of the product that stands now was public already on a day."""
    statement = select(SpotCheck.id).where(
        SpotCheck.product_id == product_id,
        SpotCheck.published_at < end_of_day(day),
        *STANDING,
    )
    return session.scalar(statement.limit(1)) is not None


def fails_of_kind(session: Session, maker_id: str, kind_code: str, since: datetime) -> int:
    """Failures of a maker's goods of one kind published since an instant."""
    statement = select(func.count()).where(
        SpotCheck.maker_id == maker_id,
        SpotCheck.kind_code == kind_code,
        SpotCheck.published_at >= since,
        *FAILED,
    )
    return session.scalar(statement) or 0


def people_at_risk(session: Session, product_id: str, batch_no: str) -> list[str]:
    """Buyers of the product who may have packs of the batch with this number on paper."""
    batch_id = batches.id_of(session, product_id, batch_no)
    return orders.buyers_at_risk(session, product_id, batch_id)


def of_batch(session: Session, product_id: str, number: str) -> list[CheckView]:
    """Public results of one batch of a product, newest first."""
    key = batch_rules.number_key(number)
    found = history_of(session, product_id)
    return [check for check in found if batch_rules.number_key(check.result.batch_no) == key]


def reach_of(session: Session, check: CheckView, now: datetime) -> Reach:
    """What publishing this failure would do now."""
    earlier = fails_of_kind(session, check.maker_id, check.kind_code, now - rules.REPEAT_WITHIN)
    return Reach(
        catalogue.count_listings(session, check.product_id),
        len(people_at_risk(session, check.product_id, check.result.batch_no)),
        rules.barred_until(earlier, now),
    )


def _appealed() -> Select[str]:
    return select(Appeal.check_id).where(Appeal.decision == "open")


LISTS = ("draft", "failed", "overdue", "appeal", "all")


def _shown(key: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    if key == "draft":
        return (SpotCheck.published_at.is_(None),)
    if key == "failed":
        return STANDING
    if key == "overdue":
        return overdue(now)
    return (SpotCheck.id.in_(_appealed()),) if key == "appeal" else ()


def _page(
    session: Session, conditions: Sequence[ColumnElement[bool]], order: Any, number: int
) -> Page[CheckView]:
    total = session.scalar(select(func.count()).select_from(SpotCheck).where(*conditions)) or 0
    rows = session.scalars(
        select(SpotCheck)
        .where(*conditions)
        .order_by(order, SpotCheck.id.desc())
        .limit(PAGE_SIZE)
        .offset(offset(number))
    ).all()
    return Page(_views(session, rows), total, max(1, number))


def _checks_of_plan(session: Session, plan_id: str) -> dict[str, SpotCheck]:
    rows = session.scalars(
        select(SpotCheck).where(SpotCheck.plan_id == plan_id).order_by(SpotCheck.entered_at)
    )
    return {row.product_id: row for row in rows}


def _sample_row(sample: Sample, names: Any, shops: Any, check: SpotCheck | None) -> SampleRow:
    name_zh, name_en, _ = names[sample.product_id]
    shop = shops.get(sample.seller_id)
    return SampleRow(
        sample.product_id, name_zh, name_en, sample.seller_id, shop.name if shop else "",
        sample.kind_weight, sample.past_fails, sample.packs_sold, sample.weight,
        check.id if check else None, standing_of(check) if check else None,
    )  # fmt: skip


def _plan_row(row: SamplingPlan) -> PlanRow:
    return PlanRow(row.id, row.name, row.seed, row.size, row.candidates, row.created_at)


def standing_of(row: SpotCheck) -> Standing:
    """What a row means today."""
    return rules.standing(
        passed=row.passed,
        published=row.published_at is not None,
        cleared=row.cleared_at is not None,
        annulled=row.annulled_at is not None,
    )


def _views(session: Session, rows: Iterable[SpotCheck]) -> list[CheckView]:
    rows = list(rows)
    names = catalogue.product_names(session, {row.product_id for row in rows})
    ids = {row.maker_id for row in rows} | {row.seller_id for row in rows}
    people = sellers.sellers_by_ids(session, ids)
    waiting = set(session.scalars(_appealed().where(Appeal.check_id.in_([row.id for row in rows]))))
    return [_view(row, names[row.product_id], people, row.id in waiting) for row in rows]


def _view(row: SpotCheck, names: tuple[str, str, str], people: Any, appealed: bool) -> CheckView:
    name_zh, name_en, model = names
    maker, seller = people.get(row.maker_id), people.get(row.seller_id)
    return CheckView(
        id=row.id,
        region_code=row.region_code,
        product_id=row.product_id,
        name_zh=name_zh,
        name_en=name_en,
        model=model,
        maker_id=row.maker_id,
        maker_name=maker.name if maker else "",
        seller_id=row.seller_id,
        seller_name=seller.name if seller else "",
        kind_code=row.kind_code,
        purpose=Purpose(row.purpose),
        cause=Cause(row.cause),
        cause_note=row.cause_note,
        result=Result(
            row.batch_no, row.sampled_on, row.laboratory, row.report_number, row.standard,
            row.passed, row.findings,
        ),
        has_report=row.report_file_id is not None,
        standing=standing_of(row),
        entered_at=row.entered_at,
        published_at=row.published_at,
        notice_no=row.notice_no,
        recheck_due_on=row.recheck_due_on,
        barred_until=row.barred_until,
        cleared_at=row.cleared_at,
        annulled_at=row.annulled_at,
        updated_at=row.updated_at,
        appealed=appealed,
    )  # fmt: skip
