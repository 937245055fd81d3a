"""Reads of what suppliers handed in; the reviewers of a place see what is for their places."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.bundles import codec
from market.bundles.differences import Difference, differences
from market.bundles.errors import ReviewElsewhere, ReviewNotFound
from market.bundles.models import Bundle, BundleReview, BundleVersion
from market.bundles.types import ReviewState, ReviewView
from market.db.backlog import backlog
from market.db.region_filter import governed_by
from market.kernel.actor import Actor
from market.kernel.backlog import Backlog
from market.kernel.paging import PAGE_SIZE, Page, offset
from market.kernel.region_code import RegionCode

LISTS: dict[str, tuple[str, ...]] = {
    "waiting": (ReviewState.WAITING.value,),
    "asked": (ReviewState.ASKED.value,),
    "approved": (ReviewState.APPROVED.value,),
    "refused": (ReviewState.REFUSED.value, ReviewState.ENDED.value),
}


def list_for_review(
    session: Session, actor: Actor, shown: str, number: int = 1
) -> Page[ReviewView]:
    """Versions the actor decides on, longest waiting first: one of `LISTS`."""
    wanted = (governed_by(actor, BundleReview.region_code), BundleReview.state.in_(LISTS[shown]))
    total = session.scalar(select(func.count()).select_from(BundleReview).where(*wanted)) or 0
    rows = session.execute(
        select(BundleReview, Bundle)
        .join(Bundle, Bundle.id == BundleReview.bundle_id)
        .where(*wanted)
        .order_by(BundleReview.submitted_at, BundleReview.id)
        .limit(PAGE_SIZE)
        .offset(offset(number))
    )
    return Page([_view(review, row) for review, row in rows], total, max(1, number))


def counts_for_review(session: Session, actor: Actor) -> dict[str, int]:
    """How many versions each of the lists holds."""
    rows = session.execute(
        select(BundleReview.state, func.count())
        .where(governed_by(actor, BundleReview.region_code))
        .group_by(BundleReview.state)
    )
    found = {row[0]: row[1] for row in rows}
    return {key: sum(found.get(state, 0) for state in states) for key, states in LISTS.items()}


def waiting(session: Session, actor: Actor, before: datetime) -> Backlog:
    """Versions that wait for the actor; late since `before`."""
    return backlog(
        session, BundleReview.submitted_at, before,
        governed_by(actor, BundleReview.region_code), BundleReview.state == ReviewState.WAITING,
    )  # fmt: skip


def get_for_review(session: Session, actor: Actor, review_id: str) -> ReviewView:
    """A version the actor decides on. Raises ReviewNotFound, ReviewElsewhere."""
    found = session.execute(
        select(BundleReview, Bundle)
        .join(Bundle, Bundle.id == BundleReview.bundle_id)
        .where(BundleReview.id == review_id)
    ).one_or_none()
    if found is None:
        raise ReviewNotFound
    if not actor.governs(RegionCode(found[0].region_code)):
        raise ReviewElsewhere
    return _view(found[0], found[1])


def latest_review(session: Session, bundle_id: str) -> ReviewView | None:
    """What was handed in last of a bundle."""
    found = session.execute(
        select(BundleReview, Bundle)
        .join(Bundle, Bundle.id == BundleReview.bundle_id)
        .where(BundleReview.bundle_id == bundle_id)
        .order_by(BundleReview.submitted_at.desc(), BundleReview.id.desc())
        .limit(1)
    ).one_or_none()
    return None if found is None else _view(found[0], found[1])


def asked_of_supplier(session: Session, seller_id: str) -> int:
    """How many versions of a supplier its reviewers have a question about."""
    query = (
        select(func.count())
        .select_from(BundleReview)
        .join(Bundle, Bundle.id == BundleReview.bundle_id)
        .where(Bundle.seller_id == seller_id, BundleReview.state == ReviewState.ASKED)
    )
    return session.scalar(query) or 0


def changes_of(session: Session, review: ReviewView) -> list[Difference]:
    """What a version changes against the one published before it."""
    before = select(BundleVersion.content).where(BundleVersion.bundle_id == review.bundle.card.id)
    if review.version is not None:
        before = before.where(BundleVersion.version < review.version)
    found = session.scalar(before.order_by(BundleVersion.version.desc()).limit(1))
    content = session.scalar(select(BundleReview.content).where(BundleReview.id == review.id))
    return differences(found, content or {})


def _view(review: BundleReview, row: Bundle) -> ReviewView:
    return ReviewView(
        id=review.id,
        bundle=codec.decode(
            review.content, bundle_id=row.id, version=row.version, seller_id=row.seller_id or ""
        ),
        state=ReviewState(review.state),
        region_code=review.region_code,
        version=review.version,
        words=review.words,
        reason=review.reason,
        submitted_at=review.submitted_at,
        decided_at=review.decided_at,
    )
