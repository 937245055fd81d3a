"""The recurring jobs and the worker that runs them, on huey.

Every job is an idempotent sweep over rows: it may run late, twice or beside itself without
harm, so losing the queue loses nothing. The queue lives in a file of the data directory, or
in Redis where one is set; the book of runs is a table, which keeps two workers from doing the
same run.
"""

import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import FrameType
from typing import Any

import click
import structlog
from flask import Flask, current_app
from flask.cli import with_appcontext
from huey import Huey, RedisHuey, SqliteHuey
from huey.consumer import Consumer

from market.accounts import service as accounts
from market.adapters import mailer
from market.adoptions import service as adoptions
from market.bundles import service as bundles
from market.catalogue import cart_holds, stock
from market.certification import service as certificates
from market.checkout import jobs as payment_jobs
from market.checkout import service as checkout
from market.config import Settings
from market.contracts.sweeps import release_goods
from market.db.session import reading, unit_of_work
from market.exchange import jobs as sheets
from market.handovers import service as handovers
from market.handovers.rules import Patience
from market.inspections import service as inspections
from market.jobs import service as book
from market.kernel.clock import Clock
from market.kernel.ports import PaymentProvider, Sender
from market.matching.sweeps import sweep_requests
from market.notifications.jobs import drain
from market.orders import service as orders
from market.picks import service as picks
from market.promotions import service as promotions
from market.search import jobs as search
from market.search.types import TextIndex
from market.standards import service as standards
from market.substances import service as substances
from market.traceability import service as traceability

log = structlog.get_logger()
TICK_SECONDS = 0.5
QUEUED_SECONDS = 60.0  # a call lost from the queue is made again after this


@dataclass(frozen=True)
class Tools:
    """What the jobs work with."""

    settings: Settings
    clock: Clock
    provider: PaymentProvider | None
    senders: dict[str, Sender]
    index: TextIndex

    @classmethod
    def of(cls, app: Flask) -> "Tools":
        """Those of the application."""
        settings: Settings = app.extensions["market.settings"]
        clock: Clock = app.extensions["market.clock"]
        return cls(
            settings=settings,
            clock=clock,
            provider=app.extensions["market.payment_provider"],
            senders={
                "sms": app.extensions["market.sms"],
                "email": mailer.choose(settings, clock),
            },
            index=app.extensions["market.text_index"],
        )

    def now(self) -> datetime:
        """The present instant."""
        return self.clock.now()


Job = Callable[[Tools], int]


def expire_orders(tools: Tools) -> int:
    """Give up orders nobody paid in time."""
    with unit_of_work() as session:
        return len(checkout.expire_unpaid(session, tools.now()))


def expire_holds(tools: Tools) -> int:
    """Free goods whose hold outlived its order."""
    with unit_of_work() as session:
        return len(stock.expire_holds(session, tools.now()))


def free_carts(tools: Tools) -> int:
    """Free what carts keep longer than they may. Nothing waits for it: who buys frees it first."""
    with unit_of_work() as session:
        return cart_holds.tidy(session, tools.now())


def send_messages(tools: Tools) -> int:
    """Carry the outbox."""
    return drain(tools.senders, tools.settings.base_url, tools.clock)


def payment_events(tools: Tools) -> int:
    """Notifications that could not be understood at once."""
    return payment_jobs.process_inbox(tools.provider, tools.now()) if tools.provider else 0


def reconcile_payments(tools: Tools) -> int:
    """Payments of which nothing was heard, and cash that is complete."""
    return payment_jobs.reconcile(tools.provider, tools.settings.base_url, tools.now())


def send_refunds(tools: Tools) -> int:
    """Money on its way back."""
    return payment_jobs.send_refunds(tools.provider, tools.now()) if tools.provider else 0


def due_certificates(tools: Tools) -> int:
    """Remind of certificates in their last 90 days."""
    with unit_of_work() as session:
        return certificates.sweep_due(session, tools.now())


