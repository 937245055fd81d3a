"""Sends signed webhooks from a thread of its own, with retries and scripted faults."""

import hashlib
import heapq
import hmac
import itertools
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence

from market.stripe_sandbox.faults import Faults
from market.stripe_sandbox.store import Body


def signature_header(payload: bytes, secret: str, at: int | None = None) -> str:
    """`t=…,v1=…` as the protocol defines it."""
    moment = int(time.time()) if at is None else at
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + payload, hashlib.sha256)
    return f"t={moment},v1={digest.hexdigest()}"


class Delivery:
    """A queue ordered by due time, emptied by one daemon thread."""

    def __init__(self, url: str, secret: str, retries: Sequence[float], faults: Faults) -> None:
        self.url = url
        self._secret = secret
        self._retries = tuple(retries)
        self._faults = faults
        self._queue: list[tuple[float, int, int, Body]] = []
        self._held: list[Body] = []
        self._order = itertools.count()
        self._wake = threading.Condition()
        self._busy = 0
        self._thread: threading.Thread | None = None

    def send(self, event: Body) -> None:
        """Queue `event` as the script of faults says."""
        fault = self._faults.for_event(event["type"])
        kind = fault.kind if fault else None
        if kind == "drop":
            return
        if kind == "reorder":
            self._held.append(event)
            return
        delay = fault.seconds if fault and kind == "delay" else 0.0
        for _ in range(fault.copies if fault and kind == "duplicate" else 1):
            self._push(event, delay, 0)
        while self._held:  # a reordered event follows the one after it
            self._push(self._held.pop(), 0.05, 0)

    def wait_idle(self, seconds: float = 5.0) -> bool:
        """Wait until nothing due is left; True when that came in time."""
        end = time.monotonic() + seconds
        with self._wake:
            while self._busy or any(item[0] <= time.monotonic() + 0.2 for item in self._queue):
                if time.monotonic() > end:
                    return False
                self._wake.wait(0.02)
        return True

    def _push(self, event: Body, delay: float, attempt: int) -> None:
        if not self.url:
            return
        with self._wake:
            due = time.monotonic() + delay
            heapq.heappush(self._queue, (due, next(self._order), attempt, event))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()
            self._wake.notify_all()

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._queue or self._queue[0][0] > time.monotonic():
                    wait = self._queue[0][0] - time.monotonic() if self._queue else None
                    self._wake.wait(wait)
                _due, _order, attempt, event = heapq.heappop(self._queue)
                self._busy += 1
            delivered = self._post(event)
            with self._wake:
                self._busy -= 1
                self._wake.notify_all()
            if not delivered and attempt < len(self._retries):
                self._push(event, self._retries[attempt], attempt + 1)

    def _post(self, event: Body) -> bool:
        payload = json.dumps(event).encode()
        request = urllib.request.Request(  # noqa: S310 (the address is set by whoever starts us)
            self.url,
            data=payload,
            headers={
                "Content-Type": "application/json; charset=utf-8",
                "Stripe-Signature": signature_header(payload, self._secret),
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
                return bool(200 <= answer.status < 300)
        except (urllib.error.URLError, OSError):
            return False
