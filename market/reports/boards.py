"""The first pages of the official's and the operator's desk: a fixed number of statements."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.audit import queries as audit
from market.bundles import queries as bundles
from market.bundles.queries import waiting_reviews as bundle_reviews
from market.catalogue import queries as catalogue
from market.certification import queries as certification
from market.certification.check_queries import checks_waiting
from market.demonstrations import queries as demonstrations
from market.factories import queries as factories
from market.footprints import queries as footprints
from market.jobs import service as jobs
from market.kernel.actor import Actor
from market.kernel.backlog import Backlog
from market.kernel.i18n import N_
from market.matching.types import ENOUGH_QUOTES
from market.notifications import queries as notifications
from market.payments import queries as payments
from market.payments.types import InboxState
from market.promotions import proof_queries, sharing
from market.promotions import queries as promotions
from market.providers import queries as providers
from market.regions import queries as regions
from market.renovations import queries as renovations
from market.reports.trust_queues import trust_queues
from market.reports.types import (
    ANSWER_WITHIN,
    Figure,
    Gap,
    IndexStanding,
    OfficialBoard,
    OperatorBoard,
    Queue,
)
from market.search import service as search
from market.search.types import IndexUnusable, TextIndex
from market.sellers import queries as sellers
from market.subsidies import claim_queries as subsidy_claims
from market.suppliers import queries as suppliers

GAPS_SHOWN = 10


def official_board(session: Session, actor: Actor, days: int, now: datetime) -> OfficialBoard:
    """What waits in the actor's regions, and what happened there in the last days."""
    gaps = [gap for gap in renovations.gaps_by_township(session, actor, ENOUGH_QUOTES) if gap[2]][
        :GAPS_SHOWN
    ]
    own = [region.digits for region in actor.official_regions]
    known = regions.paths(session, [*(code for code in own if code), *(g[0].digits for g in gaps)])
    return OfficialBoard(
        places=tuple(known[code] for code in own if code in known),
        queues=review_queues(session, actor, now),
        figures=_activity(session, actor, days, now),
        gaps=tuple(
            Gap(region, known.get(region.digits), live, short) for region, live, short in gaps
        ),
    )


def review_queues(session: Session, actor: Actor, now: datetime) -> tuple[Queue, ...]:
    """What waits for an official (or the operator): the same queues, each in its own regions."""
    before = now - ANSWER_WITHIN
    tally = promotions.tally_of_staff(session, actor, now)
    return (
        Queue(N_("卖家申请"), "sellers.list_queue", sellers.waiting(session, actor, before)),
        Queue(
            N_("证书核对"),
            "certification.list_queue",
            certification.waiting(session, actor, before),
        ),
        Queue(
            N_("到期该再核对的证书"),
            "certification.list_queue",
            checks_waiting(session, actor, now),
            N_("到了核对日"),
        ),
        *trust_queues(session, actor, before, now),
        Queue(
            N_("碳足迹声明"), "footprints.list_queue", footprints.waiting(session, actor, before)
        ),
        Queue(N_("工厂档案"), "factories.list_queue", factories.waiting(session, actor, before)),
        Queue(N_("方案供应商"), "suppliers.list_queue", suppliers.waiting(session, actor, before)),
        Queue(N_("方案审核"), "bundles.list_reviews", bundle_reviews(session, actor, before)),
        Queue(
            N_("示范工程"),
            "demonstrations.list_managed",
            demonstrations.waiting(session, actor, before),
        ),
        Queue(N_("施工队申请"), "providers.list_queue", providers.waiting(session, actor, before)),
        Queue(
            N_("缺施工队的需求"),
            "matching.list_region_requests",
            renovations.gap_backlog(session, actor, ENOUGH_QUOTES, now),
            N_("报价时间已过"),
            {"gaps": "1"},
        ),
        Queue(
            N_("补贴申请"),
            "subsidies.list_claims",
            subsidy_claims.claims_waiting(session, actor, before),
        ),
        Queue(
            N_("活动报名"),
            "promotions.list_campaigns",
            promotions.enrolments_waiting(session, actor, before, now),
        ),
        Queue(
            N_("旧物凭证"),
            "promotions.list_staff_promotions",
            proof_queries.backlog_of_staff(session, actor, before, now),
        ),
        Queue(
            N_("正在进行的优惠"),
            "promotions.list_staff_promotions",
            Backlog(tally.running, tally.exhausted),
            N_("预算用完"),
        ),
    )


def _activity(session: Session, actor: Actor, days: int, now: datetime) -> tuple[Figure, ...]:
    since = now - timedelta(days=days)
    published, awarded = renovations.activity(session, actor, since)
    scope = None if actor.is_operator else actor.official_regions
    return (
        Figure(N_("新的装修需求"), published, "matching.list_region_requests"),
        Figure(N_("选定了施工队"), awarded, "matching.list_region_requests", {"state": "awarded"}),
        Figure(
            N_("处理记录"), audit.count_since(session, scope, since), "reports.list_region_events"
        ),
    )


def operator_board(
    session: Session, actor: Actor, index: TextIndex, now: datetime
) -> OperatorBoard:
    """Everything that waits for the operator, and whether the machinery runs."""
    balances = payments.trial_balance(session)
    return OperatorBoard(
        queues=(
            *review_queues(session, actor, now),
            Queue(
                N_("请平台分担的优惠"),
                "promotions.list_shares",
                sharing.shares_waiting(session, now - ANSWER_WITHIN, now),
            ),
        ),
        troubles=_troubles(session),
        figures=(
            Figure(N_("账号"), accounts.count_accounts(session), "accounts.list_accounts"),
            Figure(
                N_("品类"),
                len(catalogue.list_kinds(session, include_closed=True)),
                "catalogue.list_kinds",
            ),
            Figure(N_("方案"), len(bundles.list_all(session)), "bundles.list_all_bundles"),
        ),
        jobs=tuple(jobs.list_jobs(session)),
        ledger_fen=sum(row.balance_fen for row in balances),
        unbalanced=len(payments.unbalanced_postings(session)),
        index=_index(session, index),
    )


def _troubles(session: Session) -> tuple[Queue, ...]:
    flagged = payments.count_mismatches(session)
    notices = len(payments.inbox(session, (InboxState.FLAGGED,)))
    refunds = len(payments.refunds_by_hand(session)) + len(payments.failed_refunds(session))
    transfers = payments.list_offline(session, 1).total
    outbox = notifications.outbox_standing(session)
    where, look = "checkout.list_payments", N_("要人看")
    return (
        Queue(N_("金额或单号对不上的付款"), where, Backlog(flagged, flagged), look),
        Queue(N_("看不懂的支付通知"), where, Backlog(notices, notices), look),
        Queue(N_("要人转出的退款"), where, Backlog(refunds, refunds), look),
        Queue(N_("等到账的转账"), where, Backlog(transfers)),
        Queue(
            N_("等着发出的短信和邮件"),
            "jobs.list_jobs",
            Backlog(outbox.waiting, outbox.failed, outbox.oldest),
            N_("发不出去"),
        ),
    )


def _index(session: Session, index: TextIndex) -> IndexStanding:
    try:
        documents: int | None = index.count()
    except IndexUnusable:
        documents = None
    return IndexStanding(documents, search.waiting(session), search.outgrown(index, documents))
