"""The crew's side: today, invitations, quotes, won jobs."""

from typing import Any

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from market.db.session import reading, unit_of_work
from market.kernel.clock import shanghai_date
from market.kernel.errors import DomainError
from market.matching import queries, service
from market.matching.errors import JobUnderContract
from market.matching.forms import DeclineForm, QuoteForm
from market.matching.types import AREA_SENTENCES, REASON_SENTENCES
from market.matching.views import blueprint, limits
from market.media import service as media
from market.providers import queries as providers
from market.renovations import queries as renovations
from market.renovations.errors import InvitationOver, RequestClosed
from market.renovations.types import (
    DECLINE_REASONS,
    HOLDS_PLACE,
    INVITATION_LABELS,
    LINE_KINDS,
    PHOTO_OWNER,
    InvitationState,
    RequestState,
)
from market.web import context
from market.web.access import PROVIDER, policy
from market.web.errors import say_refusal
from market.web.feedback import say
from market.web.files import send_private
from market.web.forms import attach
from market.web.paging import page_number
from market.web.templating import back_to, render

OPEN = (InvitationState.SENT, InvitationState.ACCEPTED)
PAST = (
    InvitationState.DECLINED,
    InvitationState.EXPIRED,
    InvitationState.WITHDRAWN,
    InvitationState.LOST,
)


def _provider_id() -> str:
    return min(context.actor().provider_ids)


@blueprint.get("/provider")
@policy(PROVIDER)
def show_desk() -> str:
    """Today: what waits for an answer, what for a quote, which jobs are open."""
    provider_id, now = _provider_id(), context.now()
    with reading() as session:
        file = providers.own_file(session, context.actor(), provider_id)
        waiting = queries.crew_rows(session, provider_id, OPEN)
        jobs = queries.crew_rows(session, provider_id, (InvitationState.WON,))
    return render(
        "matching/show_desk.html",
        file=file,
        waiting=[row for row in waiting.items if row.invitation.state_at(now) in OPEN],
        jobs=[
            row
            for row in jobs.items
            if row.request.finished_at is None and row.request.called_off_at is None
        ],
        states=INVITATION_LABELS,
    )


@blueprint.get("/provider/invitations")
@policy(PROVIDER)
def list_invitations() -> str:
    """Open invitations, or the past ones."""
    past = request.args.get("show") == "past"
    with reading() as session:
        page = queries.crew_rows(session, _provider_id(), PAST if past else OPEN, page_number())
    return render("matching/list_invitations.html", page=page, past=past, states=INVITATION_LABELS)


@blueprint.get("/provider/quotes")
@policy(PROVIDER)
def list_quotes() -> str:
    """The crew's quotes with their outcome."""
    states = (InvitationState.QUOTED, InvitationState.WON, InvitationState.LOST)
    with reading() as session:
        sent = renovations.list_quotes(session, _provider_id(), page_number())
        rows = queries.crew_rows(session, _provider_id(), states, page_number())
    return render(
        "matching/list_quotes.html",
        page=rows,
        quotes={quote.request_id: quote for quote in sent.items},
        states=INVITATION_LABELS,
        today=shanghai_date(context.now()),
    )


@blueprint.get("/provider/jobs")
@policy(PROVIDER)
def list_jobs() -> str:
    """Won jobs with the household's contact data."""
    with reading() as session:
        page = queries.crew_rows(session, _provider_id(), (InvitationState.WON,), page_number())
        quotes = renovations.awarded_quotes(session, [row.request.id for row in page.items])
    return render("matching/list_jobs.html", page=page, quotes=quotes)


@blueprint.get("/provider/requests/<request_id>")
@policy(PROVIDER)
def show_invitation(request_id: str) -> str:
    """A request the crew was invited to, and why; anyone else's is not found."""
    return _invitation_page(request_id, DeclineForm())


def _invitation_page(request_id: str, form: DeclineForm) -> str:
    with reading() as session:
        page = queries.crew_page(session, context.actor(), request_id)
    return render(
        "matching/show_invitation.html",
        page=page,
        form=form,
        state=page.invitation.state_at(context.now()),
        states=INVITATION_LABELS,
        areas=AREA_SENTENCES,
        reasons=REASON_SENTENCES,
        declines=DECLINE_REASONS,
        kinds=LINE_KINDS,
        items=renovations.work_items(),
        open_to_quotes=page.request.is_quoting(context.now()),
        today=shanghai_date(context.now()),
    )


