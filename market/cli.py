"""Commands of `flask --app wsgi …`."""

import click
from flask import Flask
from flask.cli import with_appcontext

from market.accounts.commands import create_admin, load_legal
from market.adapters.jobs import worker
from market.db import migrating
from market.db.session import database
from market.matching.commands import sweep_requests_command
from market.regions.commands import load_regions
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
    migrating.upgrade(database(), revision)


@db_group.command("downgrade")
@click.argument("revision")
@with_appcontext
def downgrade(revision: str) -> None:
    """Take the schema back to REVISION."""
    migrating.downgrade(database(), revision)


def register(app: Flask) -> None:
    """Add all commands to `app`."""
    app.cli.add_command(db_group)
    app.cli.add_command(worker)
    app.cli.add_command(load_regions)
    app.cli.add_command(sweep_requests_command)
    app.cli.add_command(create_admin)
    app.cli.add_command(load_legal)
    app.cli.add_command(search_group)
    app.cli.add_command(search_eval)
    app.cli.add_command(seed)
