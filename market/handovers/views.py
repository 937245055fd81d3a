"""The agent's page, made for a phone: what is to come, what came, and handing over by code."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Flask, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from market.accounts import service as accounts
from market.db.session import reading, unit_of_work
from market.handovers import codes, queries, service
from market.handovers.errors import GoodsNotFound, PickupCodeUnknown, TooManyCodes
from market.handovers.fetching import FETCHED, SAME_USE
from market.handovers.forms import MOST_LINES, ArrivalForm, CodesForm, FetchForm
from market.handovers.rules import Patience
from market.handovers.types import QueuedCode, Settled, Waiting
from market.kernel.clock import shanghai_date
from market.kernel.errors import DomainError
from market.kernel.i18n import N_
from market.media import service as media
from market.media.uploads import stored
from market.orders import queries as orders
from market.pickups import queries as pickups
from market.pickups import words as pickup_words
from market.web import context
from market.web.access import SIGNED_IN, policy
from market.web.feedback import say
from market.web.files import send_private
from market.web.forms import Form, attach
from market.web.qr import qr
from market.web.templating import back_to, render

blueprint = Blueprint("handovers", __name__)
Page = str | Response | tuple[str, int]
WRONG_CODES, WINDOW = 20, timedelta(hours=1)
_TRY = "pickup-code"
OUTCOMES = {
    FETCHED: N_("记下了，货取走了"),
    SAME_USE: N_("已经记过这一次"),
    "pickup_code_used": N_("这个码的货以前就取走了"),
    "pickup_code_unknown": N_("没有货是这个取货码"),
    "not_all_there": N_("货还没到齐，没有记"),
    "too_many_codes": N_("输错太多次，没有记，一小时以后再交"),
    "other": N_("没有记，打开订单看原因"),
}


def patience() -> Patience:
    """How long goods are kept, as the site is told."""
    settings = context.settings()
    return Patience(settings.pickup_remind_days, settings.pickup_keep_days)


def code_of(place_id: str) -> str:
    """The pick-up code of a place, for its household's own page."""
    return codes.code_of(context.settings().secret_key, place_id)


@blueprint.get("/pickup-agent")
@policy(SIGNED_IN)
def show_agent_page() -> str:
    """What is to come to the own points, what waits, and the field for a code."""
    return _page(fetch=FetchForm(formdata=None, data={"code": request.args.get("code", "")[:40]}))


@blueprint.post("/pickup-agent/hand-over")
@policy(SIGNED_IN)
def hand_over() -> Page:
    """First show what a code is for; with `sure`, hand it over."""
    form, found = FetchForm(), None
    sure = "sure" in request.form
    if not form.validate():
        return _page(fetch=form), 422
    try:
        found = _try(form.code.data or "", sure=sure)
    except DomainError as error:
        if error.status == 404:
            raise
        attach(form, error)
        return _page(fetch=form), error.status
    if sure:
        say(_("记下了：订单 %(code)s 的货取走了", code=found.part.code))
        return back_to("handovers.show_agent_page")
    return _page(fetch=form, found=found)


def _try(code: str, *, sure: bool) -> Waiting:
    """Look at a code or use it; wrong ones are counted, so that none can be guessed."""
    told: dict[str, Any] = {"secret": context.settings().secret_key, "now": context.now()}
    _refuse_guessing()
    try:
        if sure:
            with unit_of_work() as session:
                return service.hand_over(session, context.actor(), code, **told)
        with reading() as session:
            return service.look(session, context.actor(), code, **told)
    except PickupCodeUnknown:
        _count_wrong(1)
        raise


def _refuse_guessing() -> None:
    limit = _tries()
    with reading() as session:
        if accounts.tries_used(session, limit, now=context.now()) >= limit.most:
            raise TooManyCodes(field="code")


def _count_wrong(times: int) -> None:
    with unit_of_work() as session:
        accounts.count_tries(session, [_tries()], now=context.now(), tries=times)


def _tries() -> accounts.Limit:
    return accounts.Limit(_TRY, _me(), WRONG_CODES, WINDOW)


def _me() -> str:
    return context.actor().account_id or ""


