"""Recurring jobs run once per period, record how it went, and never stop each other."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest

from market.accounts import service as accounts
from market.adapters import jobs
from market.adapters.jobs import JOBS, Tools, run, run_due
from market.db.session import reading, unit_of_work
from market.jobs import service as book
from market.jobs.staff_views import NAMES
from market.kernel.ports import SendingFailed
from market.notifications import service as messages
from tests.factories.accounts import make_account, sign_in

MINUTE = timedelta(minutes=1)


@pytest.fixture
def tools(app, session):
    session.commit()
    return Tools.of(app)


def row(name):
    with reading() as session:
        return next(job for job in book.list_jobs(session) if job.name == name)


def test_every_job_runs_and_is_recorded(tools, clock):
    assert run_due(tools) == list(JOBS)
    with reading() as session:
        done = book.list_jobs(session)
    assert {job.name for job in done} == set(JOBS)
    assert [job.error for job in done if job.failed] == []
    assert run_due(tools) == []
    clock.advance(minutes=2)
    assert set(run_due(tools)) == set(JOBS) - {
        "adoption_exits",
        "county_purchases",
        "due_certificates",
        "due_rechecks",
        "pickup_reminders",
        "count_sales",
        "forget_expired",
        "forget_visitors",
        "substance_rules",
        "standard_changes",
        "local_picks",
        "lost_options",
        "forget_imports",
        "goods_of_ended_jobs",
    }


def test_a_job_runs_once_per_period(tools, clock):
    assert run("expire_orders", tools)
    assert not run("expire_orders", tools)
    clock.advance(minutes=1)
    assert run("expire_orders", tools)
    assert row("expire_orders").runs == 2


def test_a_failing_job_is_recorded_and_tried_again(tools, clock, monkeypatch):
    def broken(_tools):
        raise SendingFailed("gateway down")

    monkeypatch.setitem(jobs.JOBS, "send_messages", (MINUTE, broken))
    assert run("send_messages", tools)
    assert "gateway down" in row("send_messages").error
    assert row("send_messages").ok_at is None
    clock.advance(minutes=1)
    monkeypatch.setitem(jobs.JOBS, "send_messages", (MINUTE, lambda _tools: 3))
    assert run("send_messages", tools)
    assert (row("send_messages").error, row("send_messages").result) == ("", 3)


def test_a_run_that_was_killed_is_taken_up_after_its_lease(session, clock):
    assert book.begin(session, "x", clock.now(), MINUTE)
    clock.advance(minutes=2)
    assert not book.begin(session, "x", clock.now(), MINUTE)
    clock.advance(minutes=4)
    assert book.begin(session, "x", clock.now(), MINUTE)


def test_of_many_workers_one_runs_the_job(race_database, now):
    barrier, won = Barrier(8), []

    def work():
        barrier.wait()
        with unit_of_work() as session:
            won.append(book.begin(session, "x", now, MINUTE))

    threads = [Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 7 + [True]


def test_the_worker_sends_messages(tools, session, clock):
    account = make_account(session)
    messages.send(
        session, [account.id], "award_won", {}, "/provider/jobs", key="1", now=clock.now()
    )
    session.commit()
    run_due(tools)
    assert row("send_messages").result == 1


def test_the_operator_sees_how_the_jobs_run(client, session, tools, clock):
    operator = make_account(session)
    accounts.grant_role(session, operator.id, "operator")
    sign_in(client, session, operator.id)
    assert "后台程序是否在运行" in client.get("/operator/jobs").text
    run_due(tools)
    page = client.get("/operator/jobs")
    assert "后台程序是否在运行" not in page.text
    assert "发出短信和邮件" in page.text
    assert "Send text messages and mail" in client.get("/operator/jobs?lang=en").text
    assert set(NAMES) == set(JOBS)


def test_only_the_operator_sees_the_jobs(client, session, app):
    assert client.get("/operator/jobs").status_code == 303
    sign_in(client, session, make_account(session).id)
    assert client.get("/operator/jobs").status_code == 403
    assert client.get("/operator/payments").status_code == 403


def test_the_queue_lives_in_the_data_directory(settings):
    huey = jobs.make_huey(settings)
    assert (settings.data_dir / "jobs.db").exists()
    huey.storage.close()


def test_the_command_runs_what_is_due(app, session):
    session.commit()
    answer = app.test_cli_runner().invoke(args=["worker", "--once"])
    assert answer.exit_code == 0, answer.output
    assert answer.output.split() == list(JOBS)
