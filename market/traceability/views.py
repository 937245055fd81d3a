"""What everyone sees: the page of a code, the report of a batch, permanent identifiers."""

from typing import Any

from flask import Blueprint, Response, jsonify, redirect, request, send_file, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from market.batches import queries as batches
from market.batches import service as batch_service
from market.db.session import reading, unit_of_work
from market.kernel.ids import new_secret
from market.media import service as media
from market.traceability import identifiers, queries, rules, service
from market.traceability.errors import CodeMalformed, CodeNotFound, IdentifierNotFound
from market.web import context
from market.web.access import PUBLIC, policy
from market.web.errors import sentence
from market.web.feedback import say
from market.web.qr import qr
from market.web.templating import back_to, render

blueprint = Blueprint("traceability", __name__)
Page = str | AnyResponse | tuple[str, int]
_VISITOR = "scans"
_KINDS = ("text/html", "application/json")


@blueprint.get("/t")
@policy(PUBLIC)
def enter_code() -> Page:
    """Where a code is typed by who has no camera."""
    typed = request.args.get("code", "").strip()[:60]
    if not typed:
        return render("traceability/enter_code.html", typed="", refusal="")
    code = rules.normal_code(typed)
    if code is None:
        return _typed_again(typed, CodeMalformed()), 422
    return redirect(url_for("traceability.show_code", code=code), 303)


@blueprint.get("/t/<code>")
@policy(PUBLIC)
def show_code(code: str) -> Page:
    """What the goods with this code are. Looking records nothing."""
    try:
        with reading() as db:
            page = queries.get_page(db, code, context.now(), context.language(), _known_mark(code))
    except (CodeMalformed, CodeNotFound) as refused:
        return _typed_again(code[:60], refused), 404
    return render("traceability/show_code.html", page=page, **kept())


def _typed_again(typed: str, refused: CodeMalformed | CodeNotFound) -> str:
    """The field again, with what is wrong with the code in it."""
    return render("traceability/enter_code.html", typed=typed, refusal=sentence(refused))


@blueprint.post("/t/<code>/scans")
@policy(PUBLIC)
def record_scan(code: str) -> Page:
    """The visitor says: this one is in my hands."""
    mark = _mark(code, _visitor())
    with unit_of_work() as db:
        done = service.record_scan(db, code, mark, context.region(), now=context.now())
    if not done.is_new:
        say(_("你已经记过这个码了"), "info")
    elif done.is_first:
        say(_("记下了。你是第一个扫这件货的人"))
    else:
        say(_("记下了。这件货一共被 %(count)s 个人扫过", count=done.scans), "info")
    return back_to("traceability.show_code", code=code)


@blueprint.get("/batches/<batch_id>/report")
@policy(PUBLIC)
def show_report(batch_id: str) -> AnyResponse:
    """The test report of a batch, which its maker made public."""
    with reading() as db:
        file_id = batches.report_file(db, batch_id)
        path, media_type, name = media.private_path(db, file_id, batch_service.REPORTS, batch_id)
    return send_file(path, mimetype=media_type, download_name=name, max_age=0)


@blueprint.get("/id/<prefix>/<suffix>")
@policy(PUBLIC)
def show_identifier(prefix: str, suffix: str) -> Page:
    """The thing with a permanent identifier: a page, or JSON for who accepts only that."""
    best = request.accept_mimetypes.best_match(_KINDS, default=_KINDS[0])
    with reading() as db:
        if best == _KINDS[1]:
            document = identifiers.document(db, prefix, suffix, _base(), context.now())
            return _varied(jsonify(document))
        page = identifiers.page_of(db, prefix, suffix, context.now())
        if page is not None:
            return _varied(redirect(url_for(page.endpoint, **page.values), 303))
        if prefix == "product":
            gone = identifiers.tombstone(db, suffix, context.now())
            return _varied(Response(render("traceability/show_gone.html", gone=gone, **kept())))
        if prefix != "batch":
            raise IdentifierNotFound
        facts = queries.public_batch(db, suffix, context.now())
    return _varied(Response(render("traceability/show_batch.html", facts=facts, **kept())))


def _varied(answer: Any) -> AnyResponse:
    answer.headers.add("Vary", "Accept")
    done: AnyResponse = answer
    return done


def kept() -> dict[str, Any]:
    """What templates need to print addresses and codes."""
    return {
        "permanent": lambda prefix, suffix: f"{_base()}/id/{prefix}/{suffix}",
        "qr": lambda code: qr(f"{_base()}/t/{code}"),
    }


def _base() -> str:
    return context.settings().base_url.rstrip("/")


def _mark(code: str, visitor: str) -> str:
    secret = context.settings().secret_key
    return rules.visitor_mark(secret, rules.normal_code(code) or "", visitor)


def _known_mark(code: str) -> str:
    """The mark of a visitor who may have scanned before; empty for anyone else, who gets none."""
    visitor = context.actor().account_id or session.get(_VISITOR)
    return _mark(code, str(visitor)) if visitor else ""


def _visitor() -> str:
    """Who holds the phone, as far as a second scan of the same person goes."""
    account = context.actor().account_id
    if account:
        return account
    if _VISITOR not in session:
        session[_VISITOR] = new_secret()
    return str(session[_VISITOR])
