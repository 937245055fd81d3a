"""The one table of an application's life."""

from market.sellers.errors import ActionNotPossible
from market.sellers.types import SellerState as S

SUBMIT, ASK, ANSWER = "submit", "ask", "answer"
APPROVE, REFUSE, SUSPEND, REINSTATE = "approve", "refuse", "suspend", "reinstate"

TRANSITIONS: dict[tuple[S, str], S] = {
    (S.DRAFT, SUBMIT): S.SUBMITTED,
    (S.SUBMITTED, ASK): S.CLARIFICATION,
    (S.ANSWERED, ASK): S.CLARIFICATION,
    (S.CLARIFICATION, ANSWER): S.ANSWERED,
    (S.SUBMITTED, APPROVE): S.APPROVED,
    (S.ANSWERED, APPROVE): S.APPROVED,
    (S.SUBMITTED, REFUSE): S.REFUSED,
    (S.CLARIFICATION, REFUSE): S.REFUSED,
    (S.ANSWERED, REFUSE): S.REFUSED,
    (S.APPROVED, SUSPEND): S.SUSPENDED,
    (S.SUSPENDED, REINSTATE): S.APPROVED,
}
REVIEW_ACTIONS = (APPROVE, ASK, REFUSE, SUSPEND, REINSTATE)
NEEDS_REASON = frozenset({ASK, REFUSE, SUSPEND, ANSWER, REINSTATE})
EDITABLE = frozenset({S.DRAFT, S.CLARIFICATION})
WAITING = (S.SUBMITTED, S.ANSWERED)


def after(state: S, action: str) -> S:
    """The state `action` leads to; raises `ActionNotPossible` when the table has no such step."""
    try:
        return TRANSITIONS[state, action]
    except KeyError:
        raise ActionNotPossible(state=state.value, action=action) from None


def possible(state: S) -> tuple[str, ...]:
    """The reviewer's actions that lead somewhere from `state`."""
    return tuple(action for action in REVIEW_ACTIONS if (state, action) in TRANSITIONS)