@blueprint.post("/provider/requests/<request_id>/accept")
@policy(PROVIDER)
def accept_invitation(request_id: str) -> Response:
    """Take one of the quoting places."""
    try:
        with unit_of_work() as session:
            service.accept(session, context.actor(), request_id, now=context.now())
    except DomainError as error:
        if error.status == 404:
            raise
        say_refusal(error)
        return back_to("matching.show_invitation", request_id=request_id)
    say(_("接下了，占了一个报价名额。现在写报价"))
    return back_to("matching.edit_quote", request_id=request_id)


@blueprint.post("/provider/requests/<request_id>/decline")
@policy(PROVIDER)
def decline_invitation(request_id: str) -> Any:
    """Say no with a reason; the next crew is asked."""
    form = DeclineForm()
    if form.validate():
        try:
            with unit_of_work() as session:
                service.decline(
                    session,
                    context.actor(),
                    request_id,
                    str(form.reason.data),
                    now=context.now(),
                    limits=limits(),
                )
        except DomainError as error:
            if error.status == 404:
                raise
            attach(form, error)
        else:
            say(_("记下了，这次不接。不影响以后的邀请"))
            return back_to("matching.list_invitations")
    return _invitation_page(request_id, form), 422


@blueprint.post("/provider/requests/<request_id>/withdraw")
@policy(PROVIDER)
def withdraw_invitation(request_id: str) -> Response:
    """Step back after accepting."""
    try:
        with unit_of_work() as session:
            service.withdraw(
                session, context.actor(), request_id, now=context.now(), limits=limits()
            )
    except DomainError as error:
        if error.status == 404:
            raise
        say_refusal(error)
        return back_to("matching.show_invitation", request_id=request_id)
    say(_("退出了，名额让给了别的施工队"))
    return back_to("matching.list_invitations")


@blueprint.get("/provider/requests/<request_id>/quote")
@policy(PROVIDER)
def edit_quote(request_id: str) -> Any:
    """Write the quote, or its next version."""
    page = _quoting(request_id)
    form = QuoteForm()
    previous = page.quotes[0] if page.quotes else None
    has_plan = page.request.plan is not None
    form.offer(renovations.expected_items(page.request.project_type, has_plan=has_plan), previous)
    form.valid_until.data = shanghai_date(page.request.decide_by or context.now())
    return _quote_page(page, form)


@blueprint.post("/provider/requests/<request_id>/quote")
@policy(PROVIDER)
def send_quote(request_id: str) -> Any:
    """Send it; the server computes every sum."""
    page = _quoting(request_id)
    form = QuoteForm()
    if "more" in request.form:
        form.add_rows()
        return _quote_page(page, form)
    if form.validate():
        try:
            with unit_of_work() as session:
                service.send_quote(
                    session, context.actor(), request_id, form.to_quote(), now=context.now()
                )
        except DomainError as error:
            attach(form, error)
        else:
            say(_("报价发出去了。对方选定以后会通知你"))
            return back_to("matching.show_invitation", request_id=request_id)
    return _quote_page(page, form), 422


def _quoting(request_id: str) -> queries.CrewPage:
    with reading() as session:
        page = queries.crew_page(session, context.actor(), request_id)
    if page.invitation.state not in HOLDS_PLACE:
        live = page.request.state == RequestState.LIVE
        raise InvitationOver() if live else RequestClosed()
    return page


def _quote_page(page: queries.CrewPage, form: QuoteForm) -> str:
    return render("matching/edit_quote.html", page=page, form=form)


@blueprint.post("/provider/requests/<request_id>/finish")
@policy(PROVIDER)
def finish_job(request_id: str) -> Response:
    """The job is done; the capacity is free again."""
    try:
        with unit_of_work() as session:
            service.finish_by_crew(session, context.actor(), request_id, now=context.now())
    except JobUnderContract as error:
        say_refusal(error)
    else:
        say(_("记下了：完工。又空出一个名额"))
    return back_to("matching.list_jobs")


@blueprint.get("/provider/requests/<request_id>/photos/<photo_id>")
@policy(PROVIDER)
def show_request_photo(request_id: str, photo_id: str) -> Response:
    """A photo of a request the crew was invited to."""
    with reading() as session:
        service.own_invitation(session, context.actor(), request_id)
        found = media.private_path(
            session, photo_id, PHOTO_OWNER, request_id, 320 if request.args.get("w") else 1280
        )
    return send_private(*found, keep_seconds=3600)
