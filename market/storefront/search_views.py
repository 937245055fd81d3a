"""The search page."""

from dataclasses import replace

from flask import Blueprint, current_app, request

from market.db.session import reading
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
    text = " ".join(request.args.get("q", "").replace("\x00", " ").split())[:MAX_QUERY]
    choice = replace(choice_of(request.args), in_stock=False)  # the index does not know stock
    now = context.now()
    index = current_app.extensions["market.text_index"]
    with reading() as session:
        found = searching.results(session, index, text, choice, region=context.region(), now=now)
        shown = pieces.found_list(session, found.shelf, choice, found.kinds, text, now)
    return render("storefront/show_results.html", found=found, shown=shown, choice=choice)
