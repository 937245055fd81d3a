"""The household's side: summary, publishing, comparing quotes, the award."""

from typing import Any

from flask import Blueprint, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from market.db.session import reading, unit_of_work
from market.kernel.clock import shanghai_date
from market.kernel.errors import DomainError
from market.matching import queries, service
from market.matching.forms import CloseForm, FinishForm
from market.matching.types import ENOUGH_QUOTES, OPEN_DAYS, MatchingRules
from market.providers import queries as providers
from market.renovations import queries as renovations
from market.renovations import service as requests
from market.renovations.errors import RequestNotFound
from market.renovations.types import (
    CLOSE_REASONS,
    DRAFT_COOKIE,
    LINE_KINDS,
    REQUEST_LABELS,
    RequestState,
    Visitor,
)
from market.web import context
from market.web.access import PUBLIC, SIGNED_IN, policy
from market.web.errors import say_refusal
from market.web.feedback import say
from market.web.templating import back_to, render

blueprint = Blueprint("matching", __name__)


def limits() -> MatchingRules:
    """Durations and sizes, from the settings."""
    return MatchingRules.of(context.settings())


def visitor() -> Visitor:
    """Who asks. Drafts a guest began are given to the account that signed in."""
    who = Visitor(context.actor(), request.cookies.get(DRAFT_COOKIE, "")[:100])
    if who.actor.is_signed_in and who.draft_secret:
        with reading() as session:
            waiting = renovations.has_guest_drafts(session, who.draft_secret)
        if waiting:
            with unit_of_work() as session:
                requests.claim(session, who)
    return who


@blueprint.get("/requests/<request_id>/summary")
@policy(PUBLIC)
def show_summary(request_id: str) -> Any:
    """Everything answered, what crews will see, how many fit, until when they answer."""
    who = visitor()
    with reading() as session:
        page = queries.summary(session, who, request_id)
    if page.own.view.state != RequestState.DRAFT:
        return back_to("matching.show_request", request_id=request_id)
    return render(
        "matching/show_summary.html",
        page=page,
        limits=limits(),
        open_days=OPEN_DAYS,
        answer_by=service.answer_by(context.now(), limits()),
        enough=ENOUGH_QUOTES,
    )


@blueprint.post("/requests/<request_id>/publish")
@policy(SIGNED_IN)
def publish_request(request_id: str) -> Response:
    """Open the request and ask the first crews."""
    asked = request.form.get("open_days", "")
    days = int(asked) if asked in map(str, OPEN_DAYS) else limits().open_days
    who = visitor()
    try:
        with unit_of_work() as session:
            fit = service.publish(
                session,
                who,
                request_id,
                now=context.now(),
                limits=limits(),
                open_days=days,
            )
    except DomainError as error:
        if error.status == 404:
            raise
        say_refusal(error)
        return back_to("matching.show_summary", request_id=request_id)
    _say_published(fit)
    return back_to("matching.show_request", request_id=request_id)


def _say_published(fit: int) -> None:
    if fit:
        say(
            _(
                "发布了。附近有 %(count)s 支队能干，%(hours)s 小时内答复",
                count=fit,
                hours=limits().invitation_hours,
            )
        )
    else:
        say(_("发布了。附近现在没有合适的施工队，我们会告诉县里，有队加入就马上邀请"), "warn")


@blueprint.get("/requests/<request_id>")
@policy(SIGNED_IN)
def show_request(request_id: str) -> Any:
    """Where the request stands and what can be done now."""
    who = visitor()
    with reading() as session:
        page = queries.household_page(session, who, request_id)
    if page.own.view.state == RequestState.DRAFT:
        return back_to("matching.show_summary", request_id=request_id)
    return render(
        "matching/show_request.html",
        page=page,
        states=REQUEST_LABELS,
        reasons=CLOSE_REASONS,
        limits=limits(),
        enough=ENOUGH_QUOTES,
        close_form=CloseForm(),
        finish_form=FinishForm(),
    )


