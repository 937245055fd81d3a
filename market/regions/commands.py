"""Commands of the regions package."""

import click

from market.db.session import unit_of_work
from market.regions import service


@click.command("load-regions")
def load_regions() -> None:
    """Load provinces, cities, counties, townships and climate zones (safe to repeat)."""
    with unit_of_work() as session:
        report = service.load(session)
    click.echo(
        f"{report.divisions} places, {report.points} points, {report.climate_rows} climate zones"
    )
