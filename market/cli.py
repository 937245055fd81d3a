"""Commands of `flask --app wsgi …`.

The libraries of migrations and of the job queue are loaded by the commands that need them:
every web process reads this file, and would carry their 25 MB.
"""

import click
from flask import Flask
from flask.cli import with_appcontext

from market.accounts.commands import create_admin, load_legal
from market.db.session import database
from market.matching.commands import sweep_requests_command
from market.regions.commands import load_regions
from market.reports.commands import audit
from market.search.commands import search_eval, search_group
from market.seed.commands import seed


@click.group("db")
def db_group() -> None:
    """Schema migrations."""


@db_group.command("upgrade")
@click.argument("revision", default="head")
@with_appcontext
def upgrade(revision: str) -> None:
    """Bring the schema to REVISION (head)."""
    from market.db import migrating  # noqa: PLC0415

    migrating.upgrade(database(), revision)


@db_group.command("downgrade")
@click.argument("revision")
@with_appcontext
def downgrade(revision: str) -> None:
    """Take the schema back to REVISION."""
    from market.db import migrating  # noqa: PLC0415

    migrating.downgrade(database(), revision)


@click.command("worker")
@click.option("--once", is_flag=True, help="Run what is due now and end.")
@click.pass_context
def worker(context: click.Context, once: bool) -> None:
    """Run the recurring jobs until stopped."""
    from market.adapters import jobs  # noqa: PLC0415

    context.invoke(jobs.worker, once=once)


def register(app: Flask) -> None:
    """Add all commands to `app`."""
    app.cli.add_command(db_group)
    app.cli.add_command(worker)
    app.cli.add_command(audit)
    app.cli.add_command(load_regions)
    app.cli.add_command(sweep_requests_command)
    app.cli.add_command(create_admin)
    app.cli.add_command(load_legal)
    app.cli.add_command(search_group)
    app.cli.add_command(search_eval)
    app.cli.add_command(seed)
