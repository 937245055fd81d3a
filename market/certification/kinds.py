"""The kinds a form may offer.

The catalogue of kinds lies above this package, so it hands its list in at start-up. Kinds
are stored here as plain codes.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session

from market.certification.errors import KindOutsideScheme, KindUnknown
from market.certification.types import Scheme


class Kind(Protocol):
    """A kind as a seller picks it; `scheme` is graded, activity1 or none."""

    @property
    def code(self) -> str: ...

    @property
    def name_zh(self) -> str: ...

    @property
    def name_en(self) -> str: ...

    @property
    def scheme(self) -> str: ...


@dataclass(frozen=True)
class UnknownKind:
    """A code that the catalogue does not know stands for itself."""

    code: str
    scheme: str = ""

    @property
    def name_zh(self) -> str:
        return self.code

    @property
    def name_en(self) -> str:
        return self.code


KindSource = Callable[[Session], Sequence[Kind]]
_source: list[KindSource] = []
_SCHEMES = frozenset(scheme.value for scheme in Scheme)


def use_source(source: KindSource) -> None:
    """Where the kinds come from; set once by the composition root."""
    _source[:] = [source]


def choices(session: Session) -> list[Kind]:
    """Every kind that some scheme certifies; empty before a source is set."""
    if not _source:
        return []
    return [kind for kind in _source[0](session) if kind.scheme in _SCHEMES]


def names(session: Session, codes: Iterable[str]) -> list[Kind]:
    """The kinds of these codes in their order; an unknown code stands for itself."""
    known = {kind.code: kind for kind in choices(session)}
    return [known.get(code) or UnknownKind(code) for code in codes]


def resolve(session: Session, typed: Iterable[str]) -> tuple[str, ...]:
    """Codes for what was typed, each once: a code or a name of a kind stands for the kind."""
    known = choices(session)
    by_word = {kind.name_zh.upper(): kind.code for kind in known}
    by_word.update({kind.name_en.upper(): kind.code for kind in known if kind.name_en})
    return tuple(dict.fromkeys(by_word.get(word.upper(), word) for word in typed))


def require_known(session: Session, codes: Iterable[str]) -> None:
    """Refuse kinds that no scheme certifies. Raises `KindUnknown`."""
    known = {kind.code for kind in choices(session)}
    for code in codes:
        if known and code not in known:
            raise KindUnknown(field="kinds", kind=code)


def check(session: Session, codes: Iterable[str], scheme: Scheme) -> None:
    """Refuse kinds that do not exist or belong to another scheme.

    Raises `KindUnknown`, `KindOutsideScheme`.
    """
    known = {kind.code: kind for kind in choices(session)}
    if not known:
        return
    for code in codes:
        if code not in known:
            raise KindUnknown(field="kinds", kind=code)
        if known[code].scheme != scheme.value:
            raise KindOutsideScheme(field="kinds", kind=known[code].name_zh)
