"""Pages for everybody: legal texts, language and text size, and the development messages."""

from flask import redirect
from flask import request as asked
from werkzeug.wrappers import Response

from market.accounts import queries, rules, service
from market.accounts.types import LegalVersion
from market.accounts.views import blueprint
from market.db.session import reading, unit_of_work
from market.kernel.errors import NotFound
from market.web import context
from market.web.access import PUBLIC, policy
from market.web.cookies import remember
from market.web.redirects import asked_next
from market.web.templating import render


@blueprint.get("/legal/<name>")
@policy(PUBLIC)
def show_document(name: str) -> str:
    """A legal page in the version that holds today."""
    with reading() as session:
        history = queries.legal_history(session, name, now=context.now())
    return _document(name, history.current, history)


@blueprint.get("/legal/<name>/<int:version>")
@policy(PUBLIC)
def show_document_version(name: str, version: int) -> str:
    """An earlier or announced version."""
    with reading() as session:
        history = queries.legal_history(session, name, now=context.now())
        shown = queries.get_legal_version(session, name, version)
    return _document(name, shown, history)


def _document(name: str, shown: LegalVersion | None, history: object) -> str:
    body = ""
    if shown is not None:
        english = context.language() == "en" and shown.body_en
        body = shown.body_en if english else shown.body
    return render(
        "accounts/show_document.html",
        slug=name, shown=shown, history=history, blocks=rules.blocks(body),
    )  # fmt: skip


@blueprint.post("/preferences/language")
@policy(PUBLIC)
def set_language() -> Response:
    """Remember the language in a cookie, and on the account for messages."""
    language = asked.form.get("language", "")
    response = redirect(asked_next(), 303)
    if language in context.LANGUAGES:
        remember(response, context.LANGUAGE_COOKIE, language)
        who = context.actor().account_id
        if who is not None:
            with unit_of_work() as session:
                service.set_account_language(session, who, language)
    return response


@blueprint.post("/preferences/text")
@policy(PUBLIC)
def set_text_size() -> Response:
    """Remember large or normal text in a cookie, and on the account."""
    large = asked.form.get("text") == "large"
    response = redirect(asked_next(), 303)
    remember(response, context.TEXT_COOKIE, "large" if large else "")
    who = context.actor().account_id
    if who is not None:
        with unit_of_work() as session:
            service.set_large_text(session, who, large)
    return response


@blueprint.get("/dev/messages")
@policy(PUBLIC)
def show_dev_messages() -> str:
    """What would have been sent; only where the settings say so, never in production."""
    if not context.settings().dev_messages:
        raise NotFound()
    with reading() as session:
        messages = queries.dev_messages(session)
    return render("accounts/show_dev_messages.html", messages=messages)
