"""All reactions to all events, on one page: event -> handlers, run in the same transaction."""

from collections.abc import Mapping, Sequence

from market.kernel.events import Event, Handler

TABLE: Mapping[type[Event], Sequence[Handler]] = {}
