"""What is known of a tenant's goods: batches with codes, a carbon declaration, a spot check."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.batches import holds
from market.batches import service as batches
from market.batches.types import BatchDraft
from market.footprints import service as footprints
from market.footprints.models import CarbonBillLine
from market.footprints.types import Stage
from market.inspections import service as inspections
from market.inspections.models import Appeal
from market.inspections.types import PlanDraft
from market.kernel.actor import SYSTEM, Actor
from market.kernel.ids import new_id
from market.kernel.region_code import RegionCode
from market.media import service as media
from market.traceability import service as traceability
from market.traceability.models import ScanAlarm
from tests.factories import catalogue as goods
from tests.factories.batches import make_code
from tests.factories.footprints import factor as standing_factor
from tests.factories.footprints import make_draft as make_declaration_draft
from tests.factories.inspections import FAILED
from tests.factories.pictures import jpeg


def trace(session: Session, offer: goods.Offer, ids: dict[str, str], now: datetime) -> None:
    """A batch with codes, one of them scanned here and far away."""
    report = media.store_document(jpeg(), "批次报告.jpg")
    batch = BatchDraft("20261101-1", date(2026, 11, 1), Decimal(500))
    batch_id = batches.add_batch(session, offer.actor, offer.product_id, batch, report, now=now)
    code = make_code(session, offer.actor, batch_id)
    county = offer.maker.region_code
    far = "440103" if county != "440103" else "110101"
    traceability.record_scan(session, code, "one", RegionCode(far), now=now)
    traceability.record_scan(session, code, "two", RegionCode(county), now=now)
    alarm = session.scalars(select(ScanAlarm.id).where(ScanAlarm.code == code)).one()
    other = BatchDraft("20261101-2", date(2026, 11, 1), Decimal(500))
    stopped = batches.add_batch(session, offer.actor, offer.product_id, other, None, now=now)
    hold = holds.hold(session, official_of(county), stopped, "投诉", now=now)
    ids |= {"batch_id": batch_id, "alarm_id": alarm, "suffix": batch_id, "hold_id": hold}


def declare(session: Session, offer: goods.Offer, ids: dict[str, str], now: datetime) -> None:
    """A verified carbon declaration with its report, evidence and bill."""
    typed = make_declaration_draft(stages={Stage.END: Decimal(1)})
    made = footprints.start(session, offer.actor, offer.product_id, typed, now=now)
    foam = standing_factor(session, "GBT51366-D-56")
    footprints.add_line(
        session, offer.actor, made, Stage.MAKING, foam.id, Decimal(2), "kg", now=now
    )
    report = media.store_document(jpeg(), "核验报告.jpg")
    footprints.attach_report(session, offer.actor, made, report, now=now)
    footprints.submit(session, offer.actor, made, now=now)
    proof = media.store_document(jpeg(), "截图.jpg")
    footprints.verify(session, SYSTEM, made, "一致", proof, now=now)
    ids |= {
        "declaration_id": made,
        "factor_id": foam.id,
        "bill_line_id": only(session, CarbonBillLine.id, CarbonBillLine.declaration_id == made),
    }


def inspect(session: Session, offer: goods.Offer, ids: dict[str, str], now: datetime) -> None:
    """A draw, a published result with its report, and an objection that waits."""
    official = official_of(offer.maker.region_code)
    ids["plan_id"] = inspections.draw_plan(
        session, official, official.official_regions[0], PlanDraft("冬季", 1), now=now
    )
    report = media.store_document(jpeg(), "报告.jpg")
    result = replace(FAILED, passed=True, report_number=new_id())
    check_id = inspections.enter(
        session, official, offer.product_id, offer.maker.id, result, report, now=now
    )
    inspections.publish(session, official, check_id, now=now)
    objection = media.store_document(jpeg(), "复检.jpg")
    appeal = Appeal(check_id=check_id, words="留样", report_file_id=objection.id, made_by="x",
                    made_at=now)  # fmt: skip
    session.add(appeal)
    session.flush()
    media.attach(session, objection, inspections.APPEALS, appeal.id, now=now)
    ids |= {"check_id": check_id, "appeal_id": appeal.id}


def official_of(county: str) -> Actor:
    """Somebody responsible for a county."""
    return Actor("official", frozenset({"official"}), official_regions=(RegionCode(county),))


def only(session: Session, column: object, *where: object) -> str:
    """The one value there is."""
    return str(session.scalars(select(column).where(*where)).one())  # type: ignore[call-overload]
