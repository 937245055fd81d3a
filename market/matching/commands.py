"""Commands of the matching."""

import json

import click
from flask import current_app
from flask.cli import with_appcontext

from market.matching.sweeps import sweep_requests


@click.command("sweep-requests")
@with_appcontext
def sweep_requests_command() -> None:
    """Let invitations, deadlines and undecided requests run out, as of now."""
    clock = current_app.extensions["market.clock"]
    settings = current_app.extensions["market.settings"]
    click.echo(json.dumps(sweep_requests(clock.now(), settings).as_json()))
