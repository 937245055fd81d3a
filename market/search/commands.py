"""`flask search …` and `flask search-eval FILE.csv`."""

import json
from dataclasses import asdict
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from market.catalogue import queries as catalogue
from market.db.session import reading
from market.search import evaluation, jobs, service
from market.web.context import clock


@click.group("search")
def search_group() -> None:
    """The text index."""


@search_group.command("rebuild")
@with_appcontext
def rebuild() -> None:
    """Build the index anew beside the old one, then swap."""
    total = jobs.rebuild(current_app.extensions["market.text_index"])
    click.echo(f"{total} products indexed")


@click.command("search-eval")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def search_eval(file: Path) -> None:
    """Recall and mean reciprocal rank on the judged queries of FILE, as JSON."""
    index = current_app.extensions["market.text_index"]
    jobs.heal(index)
    with reading() as session:
        now = clock().now()

        def kinds_of(query: str) -> list[str]:
            choice = service.SearchChoice(size=10)
            found = service.find(session, index, query, choice, now=now)
            views = catalogue.listings_by_ids(session, found.listing_ids, now)
            shown = [views[i] for i in found.listing_ids if i in views]
            return [view.kind_code for view in shown if view.sellable]

        scores = evaluation.evaluate(list(evaluation.read(file)), kinds_of)
    click.echo(json.dumps(asdict(scores), ensure_ascii=False, indent=2))
