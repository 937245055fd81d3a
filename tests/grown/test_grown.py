"""PostgreSQL and Redis by settings alone: the site as `make run` starts it, and a purchase on it.

Nothing but DATABASE_URL and REDIS_URL differs from a machine of its own; search is then that
of PostgreSQL, and the jobs pass through Redis.
"""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from redis import Redis

from market.adapters.jobs import JOBS
from market.seed.people import PASSWORD
from tests.architecture.source import ROOT
from tests.bench.client import HIDDEN, Visitor
from tests.conftest import ENGINE
from tests.postgres import free_port
from tests.redis_server import redis_server

pytestmark = pytest.mark.skipif(ENGINE == "sqlite", reason="needs the run's PostgreSQL server")
HOUSEHOLD, OPERATOR = "13800000101", "13800000001"
START_SECONDS = 240
PATIENCE = 60.0


@dataclass(frozen=True)
class Grown:
    """A running site and what stands behind it."""

    port: int
    database: str
    redis: str
    log: Path
    visitors: list[Visitor]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database) as connection:
            return connection.execute(query).fetchall()

    def visitor(self, phone: str = "") -> Visitor:
        """Somebody who has a township and, with a phone, an account."""
        visitor = Visitor(self.port)
        self.visitors.append(visitor)
        visitor.jar["township"] = "130624104"
        if phone:
            visitor.page("/sign-in")
            visitor.send("/sign-in", {"phone": phone, "password": PASSWORD})
        return visitor


@pytest.fixture(scope="module")
def site(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grown]:
    """`python -m market.serve` on an empty PostgreSQL database and a Redis of its own."""
    directory = tmp_path_factory.mktemp("grown")
    plain = server_url.replace("+psycopg", "")
    name = f"grown{os.getpid()}"
    with psycopg.connect(plain, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE template0")  # type: ignore[arg-type]
    database = plain.rsplit("/", 1)[0] + f"/{name}"
    port = free_port()
    with redis_server(directory) as redis, (directory / "log").open("w") as log:
        env = {
            "PATH": os.environ["PATH"], "PORT": str(port), "DATA_DIR": str(directory / "data"),
            "DATABASE_URL": database, "REDIS_URL": redis,
        }  # fmt: skip
        server = subprocess.Popen(
            [sys.executable, "-m", "market.serve"], cwd=ROOT, env=env, stdout=log, stderr=log
        )
        try:
            grown = Grown(port, database, redis, directory / "log", [])
            wait(lambda: server.poll() is not None or answers(port), START_SECONDS)
            assert server.poll() is None, (directory / "log").read_text()[-3000:]
            yield grown
            for visitor in grown.visitors:
                visitor.connection.close()
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)


def wait(done: Callable[[], bool], seconds: float = PATIENCE) -> None:
    until = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < until, "waited too long"
        time.sleep(0.3)


def answers(port: int) -> bool:
    visitor = Visitor(port)
    try:
        return visitor.ask("GET", "/readyz")[0] == 200
    except OSError:
        return False
    finally:
        visitor.connection.close()


def test_the_site_is_alive_and_ready(site):
    assert json.loads(site.visitor().page("/healthz")) == {"status": "ok"}
    ready = json.loads(site.visitor().page("/readyz"))
    assert ready == {"status": "ready", "checks": {"database": True, "migrations": True}}


def test_everything_is_kept_in_postgresql_and_redis(site):
    here = {path.name for path in (site.log.parent / "data").iterdir()}
    assert not {"market.db", "jobs.db", "index"} & here
    assert site.rows("select count(*) from listings where state = 'live'")[0][0] >= 200


def test_a_household_searches_buys_and_is_told_by_the_worker(site):
    visitor = site.visitor(HOUSEHOLD)
    found = visitor.page("/search?q=%E4%BF%9D%E6%B8%A9%E6%9D%BF")  # 保温板
    product = re.search(r'href="(/p/\w+)', found)
    assert product is not None
    page = visitor.page(product.group(1))
    listing = re.search(r'name="listing_id"[^>]*value="(\w+)"', page)
    assert listing is not None
    cart = visitor.send("/cart/lines", {"listing_id": listing.group(1), "quantity": "3"})
    visitor.page(cart)
    address = re.search(r'name="address"[^>]*value="(\w+)"', visitor.page("/checkout/address"))
    assert address is not None
    confirm = visitor.page(f"/checkout/confirm?address={address.group(1)}")
    agreed = {
        "address": address.group(1), "payment_method": "bank_transfer",
        **dict(HIDDEN.findall(confirm)),
    }  # fmt: skip
    order_id = visitor.send("/checkout/confirm", agreed).rstrip("/").rsplit("/", 1)[1]
    visitor.page(f"/pay/{order_id}")
    visitor.send(f"/pay/{order_id}", {"method": "bank_transfer"})
    ((payment, amount),) = site.rows(
        f"select id, amount_fen from payments where order_id = '{order_id}'"
    )
    operator = site.visitor(OPERATOR)
    operator.page("/operator/payments")
    operator.send(f"/operator/payments/{payment}/confirm", {"amount": f"{amount / 100:.2f}"})
    assert site.rows(f"select paid_at is not null from orders where id = '{order_id}'") == [(True,)]
    wait(lambda: told(site, order_id))


def told(site: Grown, order_id: str) -> bool:
    """Whether the worker has carried the message that the order is paid."""
    return bool(
        site.rows(
            "select 1 from outbox_messages o join messages m on m.id = o.message_id"
            f" where o.state = 'sent' and m.link like '%{order_id}%' and m.kind = 'order_paid'"
        )
    )


def test_every_job_went_through_redis(site):
    wait(
        lambda: (
            {name for (name,) in site.rows("select name from job_runs where ok_at is not null")}
            == set(JOBS)
        )
    )
    with Redis.from_url(site.redis) as redis:
        assert redis.ping()
        assert redis.info("commandstats").get(
            "cmdstat_rpush", redis.info("commandstats").get("cmdstat_lpush")
        )


def test_metrics_add_up_over_the_workers(site):
    line = 'market_requests_total{endpoint="storefront.list_kinds",method="GET",status="200"}'

    def counted() -> float:
        text = site.visitor().page("/metrics")
        return sum(float(row.split()[-1]) for row in text.splitlines() if row.startswith(line))

    before = counted()
    for _ in range(12):  # a connection each: both workers get some
        site.visitor().page("/materials")
    assert {counted() for _ in range(6)} == {before + 12}


def test_log_lines_are_json_with_the_request_id_of_the_answer(site):
    visitor = site.visitor()
    visitor.connection.request("GET", "/zone", headers={"X-Request-ID": "from-the-proxy-1"})
    answer = visitor.connection.getresponse()
    answer.read()
    assert answer.headers["X-Request-ID"] == "from-the-proxy-1"
    wait(lambda: "from-the-proxy-1" in site.log.read_text(), 5)
    (line,) = [row for row in site.log.read_text().splitlines() if "from-the-proxy-1" in row]
    said = json.loads(line)
    assert (said["event"], said["path"], said["status"]) == ("request", "/zone", 200)
    assert said["request_id"] == "from-the-proxy-1"
    assert said["timestamp"]
