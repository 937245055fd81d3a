"""The transition table of an application."""

from market.providers.types import ProviderState, Verdict

_S, _V = ProviderState, Verdict

SUBMITTABLE = frozenset({_S.DRAFT, _S.ASKED, _S.REFUSED})
EDITABLE = SUBMITTABLE

VERDICTS: dict[Verdict, tuple[frozenset[ProviderState], ProviderState]] = {
    _V.APPROVE: (frozenset({_S.SUBMITTED}), _S.APPROVED),
    _V.ASK: (frozenset({_S.SUBMITTED}), _S.ASKED),
    _V.REFUSE: (frozenset({_S.SUBMITTED}), _S.REFUSED),
    _V.SUSPEND: (frozenset({_S.APPROVED}), _S.SUSPENDED),
    _V.REINSTATE: (frozenset({_S.SUSPENDED}), _S.APPROVED),
}
NEEDS_REASON = frozenset({_V.ASK, _V.REFUSE, _V.SUSPEND})


def verdicts_for(state: str) -> tuple[Verdict, ...]:
    """What an official may decide on an application in `state`."""
    return tuple(verdict for verdict, (sources, _) in VERDICTS.items() if state in sources)
