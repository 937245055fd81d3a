"""A supplier's version on its way: handed in, decided by who is responsible for its places."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.audit import service as audit
from market.bundles import codec
from market.bundles.access import may_write
from market.bundles.authoring import freeze, publishable
from market.bundles.errors import (
    AlreadyWaiting,
    BundleNotFound,
    NotGraded,
    NotWaiting,
    ReasonMissing,
    ReviewElsewhere,
    ReviewNotFound,
)
from market.bundles.events import BundleDecided, BundleSubmitted
from market.bundles.models import Bundle, BundleReview
from market.bundles.rule_check import checked_rules
from market.bundles.types import BundleState, ReviewState
from market.kernel.actor import Actor
from market.kernel.events import Event, publish
from market.kernel.ids import new_id
from market.kernel.region_code import RegionCode
from market.sellers import queries as sellers
from market.sellers.events import SellerSuspended
from market.suppliers.events import SupplierLost

_OPEN = (ReviewState.WAITING.value, ReviewState.ASKED.value)


def region_of(prefixes: Sequence[str]) -> str:
    """The smallest region that holds all of these; "" when they have only the country."""
    if not prefixes:
        return ""
    paths = [set(RegionCode(prefix).prefixes) for prefix in prefixes]
    return max(set.intersection(*paths), key=len)


def submit(
    session: Session, actor: Actor, bundle_id: str, words: str = "", *, now: datetime
) -> str:
    """Hand the draft in as it stands; returns the review's id. A question is answered so, too.

    Later edits do not touch what is decided about. Raises BundleNotFound, NotGraded,
    AlreadyWaiting, NoSlots, NothingToPublish, FormulaRefused.
    """
    row = _bundle(session, bundle_id)
    if row is None or row.seller_id is None or not may_write(actor, row.seller_id):
        raise BundleNotFound
    if not sellers.get_seller(session, row.seller_id).is_supplier:
        raise NotGraded
    review = _open_one(session, bundle_id)
    if review is not None and review.state == ReviewState.WAITING:
        raise AlreadyWaiting
    content = publishable(session, row)
    if review is None:
        review = BundleReview(id=new_id(), bundle_id=bundle_id)
        session.add(review)
    review.state, review.content = ReviewState.WAITING.value, content
    review.region_code = region_of(row.regions)
    review.words = " ".join(words.split())
    review.submitted_by, review.submitted_at = actor.account_id or "", now
    session.flush()
    _audit(session, actor, review, "submit", now)
    publish(session, BundleSubmitted(review.id, row.name_zh, review.region_code, now.isoformat()))
    return review.id


def take_back(session: Session, actor: Actor, review_id: str, *, now: datetime) -> str:
    """Take one's version back before it is decided; returns the bundle's id.

    Raises ReviewNotFound, NotWaiting.
    """
    review = _review(session, review_id)
    row = _bundle(session, review.bundle_id) if review is not None else None
    if review is None or row is None or not may_write(actor, row.seller_id or ""):
        raise ReviewNotFound
    if review.state not in _OPEN:
        raise NotWaiting
    review.state = ReviewState.ENDED.value
    session.flush()
    _audit(session, actor, review, "take_back", now)
    return row.id


def approve(
    session: Session, actor: Actor, review_id: str, reason: str = "", *, now: datetime
) -> int:
    """Publish what was handed in as the next version; returns it.

    Raises ReviewNotFound, ReviewElsewhere, NotWaiting, as all decisions here do, NotGraded
    when the supplier lost its role meanwhile, and RuleRefused.
    """
    review, row = _waiting(session, actor, review_id)
    if not sellers.get_seller(session, row.seller_id or "").is_supplier:
        raise NotGraded
    handed_in = codec.decode(review.content)
    checked_rules(handed_in.rules, handed_in.slots)
    review.version = freeze(session, actor, row, review.content, now)
    _decide(session, actor, review, row, ReviewState.APPROVED, reason, now)
    return review.version


def ask(session: Session, actor: Actor, review_id: str, reason: str, *, now: datetime) -> None:
    """Ask the supplier to explain or change something. Raises ReasonMissing."""
    _with_reason(session, actor, review_id, ReviewState.ASKED, reason, now)


def refuse(session: Session, actor: Actor, review_id: str, reason: str, *, now: datetime) -> None:
    """Refuse this version; the published one stays. Raises ReasonMissing."""
    _with_reason(session, actor, review_id, ReviewState.REFUSED, reason, now)


def on_supplier_lost(session: Session, event: Event) -> None:
    """Whoever lost the role, or may not sell, offers no bundles: they are taken off, and what
    waits is ended. Carts and orders keep what they have."""
    assert isinstance(event, SupplierLost | SellerSuspended)
    rows = session.scalars(select(Bundle).where(Bundle.seller_id == event.seller_id)).all()
    waiting = session.scalars(
        select(BundleReview).where(
            BundleReview.bundle_id.in_([row.id for row in rows]), BundleReview.state.in_(_OPEN)
        )
    )
    for review in waiting:
        review.state = ReviewState.ENDED.value
    for row in rows:
        if row.state == BundleState.LIVE:
            row.state, row.changed = BundleState.RETIRED.value, True
    session.flush()


def _with_reason(
    session: Session, actor: Actor, review_id: str, state: ReviewState, reason: str, now: datetime
) -> None:
    review, row = _waiting(session, actor, review_id)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    _decide(session, actor, review, row, state, reason, now)


def _decide(
    session: Session, actor: Actor, review: BundleReview, row: Bundle, state: ReviewState,
    reason: str, now: datetime,
) -> None:  # fmt: skip
    review.state, review.reason = state.value, reason.strip()
    review.decided_by, review.decided_at = actor.account_id or "", now
    session.flush()
    verb = {"approved": "approve", "asked": "ask", "refused": "refuse"}[state.value]
    _audit(session, actor, review, verb, now)
    decided = BundleDecided(
        review.id, row.id, row.seller_id or "", row.name_zh, state.value, review.reason,
        now.isoformat(),
    )  # fmt: skip
    publish(session, decided)


def _bundle(session: Session, bundle_id: str) -> Bundle | None:
    return session.get(Bundle, bundle_id, with_for_update=True, populate_existing=True)


def _review(session: Session, review_id: str) -> BundleReview | None:
    return session.get(BundleReview, review_id, with_for_update=True, populate_existing=True)


def _open_one(session: Session, bundle_id: str) -> BundleReview | None:
    query = select(BundleReview).where(
        BundleReview.bundle_id == bundle_id, BundleReview.state.in_(_OPEN)
    )
    return session.scalar(query.with_for_update())


def _waiting(session: Session, actor: Actor, review_id: str) -> tuple[BundleReview, Bundle]:
    review = _review(session, review_id)
    row = _bundle(session, review.bundle_id) if review is not None else None
    if review is None or row is None:
        raise ReviewNotFound
    if not actor.governs(RegionCode(review.region_code)):
        raise ReviewElsewhere
    if review.state != ReviewState.WAITING:
        raise NotWaiting
    return review, row


def _audit(session: Session, actor: Actor, review: BundleReview, verb: str, now: datetime) -> None:
    after: dict[str, Any] = {"state": review.state, "reason": review.reason}
    after |= {"bundle": review.bundle_id, "version": review.version}
    audit.record(
        session, actor, f"bundle_review.{verb}", "bundle_review", review.id, now=now,
        after=after, region=review.region_code or None,
    )  # fmt: skip
