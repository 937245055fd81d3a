"""Every change becomes an event: stored, then handed to the delivery of webhooks."""

from collections.abc import Callable
from typing import Any

from market.stripe_sandbox.store import Body, Store

API_VERSION = "2026-10-28.endive"


class EventLog:
    """Records events inside the store's transaction; `flush` hands them on after it."""

    def __init__(self, store: Store, deliver: Callable[[Body], None]) -> None:
        self._store = store
        self._deliver = deliver
        self._waiting: list[Body] = []

    def record(self, kind: str, subject: dict[str, Any]) -> None:
        """Store an event holding a copy of `subject` as it is now."""
        event = self._store.insert(
            "event",
            "evt",
            {
                "type": kind,
                "api_version": API_VERSION,
                "data": {"object": dict(subject)},
                "pending_webhooks": 1,
                "request": {"id": None, "idempotency_key": None},
            },
        )
        self._waiting.append(event)

    def discard(self) -> None:
        """Forget what a rolled-back change recorded."""
        self._waiting.clear()

    def flush(self) -> None:
        events, self._waiting = self._waiting, []
        for event in events:
            self._deliver(event)
