"""The world of `make bench` can still be made, and what is measured on it still works."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from market.app import create_app
from market.db import session as db
from market.db.session import Database
from market.media import service as media
from tests.bench import cases, client, crews, pricing, services, world
from tests.bench.data import DataSet

LISTINGS, CREWS = 50, 400


class InProcess(client.Visitor):
    """A visitor of the application itself instead of a server."""

    site: FlaskClient

    def __post_init__(self) -> None:
        """Nothing to connect to."""

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        for name, value in self.jar.items():
            self.site.set_cookie(name, value)
        data = None if form is None else {"csrf_token": self.token, **form}
        answer = self.site.open(path, method=method, data=data)
        return answer.status_code, answer.headers.get("Location") or answer.get_data(as_text=True)


@pytest.fixture(scope="module")
def data(
    make_database: Callable[[], Database], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DataSet]:
    """A small world on a database of its own; afterwards everything is as it was before."""
    previous, files = db._current, list(media._root)
    directory = tmp_path_factory.mktemp("bench")
    url = make_database().url
    engine = url.get_backend_name()
    made = DataSet(engine, LISTINGS, directory, url.render_as_string(hide_password=False))
    app = create_app(made.settings())
    now = world.first_of_month(datetime.now(UTC))
    world.build_catalogue(app, LISTINGS, now)
    crews.build_crews(app, CREWS, now)
    db.database().dispose()
    yield made
    media._root[:] = files
    if previous is not None:
        db.use(previous)


@pytest.fixture(scope="module")
def prepared(data: DataSet) -> Iterator[cases.Prepared]:
    """Its addresses and households."""
    ready, opened = cases.Prepared(data), db.database()
    yield ready
    opened.dispose()


@pytest.mark.parametrize("name", [*cases.STOREFRONT, *cases.BUYING])
def test_every_case_can_be_run(prepared: cases.Prepared, name: str) -> None:
    case = cases.make(name, prepared)
    visitor = InProcess(0, dict(case.job.get("jar", {})))
    visitor.site = prepared.app.test_client()
    step = client.FLOWS[case.flow](visitor, {**case.job, "connections": case.connections}, 0)
    for turn in range(2):
        step(turn)


def test_crews_are_chosen_for_requests(data: DataSet) -> None:
    chosen, plain = services.routing(replace(data, size=CREWS), requests=5)
    assert len(chosen.took) == len(plain.took) == 5


def test_a_cart_is_priced_while_promotions_run(data):
    _timing, statements, applied = pricing.pricing(data, lines=10, running=16, times=1)
    assert applied
    assert 0 < statements <= 12
