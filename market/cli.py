"""Commands of `flask --app wsgi …`."""

import click
from flask import Flask

from market.db import migrating
from market.db.session import database


@click.group("db")
def db_group() -> None:
    """Schema migrations."""


@db_group.command("upgrade")
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the schema to REVISION (head)."""
    migrating.upgrade(database(), revision)


@db_group.command("downgrade")
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the schema back to REVISION."""
    migrating.downgrade(database(), revision)


def register(app: Flask) -> None:
    """Add all commands to `app`."""
    app.cli.add_command(db_group)