def adoption_exits(tools: Tools) -> int:
    """Write down which adopted products the clock has put out of the databases."""
    with unit_of_work() as session:
        return adoptions.settle(session, tools.now())


def due_rechecks(tools: Tools) -> int:
    """Remind of re-checks of goods that failed, and tell of those that are overdue."""
    with unit_of_work() as session:
        return inspections.remind_of_rechecks(session, tools.now())


def renovation_requests(tools: Tools) -> int:
    """Expired invitations, next waves, requests past their dates."""
    return sum(sweep_requests(tools.now(), tools.settings).as_json().values())


def goods_of_ended_jobs(tools: Tools) -> int:
    """Goods of jobs that are off, when nobody decided about them in time."""
    return release_goods(tools.now())


def search_index(tools: Tools) -> int:
    """Carry changes into the index."""
    return search.drain(tools.index)


def search_health(tools: Tools) -> int:
    """Rebuild an index that cannot be used."""
    return int(search.heal(tools.index))


def count_groups(tools: Tools) -> int:
    """Village purchases whose joining is over are counted for good."""
    with unit_of_work() as session:
        return promotions.close_due(session, tools.now())


def count_sales(tools: Tools) -> int:
    """Carry what was sold in the last 90 days to the listings."""
    with unit_of_work() as session:
        return orders.count_sales(session, tools.now())


def local_picks(tools: Tools) -> int:
    """Tell officials of goods they recommend that nobody may sell any more."""
    with unit_of_work() as session:
        return picks.check_picks(session, tools.now())


def county_purchases(tools: Tools) -> int:
    """Write down what the households of each county bought in the last 180 days."""
    with unit_of_work() as session:
        return picks.count_purchases(session, tools.now(), tools.settings.local_households)


def forget_expired(tools: Tools) -> int:
    """Drop one-time codes and counters of attempts that are over."""
    with unit_of_work() as session:
        return accounts.clear_expired(session, now=tools.now())


def forget_visitors(tools: Tools) -> int:
    """Drop the marks of visitors from old scans of trace codes."""
    with unit_of_work() as session:
        return traceability.forget_visitors(session, now=tools.now())


def lost_options(tools: Tools) -> int:
    """Tell authors of bundles which of their options nobody sells any more."""
    with unit_of_work() as session:
        return bundles.tell_of_lost(session, tools.now())


def substance_rules(tools: Tools) -> int:
    """Let goods back that a looser rule allows from today on."""
    with unit_of_work() as session:
        return substances.sweep(session, tools.now())


def standard_changes(tools: Tools) -> int:
    """Tell makers of standards that are superseded or withdrawn from today on."""
    with unit_of_work() as session:
        return standards.settle(session, tools.now())


def pickup_reminders(tools: Tools) -> int:
    """Remind of goods that nobody fetches at a pick-up point."""
    patience = Patience(tools.settings.pickup_remind_days, tools.settings.pickup_keep_days)
    with unit_of_work() as session:
        return handovers.remind(session, patience, tools.now())


def sheet_imports(tools: Tools) -> int:
    """Previews of large sheets and their application."""
    return sheets.work(tools.now)


def forget_imports(tools: Tools) -> int:
    """Drop sheets that are long over."""
    return sheets.forget_old(tools.now)


