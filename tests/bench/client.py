"""The visitors: a few keep-alive connections in a process of their own.

Reads one job as JSON from standard input, prepares, prints "ready", waits for a line, runs,
prints the outcome as JSON.
"""

import http.client
import json
import re
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

REFUSAL = re.compile(r'role="alert".*?</div>|<p class="msg".*?</p>', re.DOTALL)
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
HIDDEN = re.compile(r'name="(idempotency_key|seen_total)"[^>]*value="([^"]*)"')
MEASURED_AS = "cash_on_delivery"


@dataclass
class Visitor:
    """One connection with its cookies, like one browser."""

    port: int
    jar: dict[str, str] = field(default_factory=dict)
    keeps_cookies: bool = True
    statements: int = 0
    token: str = ""

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """(status, text or, of a redirect, its target)."""
        headers = {}
        if self.jar:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.jar.items())
        body = None
        if form is not None:
            body = urlencode({"csrf_token": self.token, **form})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        text = response.read().decode()
        self.statements += int(response.headers.get("X-Statements", 0))
        if self.keeps_cookies:
            for line in response.headers.get_all("Set-Cookie") or ():
                name, _, rest = line.partition("=")
                self.jar[name] = rest.partition(";")[0]
        return response.status, response.headers.get("Location") or text

    def page(self, path: str) -> str:
        """A page that must be there; remembers the token of its forms."""
        status, text = self.ask("GET", path)
        if status != 200:
            raise RuntimeError(f"GET {path}: {status} {text[:300]}")
        found = TOKEN.search(text)
        if found:
            self.token = found.group(1)
        return text

    def send(self, path: str, form: dict[str, str]) -> str:
        """Post a form that must be accepted; returns where it leads."""
        status, text = self.ask("POST", path, form)
        if status != 303:
            said = re.sub(r"<[^>]+>", " ", " ".join(REFUSAL.findall(text)))
            raise RuntimeError(f"POST {path}: {status} {' '.join(said.split())[:300]}")
        return text


Step = Callable[[int], None]


def get_pages(visitor: Visitor, job: dict[str, Any], number: int) -> Step:
    """Pages in turn, each connection beginning elsewhere; cookies are not kept."""
    paths, connections = job["paths"], job["connections"]
    visitor.keeps_cookies = False

    def step(turn: int) -> None:
        status, text = visitor.ask("GET", paths[(number + turn * connections) % len(paths)])
        if status != 200:
            raise RuntimeError(f"{status}: {text[:300]}")

    return step


def add_to_cart(visitor: Visitor, job: dict[str, Any], number: int) -> Step:
    """Five listings in turn into the cart of a guest."""
    visitor.page(job["paths"][0])
    wanted = job["listings"][number % 10 : number % 10 + 5]

    def step(turn: int) -> None:
        visitor.send("/cart/lines", {"listing_id": wanted[turn % 5], "quantity": "1"})

    return step


def check_out(visitor: Visitor, job: dict[str, Any], number: int) -> Step:
    """From the product page to the order accepted for cash on delivery."""
    visitor.jar.update(job["cookies"][number])
    address = job["addresses"][number]
    pages, listings = job["paths"], job["listings"]

    def step(turn: int) -> None:
        at = (number + turn * job["connections"]) % len(pages)
        visitor.page(pages[at])
        cart = visitor.send("/cart/lines", {"listing_id": listings[at], "quantity": "1"})
        visitor.page(cart)
        visitor.page("/checkout/address")
        page = visitor.page(f"/checkout/confirm?address={address}")
        agreed = {"address": address, "payment_method": MEASURED_AS, **dict(HIDDEN.findall(page))}
        visitor.page(visitor.send("/checkout/confirm", agreed))

    return step


FLOWS: dict[str, Callable[[Visitor, dict[str, Any], int], Step]] = {
    "get": get_pages,
    "cart_add": add_to_cart,
    "checkout": check_out,
}


def run(visitor: Visitor, step: Step, until: float, turn: int, most: int) -> dict[str, Any]:
    """Steps until the time is over; what failed is counted and the first reason kept."""
    took: list[float] = []
    errors: list[str] = []
    visitor.statements = 0
    while time.monotonic() < until and len(took) < most and len(errors) < 5:
        began = time.monotonic()
        try:
            step(turn)
        except (OSError, RuntimeError, http.client.HTTPException) as error:
            errors.append(f"{type(error).__name__}: {error}")
            visitor.connection.close()
        else:
            took.append((time.monotonic() - began) * 1000)
        turn += 1
    return {"took": took, "errors": errors, "statements": visitor.statements}


def main() -> None:
    """One job."""
    job = json.loads(sys.stdin.readline())
    count = job["connections"]
    visitors = [Visitor(job["port"], dict(job.get("jar", {}))) for _ in range(count)]
    steps = [FLOWS[job["flow"]](v, job, n) for n, v in enumerate(visitors)]
    print("ready", flush=True)
    sys.stdin.readline()
    began = time.monotonic()
    outcomes: list[dict[str, Any]] = []

    def work(number: int) -> None:
        outcomes.append(
            run(visitors[number], steps[number], began + job["seconds"], job["turn"], job["most"])
        )

    threads = [threading.Thread(target=work, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps({
        "seconds": time.monotonic() - began,
        "took": [ms for one in outcomes for ms in one["took"]],
        "errors": [text for one in outcomes for text in one["errors"]],
        "statements": sum(one["statements"] for one in outcomes),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