@blueprint.post("/pickup-agent/queue")
@policy(SIGNED_IN)
def send_queue() -> Page:
    """Settle what was taken down without a connection, each line by itself."""
    form, now = CodesForm(), context.now()
    try:
        entries = form.entries(now) if form.validate() else []
    except DomainError as error:
        attach(form, error)
        entries = []
    if not entries:
        return _page(queue=form), 422
    done = [_settle(line, now) for line in entries]
    good = sum(row.outcome in (FETCHED, SAME_USE) for row in done)
    say(
        _("收到 %(count)s 条，记下 %(good)s 条，没记的写明了原因", count=len(done), good=good),
        "ok" if good == len(done) else "warn",
    )
    if form.keep_surplus():
        say(_("一次最多收 %(most)s 条，后面的还在下面，请再交一次", most=MOST_LINES), "warn")
    return _page(queue=form, settled=done)


def _settle(line: QueuedCode, now: datetime) -> Settled:
    try:
        _refuse_guessing()
    except TooManyCodes as refusal:
        return Settled(line.text, refusal.code)
    with unit_of_work() as session:
        row = service.take_queued(
            session, context.actor(), line, secret=context.settings().secret_key, now=now
        )
    if row.outcome == PickupCodeUnknown.code:
        _count_wrong(1)
    return row


@blueprint.post("/pickup-agent/arrivals/<pickup_place_id>")
@policy(SIGNED_IN)
def mark_arrived(pickup_place_id: str) -> Page:
    """Packs of an order came."""
    form = ArrivalForm()
    with reading() as session:
        service.own_place(session, context.actor(), pickup_place_id)
    if form.validate():
        try:
            photo = stored(form.photo)
            with unit_of_work() as session:
                goods = service.mark_arrived(
                    session, context.actor(), pickup_place_id, form.to_draft(), photo,
                    patience=patience(), now=context.now(),
                )  # fmt: skip
            say(_("记下了，已经告诉 %(name)s 来取", name=goods.part.recipient) if goods.until
                else _("记下了，到齐了会告诉买家来取"))  # fmt: skip
            return back_to("handovers.show_agent_page", _anchor=f"goods-{pickup_place_id}")
        except DomainError as error:
            if error.status == 404:
                raise
            attach(form, error)
    return _page(arrival=(pickup_place_id, form)), 422


@blueprint.get("/pickup-arrivals/<arrival_id>/photo/<file_id>")
@policy(SIGNED_IN)
def show_photo(arrival_id: str, file_id: str) -> Response:
    """The photo of broken goods, for the agent, the household, the seller and the operator."""
    with reading() as session:
        _require_reader(session, arrival_id)
        path, media_type, name = media.private_path(
            session, file_id, queries.PHOTO_OWNER, arrival_id
        )
    return send_private(path, media_type, name)


def _require_reader(session: Session, arrival_id: str) -> None:
    place, who = queries.photo_place(session, arrival_id), context.actor()
    order = orders.find_order(session, place.order_id)
    point = pickups.find_point(session, place.point_id)
    readers = {order.account_id if order else None, point.agent_id if point else None}
    trusted = who.is_operator or who.is_member_of_seller(place.seller_id)
    if not trusted and who.account_id not in readers:
        raise GoodsNotFound


def _page(
    *, fetch: FetchForm | None = None, queue: CodesForm | None = None,
    arrival: tuple[str, ArrivalForm] | None = None, found: Waiting | None = None,
    settled: list[Settled] | None = None,
) -> str:  # fmt: skip
    with reading() as session:
        points = queries.points_of(session, context.actor())
        goods = queries.goods_at(session, list(points), context.now())
    return render(
        "handovers/show_agent_page.html",
        points=points,
        coming=[one for one in goods if one.complete_at is None],
        waiting=[one for one in goods if one.complete_at and one.fetched_at is None],
        gone=[one for one in goods if one.fetched_at is not None],
        fetch=fetch or FetchForm(formdata=None),
        queue=queue or CodesForm(formdata=None),
        wrong=arrival,
        new_arrival=_new_arrival,
        found=found,
        settled=settled or [],
        outcomes=OUTCOMES,
        words=pickup_words,
        today=shanghai_date(context.now()),
    )


def _new_arrival(goods: Waiting) -> Form:
    """A form of its own for each order, filled with what is on the way."""
    return ArrivalForm(formdata=None, data={"packs": goods.on_the_way or None})


def picture_of(code: str) -> Markup:
    """A pick-up code to be scanned: it opens the agent's page with the code filled in."""
    base = context.settings().base_url.rstrip("/")
    return qr(base + url_for("handovers.show_agent_page", code=code))


def init_app(app: Flask) -> None:
    """Install what the page of an order says of its goods at a point."""
    app.jinja_env.globals.update(
        pickup_code=code_of, shown_pickup_code=codes.shown, picture_of_pickup_code=picture_of
    )


@blueprint.record_once
def _install(state: Any) -> None:
    init_app(state.app)
