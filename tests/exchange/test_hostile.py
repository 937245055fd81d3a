"""Whatever is uploaded: a sentence within seconds, in bounded memory, and no fault."""

import io
import multiprocessing
import resource
import time

import pytest

from market.accounts import service as accounts
from market.exchange import jobs
from market.exchange.cells import read_row
from market.exchange.errors import FileProblem
from market.exchange.sheets import read_rows
from tests.exchange.hostile import CASES, file_of
from tests.factories.accounts import make_account, sign_in
from tests.factories.catalogue import make_maker

SECONDS, MEGABYTES = 5, 200


def outcome(data):
    """How a file is read: the refusal of the whole, or its rows."""
    try:
        return [read_row(raw) for raw in read_rows(data)]
    except FileProblem as problem:
        return problem


def test_there_are_forty_of_them():
    assert len(CASES) >= 40


def measure(data, answer):
    """In a process of its own: what came of a file, in how long, with how much memory."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.process_time()
    found = outcome(data)
    seconds = time.process_time() - begun
    rise = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    answer.put((isinstance(found, FileProblem), seconds, rise))


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("name", CASES)
def test_a_hostile_file_costs_little(name):
    data = file_of(name)
    fork = multiprocessing.get_context("fork")
    answer = fork.SimpleQueue()
    child = fork.Process(target=measure, args=(data, answer))
    child.start()
    child.join(60)
    assert child.exitcode == 0
    _, seconds, megabytes = answer.get()
    assert seconds < SECONDS
    assert megabytes < MEGABYTES


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_file_gets_a_sentence(name, client, session, now):
    maker = make_maker(session)
    account = make_account(session)
    accounts.grant_role(session, account.id, "seller", maker.id)
    sign_in(client, session, account.id)
    session.commit()
    data = {"file": (io.BytesIO(file_of(name)), "货.xlsx")}
    page = client.post("/seller/sheets", data=data, follow_redirects=True)
    assert page.status_code in (200, 413, 422)
    if page.status_code == 200:
        jobs.work(lambda: now)
        page = client.get(page.request.path)
        assert page.status_code == 200
        assert "排队等着读" not in page.text
        assert "notice bad" in page.text or "一样，没有要改的" in page.text, page.text
        assert "写入这" not in page.text


def test_a_cell_with_a_formula_is_an_error_whatever_its_stored_value():
    for name in ("formula", "formula with another stored value", "array formula", "dde in csv",
                 "full-width formula in csv"):  # fmt: skip
        (row,) = outcome(file_of(name))
        assert [problem.column for problem in row.problems] == ["price"], name
        assert "price" not in row.values
