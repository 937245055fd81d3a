"""The first pages of officials and operators, and the search of the audit trail."""

from flask import Blueprint, current_app, request

from market.db.session import reading
from market.jobs.staff_views import NAMES
from market.kernel.actor import Actor
from market.reports import boards, trail
from market.reports.forms import TrailForm, period_of
from market.reports.types import PERIODS
from market.reports.words import KEYS, OBJECTS, VALUES, VERBS, verb_of
from market.web import context
from market.web.access import OPERATOR, STAFF, policy
from market.web.paging import page_number
from market.web.templating import render

blueprint = Blueprint("reports", __name__)
Answer = str | tuple[str, int]


@blueprint.get("/official")
@policy(STAFF)
def show_official_desk() -> str:
    """What waits in the own regions, what is overdue, where crews are missing."""
    days, now = period_of(request.args.get("days")), context.now()
    with reading() as session:
        board = boards.official_board(session, context.actor(), days, now)
    return render("reports/official_desk.html", board=board, days=days, periods=PERIODS, today=now)


@blueprint.get("/operator")
@policy(OPERATOR)
def show_operator_desk() -> str:
    """Every queue, every trouble, the jobs, the ledger and the index."""
    index = current_app.extensions["market.text_index"]
    with reading() as session:
        board = boards.operator_board(session, context.actor(), index, context.now())
    late = [job for job in board.jobs if job.is_late(context.now())]
    return render("reports/operator_desk.html", board=board, names=NAMES, late=late)


@blueprint.get("/operator/audit")
@policy(OPERATOR)
def list_events() -> Answer:
    """The whole audit trail."""
    return _trail("operator", context.actor())


@blueprint.get("/official/audit")
@policy(STAFF)
def list_region_events() -> Answer:
    """The audit trail of the own regions."""
    return _trail("operator" if context.actor().is_operator else "official", context.actor())


def _trail(desk: str, actor: Actor) -> Answer:
    form = TrailForm(request.args)
    fine = form.validate()
    with reading() as session:
        asked, number = form.to_asked(), page_number()
        found = trail.find(session, actor, asked, number, context.now())
        form.offer(found.object_types, trail.places_to_choose(session, actor, asked.region))
    page = render(
        "reports/list_events.html",
        form=form, found=found, desk=desk, page=found.page,
        objects=OBJECTS, verbs=VERBS, values=VALUES, keys=KEYS, verb_of=verb_of,
        asked={key: value for key, value in request.args.items() if key in form and value},
    )  # fmt: skip
    return page if fine else (page, 422)
