"""Facts in the past tense, and the one table of reactions to them.

`publish` runs the handlers at once, in the transaction of the caller. A handler only
inserts or updates rows of its own package and cannot refuse; what must leave the program
(a message, an index update) is a row that a job drains after the commit.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Handler = Callable[[Any, Any], None]

_table: dict[type["Event"], tuple[Handler, ...]] = {}


class Event:
    """Base of all events; subclasses are frozen dataclasses."""


def install(table: Mapping[type[Event], Sequence[Handler]]) -> None:
    """Replace the table of reactions; done once by the composition root."""
    _table.clear()
    _table.update({event: tuple(handlers) for event, handlers in table.items()})


def publish(session: object, event: Event) -> None:
    """Tell everyone who asked to know, in this transaction."""
    for handler in _table.get(type(event), ()):
        handler(session, event)
