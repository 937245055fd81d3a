"""What officials of the demonstration world know of certificates beside the paper."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from market.batches import queries as batches
from market.certification import queries
from market.certification import service as certification
from market.certification.registry_types import RegistryRecord
from market.certification.types import CertificateView, SurveillanceResult
from market.inspections import service as inspections
from market.inspections.types import Result
from market.kernel.clock import shanghai_date
from market.seed.people import People
from market.seed.sellers import Shop, sample_document

PROVINCE = "13800000012"
SOURCE = "示例登记库名单"


def look_after(session: Session, people: People, shops: list[Shop], now: datetime) -> None:
    """A list that was taken over, an anomaly it left, a surveillance that passed, and a list
    whose differences wait for the province."""
    views = [
        view
        for shop in shops
        for view in queries.certificates_of_seller(session, shop.id, now)
    ]  # fmt: skip
    records = [_record(view) for view in views]
    odd = next(i for i, view in enumerate(views) if view.kinds == ("G301",))
    records[odd] = replace(records[odd], valid_to=records[odd].valid_to + timedelta(days=366))
    known = certification.compare(session, people.operator, records, SOURCE, now=now)
    certification.apply_sync(session, people.operator, known, now=now)
    _surveyed(session, people, views, now)
    changed = next(view for view in views if view.kinds == ("G303",))
    newer = replace(_record(changed), standard=f"{changed.standard}（2026 年修改单）")
    unknown = replace(newer, number="SL-900-(2026)-G303", holder="还没入驻的厂（示例）")
    certification.compare(session, people.actors[PROVINCE], [newer, unknown], SOURCE, now=now)


def _surveyed(
    session: Session, people: People, views: list[CertificateView], now: datetime
) -> None:
    today = shanghai_date(now)
    done = today - timedelta(days=3)
    due = next(
        view for view in views
        if view.is_in_force and view.surveillance_due_on is not None
        and (view.surveillance_due_on - done).days < 365 and view.valid_from <= done
    )  # fmt: skip
    result = SurveillanceResult(done, True, "示例监督报告 2026-07", "现场检查和抽样都合格")
    report = sample_document("surveillance.pdf")
    certification.record_surveillance(session, people.operator, due.id, result, report, now=now)


def check_a_sample(session: Session, people: People, shops: list[Shop], now: datetime) -> None:
    """A spot check of a maker's batch that its province published: passed."""
    maker = next(shop for shop in shops if shop.row["key"] == "lvtu")
    batch = batches.list_of_maker(session, maker.id).items[0]
    official = people.actors[PROVINCE]
    result = Result(
        batch.number, shanghai_date(now) - timedelta(days=12), "示例检验站", "示例-2026-0001",
        "示例：按产品执行标准的型式检验项目", passed=True, findings="所检项目合格（示例）",
    )  # fmt: skip
    report = sample_document("spot-check.pdf")
    check = inspections.enter(
        session, official, batch.product_id, maker.id, result, report, now=now
    )  # fmt: skip
    inspections.publish(session, official, check, now=now)


def _record(view: CertificateView) -> RegistryRecord:
    return RegistryRecord(
        view.number, view.issuer_name, view.holder, view.scheme, view.star, view.kinds,
        view.standard, view.valid_from, view.valid_to,
    )  # fmt: skip
