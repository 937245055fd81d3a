"""The search page."""

from flask import Blueprint, Response, current_app, jsonify, request

from market.db.session import reading
from market.search import service as search
from market.storefront import pieces, searching
from market.storefront.forms import choice_of
from market.web import context
from market.web.access import PUBLIC, policy
from market.web.templating import render

blueprint = Blueprint("search", __name__)
MAX_QUERY = 80


@blueprint.get("/search")
@policy(PUBLIC)
def show_results() -> str:
    """What answers the words of `q`."""
    text = _asked()
    choice, now = choice_of(request.args), context.now()
    index = current_app.extensions["market.text_index"]
    with reading() as session:
        kinds = pieces.open_kinds(session, now)
        found = searching.results(
            session, index, text, choice, kinds, region=context.region(), now=now
        )
        shown = pieces.found_list(session, found.shelf, choice, found.kinds, text, now, found.terms)
    return render("storefront/show_results.html", found=found, shown=shown, choice=choice)


@blueprint.get("/search/suggest")
@policy(PUBLIC)
def suggest() -> Response:
    """Words that may be meant by the beginning of a query, for the list below the field."""
    with reading() as session:
        found = search.suggest(session, _asked())
    answer = jsonify(found)
    answer.cache_control.max_age = 300
    return answer


def _asked() -> str:
    return " ".join(request.args.get("q", "").replace("\x00", " ").split())[:MAX_QUERY]
