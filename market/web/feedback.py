"""What was done, said in a box at the top of the next page."""

from dataclasses import asdict, dataclass
from typing import Any

from flask import session

_KEY = "feedback"


@dataclass(frozen=True)
class Feedback:
    """One message: its words, tone (ok, warn, bad, info) and an optional next step."""

    text: str
    tone: str = "ok"
    href: str | None = None
    link: str | None = None


def say(text: str, tone: str = "ok", href: str | None = None, link: str | None = None) -> None:
    """Show `text` on the next page this visitor sees."""
    waiting: list[dict[str, Any]] = session.get(_KEY, [])
    session[_KEY] = [*waiting[-2:], asdict(Feedback(text[:300], tone, href, link))]


def is_waiting() -> bool:
    """Whether the next page has something to say."""
    return _KEY in session


def take() -> list[Feedback]:
    """The waiting messages, once."""
    if _KEY not in session:
        return []
    return [Feedback(**row) for row in session.pop(_KEY)]
