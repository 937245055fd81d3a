"""The transition tables of requests and invitations."""

from market.renovations.types import InvitationState, RequestState

_R, _I = RequestState, InvitationState
REQUEST: dict[RequestState, frozenset[RequestState]] = {
    _R.DRAFT: frozenset({_R.LIVE, _R.CANCELLED}),
    _R.LIVE: frozenset({_R.AWARDED, _R.CLOSED, _R.CANCELLED, _R.EXPIRED}),
    _R.AWARDED: frozenset(),
    _R.CLOSED: frozenset(),
    _R.CANCELLED: frozenset(),
    _R.EXPIRED: frozenset(),
}
INVITATION: dict[InvitationState, frozenset[InvitationState]] = {
    _I.SENT: frozenset({_I.ACCEPTED, _I.DECLINED, _I.EXPIRED, _I.WITHDRAWN}),
    _I.ACCEPTED: frozenset({_I.QUOTED, _I.WITHDRAWN, _I.LOST}),
    _I.QUOTED: frozenset({_I.WON, _I.LOST, _I.WITHDRAWN}),
    _I.WON: frozenset(),
    _I.LOST: frozenset(),
    _I.DECLINED: frozenset(),
    _I.EXPIRED: frozenset(),
    _I.WITHDRAWN: frozenset(),
}


def may_become(state: str, target: RequestState) -> bool:
    """Whether a request in `state` may become `target`."""
    return target in REQUEST[RequestState(state)]


def sources_of(target: InvitationState) -> frozenset[InvitationState]:
    """The invitation states from which `target` can be reached."""
    return frozenset(state for state, targets in INVITATION.items() if target in targets)