JOBS: dict[str, tuple[timedelta, Job]] = {
    "send_messages": (timedelta(seconds=4), send_messages),
    "send_refunds": (timedelta(seconds=10), send_refunds),
    "payment_events": (timedelta(seconds=10), payment_events),
    "search_index": (timedelta(seconds=1), search_index),
    "reconcile_payments": (timedelta(seconds=20), reconcile_payments),
    "expire_orders": (timedelta(seconds=20), expire_orders),
    "expire_holds": (timedelta(minutes=1), expire_holds),
    "free_carts": (timedelta(minutes=1), free_carts),
    "count_groups": (timedelta(seconds=20), count_groups),
    "count_sales": (timedelta(minutes=10), count_sales),
    "local_picks": (timedelta(minutes=10), local_picks),
    "county_purchases": (timedelta(hours=1), county_purchases),
    "renovation_requests": (timedelta(minutes=1), renovation_requests),
    "goods_of_ended_jobs": (timedelta(minutes=10), goods_of_ended_jobs),
    "forget_expired": (timedelta(minutes=10), forget_expired),
    "search_health": (timedelta(seconds=20), search_health),
    "due_certificates": (timedelta(hours=1), due_certificates),
    "due_rechecks": (timedelta(hours=1), due_rechecks),
    "adoption_exits": (timedelta(minutes=10), adoption_exits),
    "forget_visitors": (timedelta(hours=1), forget_visitors),
    "lost_options": (timedelta(minutes=10), lost_options),
    "substance_rules": (timedelta(hours=1), substance_rules),
    "pickup_reminders": (timedelta(hours=1), pickup_reminders),
    "standard_changes": (timedelta(minutes=10), standard_changes),
    "sheet_imports": (timedelta(seconds=2), sheet_imports),
    "forget_imports": (timedelta(hours=1), forget_imports),
}


def run(name: str, tools: Tools) -> bool:
    """One run of a job when it is due and free; False when it was not. Never raises."""
    every, job = JOBS[name]
    with unit_of_work() as session:
        if not book.begin(session, name, tools.now(), every):
            return False
    error, result = "", 0
    try:
        result = job(tools)
    except Exception as fault:
        log.exception("a job failed", job=name)
        error = repr(fault)
    with unit_of_work() as session:
        book.finish(session, name, tools.now(), result=result, error=error)
    return True


def run_due(tools: Tools) -> list[str]:
    """Run everything that is due, one after the other; the names of what ran."""
    with reading() as session:
        due = book.due(session, list(JOBS), tools.now())
    return [name for name in due if run(name, tools)]


def make_huey(settings: Settings) -> Huey:
    """The queue: a file of its own, or Redis."""
    if settings.redis_url:
        return RedisHuey("market", url=settings.redis_url, results=False)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return SqliteHuey("market", filename=str(settings.data_dir / "jobs.db"), results=False)


class Worker:
    """Huey's consumer, fed with the jobs that are due."""

    def __init__(self, app: Flask, threads: int = 2) -> None:
        self._app = app
        self._tools = Tools.of(app)
        self._queued: dict[str, float] = {}
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self.huey = make_huey(self._tools.settings)
        self._task: Any = self.huey.task(name="market.run_job")(self._run)
        self._consumer = Consumer(
            self.huey, workers=threads, periodic=False, initial_delay=0.2, max_delay=1.0,
            graceful_signal="TERM",
        )  # fmt: skip

    def _run(self, name: str) -> None:
        try:
            with self._app.app_context():
                run(name, self._tools)
        finally:
            with self._lock:
                self._queued.pop(name, None)

    def feed(self) -> None:
        """Queue what is due until stopped."""
        while not self._stopped.wait(TICK_SECONDS):
            try:
                with reading() as session:
                    due = book.due(session, list(JOBS), self._tools.now())
                for name in due:
                    self._enqueue(name)
            except Exception:
                log.exception("the jobs that are due could not be read")

    def _enqueue(self, name: str) -> None:
        with self._lock:
            moment = time.monotonic()
            if moment - self._queued.get(name, -QUEUED_SECONDS) < QUEUED_SECONDS:
                return
            self._queued[name] = moment
        self._task(name)

    def serve(self) -> None:
        """Run until TERM or INT; a job that has begun is finished first."""
        feeder = threading.Thread(target=self.feed, daemon=True)
        feeder.start()
        try:
            self._consumer.run()
        finally:
            self._stopped.set()
            feeder.join(TICK_SECONDS + 1)


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@click.command("worker")
@click.option("--once", is_flag=True, help="Run what is due now and end.")
@with_appcontext
def worker(once: bool) -> None:
    """Run the recurring jobs until stopped."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    if once:
        for name in run_due(Tools.of(app)):
            click.echo(name)
        return
    signal.signal(signal.SIGTERM, _end)
    Worker(app).serve()
