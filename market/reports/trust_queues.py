"""What waits for an official about products and their proofs: one statement a row."""

from datetime import datetime

from sqlalchemy.orm import Session

from market.adoptions import queries as adoptions
from market.catalogue import change_queries
from market.certification import registry_queries
from market.inspections import backlogs as inspections
from market.kernel.actor import Actor
from market.kernel.i18n import N_
from market.picks import queries as picks
from market.reports.types import Queue
from market.traceability import queries as traceability


def trust_queues(
    session: Session, actor: Actor, before: datetime, now: datetime
) -> tuple[Queue, ...]:
    """Changes of products, anomalies, spot checks, alarms and lost picks of the subtree; what
    waits since `before` is late."""
    return (
        Queue(
            N_("产品上架和变更"),
            "catalogue.list_changes",
            change_queries.changes_to_review(session, actor, before),
        ),
        Queue(
            N_("证书异常"),
            "certification.list_anomalies",
            registry_queries.anomalies_waiting(session, actor, before),
        ),
        Queue(
            N_("没有公布的抽查结果"),
            "inspections.list_queue",
            inspections.drafts_waiting(session, actor, before),
            values={"state": "draft"},
        ),
        Queue(
            N_("抽查申诉"),
            "inspections.list_queue",
            inspections.appeals_waiting(session, actor, before),
            values={"state": "appeal"},
        ),
        Queue(
            N_("过期没做的复查"),
            "inspections.list_queue",
            inspections.rechecks_overdue(session, actor, now),
            N_("过了复查日期"),
            {"state": "overdue"},
        ),
        Queue(
            N_("扫码告警"),
            "traceability.list_alarms",
            traceability.alarms_waiting(session, actor, before),
        ),
        Queue(
            N_("推荐了但买不到的商品"),
            "picks.list_picks",
            picks.lost_waiting(session, actor, before, now),
            values={"list": "lost"},
        ),
        *_adoption_queues(session, actor, before),
    )


def _adoption_queues(session: Session, actor: Actor, before: datetime) -> tuple[Queue, ...]:
    return (
        Queue(
            N_("采信初审、复审"),
            "adoptions.list_queue",
            adoptions.waiting(session, actor, before),
        ),
        Queue(
            N_("采信应用记录"),
            "adoptions.list_queue",
            adoptions.usages_waiting(session, actor, before),
        ),
        Queue(
            N_("采信数据和合作方不一样"),
            "adoptions.list_queue",
            adoptions.differences_waiting(session, actor, before),
        ),
    )
