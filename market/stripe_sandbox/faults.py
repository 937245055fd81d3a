"""Scripted faults: what goes wrong, where, and how many times."""

import threading
from dataclasses import dataclass
from typing import Any

REPLY_FAULTS = ("lost_reply", "status", "reset", "slow")
WEBHOOK_FAULTS = ("duplicate", "drop", "delay", "reorder")


@dataclass
class Fault:
    """`match` is `POST /v1/refunds` for a call, or an event type (or `*`) for a webhook."""

    kind: str
    match: str
    times: int = 1
    status: int = 500
    seconds: float = 0.0
    copies: int = 2


class Faults:
    """The script, consumed from the front by what it matches."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._script: list[Fault] = []

    def add(self, given: dict[str, Any]) -> Fault:
        """Raises ValueError for a kind nobody knows."""
        if given.get("kind") not in (*REPLY_FAULTS, *WEBHOOK_FAULTS):
            raise ValueError(f"unknown fault {given.get('kind')!r}")
        fault = Fault(**given)
        with self._lock:
            self._script.append(fault)
        return fault

    def clear(self) -> None:
        with self._lock:
            self._script.clear()

    def for_call(self, method: str, path: str) -> Fault | None:
        return self._take(REPLY_FAULTS, f"{method} {path}")

    def for_event(self, kind: str) -> Fault | None:
        return self._take(WEBHOOK_FAULTS, kind)

    def _take(self, kinds: tuple[str, ...], subject: str) -> Fault | None:
        with self._lock:
            for fault in self._script:
                if fault.kind in kinds and fault.match in (subject, "*") and fault.times > 0:
                    fault.times -= 1
                    return fault
        return None
