"""The hosted page on which the customer pays, clearly marked as a simulation."""

from flask import Blueprint, Response, current_app, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from market.kernel.money import format_fen
from market.stripe_sandbox.errors import ApiError
from market.stripe_sandbox.texts import texts
from market.stripe_sandbox.world import World

bp = Blueprint(
    "pages", __name__, template_folder="templates", static_folder="static",
    static_url_path="/sandbox-static",
)  # fmt: skip


def _world() -> World:
    world: World = current_app.extensions["sandbox"]
    return world


def _render(session: dict[str, object], problem: str = "", status: int = 200) -> Response:
    say = texts(str(session.get("locale", "zh")))
    methods = session["payment_method_types"]
    page = render_template(
        "sandbox_pay.html",
        session=session,
        amount=format_fen(int(str(session["amount_total"]))),
        method=methods[0] if isinstance(methods, list) else "card",
        say=say,
        problem=say.get(problem, ""),
    )
    return Response(page, status=status)


@bp.get("/")
def show_front() -> Response:
    """What ran through the sandbox, newest first."""
    sessions = _world().store.all("checkout.session")[:50]
    rows = [(s["id"], s["status"], format_fen(s["amount_total"])) for s in sessions]
    return Response(render_template("sandbox_front.html", rows=rows, say=texts("zh")))


@bp.get("/c/pay/<identity>")
def show_session(identity: str) -> Response:
    """The hosted page."""
    world = _world()
    with world.store.transaction():
        session = world.fresh_session(identity)
    world.events.flush()
    return _render(session)


@bp.post("/c/pay/<identity>")
def pay_session(identity: str) -> BaseResponse:
    """What the customer chose on the hosted page."""
    world = _world()
    wanted = request.form.get("action", "")
    card = request.form.get("card", "").replace(" ", "")
    if wanted == "back":
        return _leave(world.fresh_session(identity), "cancel_url")
    with world.store.transaction():
        session = world.fresh_session(identity)
        method = session["payment_method_types"][0]
        if session["status"] == "open":
            if wanted == "pay" and method == "card" and not _is_card(card):
                return _render(session, "bad_card", 422)
            works = wanted == "pay"
            session = world.pay_session(session, method, works=works, card=card)
    world.events.flush()
    if session["payment_status"] == "paid":
        return _leave(session, "success_url")
    return _render(session, "declined" if session["status"] == "open" else "", 402)


def _is_card(number: str) -> bool:
    """Sixteen ASCII digits with a right check digit."""
    if len(number) != 16 or not (number.isascii() and number.isdigit()):
        return False
    digits = [int(d) for d in number]
    doubled = [d * 2 - 9 if d > 4 else d * 2 for d in digits[0::2]]
    return (sum(doubled) + sum(digits[1::2])) % 10 == 0


def _leave(session: dict[str, object], name: str) -> BaseResponse:
    target = str(session.get(name) or "/").replace("{CHECKOUT_SESSION_ID}", str(session["id"]))
    return redirect(target, 303)


@bp.errorhandler(ApiError)
def show_error(error: ApiError) -> Response:
    """A page for an address without a payment."""
    return Response(render_template("sandbox_missing.html", say=texts("zh")), status=error.status)
