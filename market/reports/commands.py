"""`flask audit`: do the books of the market agree?"""

import json
import sys

import click
from flask import current_app
from flask.cli import with_appcontext

from market.db.session import snapshot
from market.reports import invariants
from market.reports.types import AuditReport
from market.web.context import clock

SHOWN = 100  # breaches of one kind that are printed


@click.command("audit")
@with_appcontext
def audit() -> None:
    """Check every invariant; prints JSON and ends with 1 when one is broken."""
    index = current_app.extensions["market.text_index"]
    with snapshot() as session:
        report = invariants.check_all(session, index, clock().now())
    click.echo(json.dumps(_as_json(report), ensure_ascii=False, indent=2))
    if not report.is_clean:
        sys.exit(1)


def _as_json(report: AuditReport) -> dict[str, object]:
    return {
        "ok": report.is_clean,
        "at": report.at.isoformat(),
        "checks": [
            {
                "code": finding.code,
                "promise": finding.promise,
                "breaches": len(finding.breaches),
                "ms": finding.milliseconds,
                "found": finding.breaches[:SHOWN],
            }
            for finding in report.findings
        ],
    }
