"""What makes a claim complete, and what it means today. Pure."""

from datetime import date
from decimal import Decimal

from market.factories.errors import (
    AlreadyExpired,
    ExpiryMissing,
    IssuedAhead,
    KeyUnknown,
    LevelMissing,
    ReportNumberMissing,
    ShareMissing,
    TitleMissing,
    YearAhead,
)
from market.factories.types import ClaimDraft, ClaimKind, ClaimState, Grade, Level, Zero


def check(draft: ClaimDraft, today: date) -> None:
    """Raises KeyUnknown, TitleMissing, LevelMissing, ShareMissing, ReportNumberMissing,
    ExpiryMissing, AlreadyExpired, YearAhead or IssuedAhead for what the kind asks and is not
    there."""
    _CHECKS[draft.kind](draft)
    if draft.year > today.year:
        raise YearAhead(field="year")
    if draft.issued_on is not None and draft.issued_on > today:
        raise IssuedAhead(field="issued_on")
    if draft.expires_on is not None and draft.expires_on < today:
        raise AlreadyExpired(field="expires_on")


def _zero(draft: ClaimDraft) -> None:
    if draft.key not in set(Zero):
        raise KeyUnknown(field="key")


def _grade(draft: ClaimDraft) -> None:
    if draft.key not in set(Grade):
        raise KeyUnknown(field="key")
    if draft.expires_on is None:
        raise ExpiryMissing(field="expires_on")


def _recognition(draft: ClaimDraft) -> None:
    if not draft.title.strip():
        raise TitleMissing(field="title")
    if draft.level not in set(Level):
        raise LevelMissing(field="level")


def _waste(draft: ClaimDraft) -> None:
    if draft.share is None or not Decimal(0) < draft.share <= Decimal(100):
        raise ShareMissing(field="share")
    if not draft.title.strip():
        raise ReportNumberMissing(field="title")


_CHECKS = {
    ClaimKind.ZERO: _zero,
    ClaimKind.GRADE: _grade,
    ClaimKind.RECOGNITION: _recognition,
    ClaimKind.WASTE: _waste,
}


def slot(draft: ClaimDraft) -> str:
    """What at most one confirmed claim may stand for: each zero, the grade, the share, each
    recognition by its name."""
    if draft.kind is ClaimKind.ZERO:
        return f"zero:{draft.key}"
    if draft.kind is ClaimKind.RECOGNITION:
        return f"recognition:{''.join(draft.title.split())}"[:100]
    return draft.kind.value


def state_on(state: str, expires_on: date | None, today: date) -> ClaimState:
    """What a claim means on a day: a confirmed one drops out after its last day."""
    if state == ClaimState.APPROVED and expires_on is not None and expires_on < today:
        return ClaimState.EXPIRED
    return ClaimState(state)
