"""F11: the index deleted, cut short, overwritten, locked, read-only, or its writer killed.

The index is a cache. While it is broken people find goods by kind from the database, put them
into the cart and buy them, and the operator is told; the worker heals it; and nothing is ever
shown that the database does not let through, whatever the index says.
"""

import fcntl
import os
import pickle
import random
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import update

from market.adapters.tantivy_index import TantivyIndex
from market.adapters.whoosh_index import WhooshIndex
from market.catalogue.events import ListingChanged
from market.catalogue.models import Listing
from market.kernel.events import publish
from market.search import jobs, service
from market.search.types import IndexUnusable
from tests.factories.accounts import make_actor, sign_in
from tests.factories.catalogue import make_maker, make_offer
from tests.factories.orders import make_household, place

TRIALS = int(os.environ.get("FAULT_TRIALS", "3"))
ENGINES = {"whoosh": WhooshIndex, "tantivy": TantivyIndex}
BROKEN, NOTICE = "搜索正在修", "搜索索引不能用"


class Site:
    """The site, its worker, and an index that several processes have open."""

    def __init__(self, engine, root, app, session, client, people):
        self.engine, self.root = engine, root
        self.session, self.client, self.app = session, client, app
        self.offers, self.household, self.desk = people
        self.worker = ENGINES[engine](root)
        jobs.rebuild(self.worker)
        jobs.drain(self.worker)
        hidden = update(Listing).where(Listing.id == self.offers[3].listing_id)
        session.execute(hidden.values(state="paused"))  # the index does not hear of it
        session.commit()
        self.restart()
        assert self.search()[0] == set(self.shown)

    @property
    def shown(self):
        return [offer.product_id for offer in self.offers[:3]]

    @property
    def build(self):
        return self.worker.builds.current()

    def restart(self):
        """A process of the site that has not opened the index yet."""
        self.app.extensions["market.text_index"] = ENGINES[self.engine](self.root)

    def age(self):
        """As if the build had been in use for a day."""
        os.utime(self.build, (time.time() - 86_400,) * 2)

    def search(self):
        """(products on the page, whether it is by kind from the database)."""
        answer = self.client.get("/search?q=石墨板")
        assert answer.status_code == 200
        page = answer.get_data(as_text=True)
        assert self.offers[3].product_id not in page, "an unauthorised hit"
        return {p for p in self.shown if p in page}, BROKEN in page

    def goes_on(self):
        """People find and buy, whether the index works or not; the operator is told the truth."""
        for _ in range(2):
            found, degraded = self.search()
            assert found == set(self.shown)
            self.restart()
        try:
            self.app.extensions["market.text_index"].check()
            usable = True
        except IndexUnusable:
            usable = False
        assert degraded is False or not usable
        self.buys()
        assert (NOTICE in self.desk.get("/operator").get_data(as_text=True)) is not usable
        return usable

    def buys(self):
        point = self.session.begin_nested()
        assert place(self.session, self.household, (self.offers[0], 1)).is_new
        point.rollback()
        self.session.expire_all()

    def heals(self):
        """The worker's next round makes it whole, and it follows changes again."""
        jobs.heal(self.worker)
        self.is_whole()
        changed = self.offers[1].listing_id
        publish(self.session, ListingChanged(changed))
        self.session.commit()
        jobs.drain(self.worker)
        assert service.waiting(self.session) == 0
        self.is_whole()
        assert jobs.heal(self.worker) is False

    def is_whole(self):
        for _ in range(2):
            assert self.search() == (set(self.shown), False)
            self.restart()


