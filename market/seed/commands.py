"""`flask seed`."""

import click
from flask import current_app
from flask.cli import with_appcontext

from market.seed import world
from market.seed.logins import login_lines
from market.web.context import settings


@click.command("seed")
@click.option("--demo", is_flag=True, help="Invented firms, goods and households as well.")
@with_appcontext
def seed(demo: bool) -> None:
    """Load regions, kinds and legal pages; with --demo the demonstration world."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    if not demo:
        world.base(app)
        return
    if settings().is_production:
        raise click.ClickException("the demonstration world is refused in production")
    if not world.ensure(app):
        raise click.ClickException("the database is not empty: set DATA_DIR to an empty place")
    click.echo("\n".join(login_lines(settings())))
