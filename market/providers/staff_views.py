"""The review of crews by officials of the own regions."""

from typing import Any

from flask import request
from flask_babel import gettext as _

from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError
from market.providers import provider_views as _crew_pages  # noqa: F401 (same blueprint)
from market.providers import queries, service
from market.providers.forms import DecisionForm
from market.providers.states import NEEDS_REASON, verdicts_for
from market.providers.types import (
    DOCUMENT_LABELS,
    STATE_LABELS,
    VERDICT_LABELS,
    ProviderState,
)
from market.providers.views import blueprint
from market.regions import queries as regions
from market.web import context
from market.web.access import STAFF, policy
from market.web.feedback import say
from market.web.forms import attach
from market.web.paging import page_number
from market.web.templating import back_to, render

REVIEWED = tuple(state for state in ProviderState if state != ProviderState.DRAFT)


@blueprint.get("/official/providers")
@policy(STAFF)
def list_queue() -> str:
    """Applications of the own regions; those that wait come first."""
    state = request.args.get("state", ProviderState.SUBMITTED)
    chosen = state if state in REVIEWED else ProviderState.SUBMITTED
    with reading() as session:
        page = queries.list_for_review(session, context.actor(), [chosen], page_number())
        waiting = queries.count_waiting(session, context.actor())
        places = regions.paths(session, [row.region for row in page.items])
    return render(
        "providers/list_queue.html",
        page=page,
        places=places,
        waiting=waiting,
        chosen=chosen,
        states={key: STATE_LABELS[key] for key in REVIEWED},
    )


@blueprint.get("/official/providers/<provider_id>")
@policy(STAFF)
def show_application(provider_id: str) -> str:
    """One application with its documents and what may be decided now."""
    return _page(provider_id, DecisionForm())


@blueprint.post("/official/providers/<provider_id>")
@policy(STAFF)
def decide_application(provider_id: str) -> Any:
    """Approve, ask, refuse, suspend or reinstate."""
    form = DecisionForm()
    if form.validate():
        try:
            with unit_of_work() as session:
                service.decide(
                    session,
                    context.actor(),
                    provider_id,
                    form.to_verdict(),
                    str(form.reason.data or ""),
                    now=context.now(),
                )
        except DomainError as error:
            if error.status in (403, 404):
                raise
            attach(form, error)
        else:
            say(_("已记下：%(verdict)s", verdict=_(VERDICT_LABELS[form.to_verdict()])))
            return back_to("providers.show_application", provider_id=provider_id)
    return _page(provider_id, form), 422


def _page(provider_id: str, form: DecisionForm) -> str:
    with reading() as session:
        file = queries.get_file(session, context.actor(), provider_id)
        places = regions.paths(session, [file.view.region, *file.view.areas])
    return render(
        "providers/show_application.html",
        file=file,
        places=places,
        form=form,
        states=STATE_LABELS,
        documents=DOCUMENT_LABELS,
        verdicts=VERDICT_LABELS,
        open_verdicts=verdicts_for(file.view.state),
        needs_reason=NEEDS_REASON,
    )