@pytest.fixture
def folder():
    """A directory that everybody may enter, unlike those of pytest."""
    made = Path(tempfile.mkdtemp(prefix="index-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


def make_people(app, session):
    """(goods on sale, somebody who buys, the operator's desk): as whole in every trial, because
    what a trial does to them is undone."""
    maker = make_maker(session)
    offers = [
        make_offer(session, maker, stock=100_000, product={"name_zh": f"石墨板{n}"})
        for n in range(4)
    ]
    household, desk = make_household(session), app.test_client()
    session.commit()
    sign_in(desk, session, make_actor(session, "operator").account_id)
    return offers, household, desk


@pytest.fixture(params=sorted(ENGINES))
def sites(request, app, session, client, folder, monkeypatch):
    """Fresh sites, one for each trial."""
    monkeypatch.setitem(app.extensions, "market.text_index", None)

    def make():
        people = make_people(app, session)
        for trial in range(TRIALS):
            point = session.begin_nested()
            yield trial, Site(request.param, folder / f"t{trial}", app, session, client, people)
            if point.is_active:
                point.rollback()
            session.expire_all()
            app.extensions["market.page_cache"].clear()

    return make()


pytestmark = pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"  # Whoosh closes what is gone already
)


def test_deleted(sites):
    for trial, site in sites:
        gone = [site.root, site.build, site.root / "current"][trial % 3]
        shutil.rmtree(gone) if gone.is_dir() else gone.unlink()
        assert site.goes_on() is False
        site.heals()


def test_every_file_cut_short(sites):
    for trial, site in sites:
        files = sorted(p for p in site.build.iterdir() if p.stat().st_size and p.suffix != ".lock")
        file = files[trial % len(files)]
        size = (0, 20, file.stat().st_size // 2)[trial // len(files) % 3]
        os.truncate(file, size)
        site.goes_on()
        site.heals()


def test_overwritten_with_noise_of_the_same_size(sites):
    for trial, site in sites:
        source = random.Random(trial)
        for file in [p for p in site.build.iterdir() if p.is_file()]:
            file.write_bytes(source.randbytes(file.stat().st_size))
        site.age()
        site.goes_on()
        site.heals()


def test_emptied_behind_our_back(sites):
    for _, site in sites:
        site.worker.update([], site.shown)
        site.restart()
        assert site.search()[0] == set()
        site.buys()
        site.heals()


def test_a_lock_left_by_a_dead_process(sites):
    for _, site in sites:
        for name in ("MAIN_WRITELOCK", ".tantivy-writer.lock", ".tantivy-meta.lock"):
            (site.build / name).touch()
        (site.root / ".writing").write_text("4194305")
        assert site.goes_on() is True
        site.heals()


def test_a_writer_that_hangs(sites):
    for _, site in sites:
        site.worker.builds.wait = 0.2
        holder = (site.root / ".writing").open("w")
        fcntl.flock(holder, fcntl.LOCK_EX)
        publish(site.session, ListingChanged(site.offers[0].listing_id))
        site.session.commit()
        assert jobs.drain(site.worker) == 0
        assert site.goes_on() is True
        assert service.waiting(site.session) == 1
        holder.close()
        site.heals()


@contextmanager
def nobody():
    """Root may write anywhere; this is how everybody else fares."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(0)


class Unprivileged:
    """An index whose calls are made by somebody who does not own its files."""

    def __init__(self, index):
        self.index, self.name = index, index.name

    def update(self, documents, removed):
        with nobody():
            self.index.update(documents, removed)

    def rebuild(self, documents):
        ready = list(documents)
        with nobody():
            return self.index.rebuild(ready)

    def __getattr__(self, name):
        return getattr(self.index, name)


def test_read_only(sites):
    for _, site in sites:
        every = [site.root, *site.root.rglob("*")]
        for path in every:
            path.chmod(0o555 if path.is_dir() else 0o444)
        publish(site.session, ListingChanged(site.offers[0].listing_id))
        site.session.commit()
        with pytest.raises(OSError, match="Permission"):
            jobs.drain(Unprivileged(site.worker))
        assert service.waiting(site.session) == 1, "the change waits"
        assert site.goes_on() is True
        for path in every:
            path.chmod(0o755 if path.is_dir() else 0o644)
        site.heals()


def test_the_writer_killed_at_any_moment(sites, tmp_path):
    for trial, site in sites:
        documents = list(service.all_documents(site.session))
        file = tmp_path / "documents"
        file.write_bytes(pickle.dumps(documents))
        command = [
            sys.executable, "-m", "tests.faults.index_writer", site.engine, str(site.root),
            str(file),
        ]  # fmt: skip
        writer = subprocess.Popen(
            command, stdout=subprocess.PIPE, cwd=Path(__file__).parent.parent.parent
        )
        try:
            assert writer.stdout.readline() == b"ready\n"
            time.sleep(random.Random(trial).uniform(0.0, 1.0))
        finally:
            writer.kill()
            writer.wait()
            writer.stdout.close()
        site.goes_on()
        site.heals()