@blueprint.get("/requests/<request_id>/quotes")
@policy(SIGNED_IN)
def compare_quotes(request_id: str) -> str:
    """The quotes side by side, lines aligned, what is missing flagged."""
    who = visitor()
    with reading() as session:
        page = queries.comparison(session, who, request_id)
    return render("matching/compare_quotes.html", page=page, kinds=LINE_KINDS, today=_today())


@blueprint.get("/requests/<request_id>/quotes/<quote_id>")
@policy(SIGNED_IN)
def show_quote(request_id: str, quote_id: str) -> str:
    """One quote with all its lines and earlier versions; also for the printer."""
    who = visitor()
    with reading() as session:
        own = renovations.get_own(session, who, request_id)
        quote = renovations.get_quote(session, request_id, quote_id)
        versions = renovations.quote_versions(session, request_id, quote.provider_id)
        crew = providers.find_provider(session, quote.provider_id)
    return render(
        "matching/show_quote.html",
        own=own,
        quote=quote,
        versions=versions,
        crew=crew,
        kinds=LINE_KINDS,
        items=renovations.work_items(),
        today=_today(),
    )


@blueprint.get("/requests/<request_id>/award/<quote_id>")
@policy(SIGNED_IN)
def confirm_award(request_id: str, quote_id: str) -> str:
    """What choosing this quote means, before it is done."""
    who = visitor()
    with reading() as session:
        page = queries.comparison(session, who, request_id)
    quote = page.quote(quote_id)
    if quote is None or page.own.view.state != RequestState.LIVE:
        raise RequestNotFound()
    return render("matching/confirm_award.html", page=page, quote=quote, today=_today())


@blueprint.post("/requests/<request_id>/award/<quote_id>")
@policy(SIGNED_IN)
def award_request(request_id: str, quote_id: str) -> Response:
    """Choose exactly this quote."""
    who = visitor()
    try:
        with unit_of_work() as session:
            service.award(session, who, request_id, quote_id, now=context.now())
    except DomainError as error:
        if error.status == 404:
            raise
        say_refusal(error)
    else:
        say(_("选定了。对方现在看得到你的电话和门牌，会跟你联系；其他队只知道没有选中"))
    return back_to("matching.show_request", request_id=request_id)


@blueprint.post("/requests/<request_id>/close")
@policy(SIGNED_IN)
def close_request(request_id: str) -> Response:
    """End the request without an award; why is kept."""
    form = CloseForm()
    if not form.validate():
        say(_("请选一项"), "bad")
        return back_to("matching.show_request", request_id=request_id, _anchor="end")
    who = visitor()
    try:
        with unit_of_work() as session:
            requests.close(session, who, request_id, str(form.reason.data), now=context.now())
    except DomainError as error:
        if error.status == 404:
            raise
        say_refusal(error)
    else:
        say(_("结束了。施工队会收到通知，你的电话和门牌一直没有给出去"))
    return back_to("matching.show_request", request_id=request_id)


@blueprint.post("/requests/<request_id>/extend")
@policy(SIGNED_IN)
def extend_request(request_id: str) -> Response:
    """Take quotes for some more days, once."""
    who = visitor()
    try:
        with unit_of_work() as session:
            service.extend(session, who, request_id, now=context.now(), limits=limits())
    except DomainError as error:
        if error.status == 404:
            raise
        say_refusal(error)
    else:
        say(_("延长了 %(days)s 天，又邀请了一批施工队", days=limits().open_days))
    return back_to("matching.show_request", request_id=request_id)


@blueprint.post("/requests/<request_id>/finish")
@policy(SIGNED_IN)
def finish_request(request_id: str) -> Response:
    """The job is done; stars are optional."""
    form = FinishForm()
    score = form.to_score() if form.validate() else None
    who = visitor()
    try:
        with unit_of_work() as session:
            service.finish_by_household(session, who, request_id, score, now=context.now())
    except DomainError as error:
        if error.status == 404:
            raise
        say_refusal(error)
    else:
        say(_("记下了，谢谢"))
    return back_to("matching.show_request", request_id=request_id)


def _today() -> Any:
    return shanghai_date(context.now())
