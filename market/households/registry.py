"""Who knows what a household used: packages above say so at import time."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from market.households.types import Use

UsesOf = Callable[[Session, str], list[Use]]
_uses: dict[str, UsesOf] = {}


def contribute_uses(name: str, uses_of: UsesOf) -> None:
    """`uses_of(session, counted_as)`: what was used up under a household or an account."""
    _uses[name] = uses_of


def all_uses(session: Session, counted_as: str) -> list[Use]:
    """Everything that counts, newest first; at most what each source gives."""
    found = [use for uses_of in _uses.values() for use in uses_of(session, counted_as)]
    return sorted(found, key=lambda use: use.at, reverse=True)
