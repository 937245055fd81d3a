"""Public pages of schemes; importing this module loads the other pages too."""

from flask_babel import gettext as _
from werkzeug.wrappers import Response

from market.db.session import reading, unit_of_work
from market.subsidies import claim_staff_views, mine_views, queries, seller_views, service, words
from market.subsidies.blueprint import blueprint
from market.web import context
from market.web.access import HOUSEHOLD, PUBLIC, policy
from market.web.feedback import say
from market.web.redirects import asked_next
from market.web.templating import render

__all__ = ["blueprint", "claim_staff_views", "mine_views", "seller_views"]


@blueprint.get("/subsidies")
@policy(PUBLIC)
def list_schemes() -> str:
    """Schemes for the visitor's township, from the country down."""
    with reading() as session:
        rows = queries.list_public(session, context.region(), context.now())
        names = queries.names_of(session, [row.scheme for row in rows], context.language())
    return render("subsidies/list_schemes.html", rows=rows, names=names, words=words)


@blueprint.get("/subsidies/<code>")
@policy(PUBLIC)
def show_scheme(code: str) -> str:
    """What a scheme gives, to whom, and what one can do."""
    with reading() as session:
        seen = queries.get_public(session, code, context.now())
        names = queries.names_of(session, [seen.scheme], context.language())
        kept = seen.id in queries.waived(session, context.actor().account_id)
    return render("subsidies/show_scheme.html", seen=seen, names=names, kept=kept, words=words)


@blueprint.post("/subsidies/<code>/waive")
@policy(HOUSEHOLD)
def waive_scheme(code: str) -> Response:
    """Keep it for a later purchase."""
    with unit_of_work() as session:
        seen = queries.get_public(session, code, context.now())
        service.waive(session, seen.id, context.actor().account_id or "", context.now())
    say(_("留着以后用了。想用的时候，到这项补贴的页面改回来"))
    return Response(status=303, headers={"Location": asked_next(f"/subsidies/{code}")})


@blueprint.post("/subsidies/<code>/unwaive")
@policy(HOUSEHOLD)
def unwaive_scheme(code: str) -> Response:
    """Use it from the next price on."""
    with unit_of_work() as session:
        seen = queries.get_public(session, code, context.now())
        service.unwaive(session, seen.id, context.actor().account_id or "")
    say(_("下次结算时自动用"))
    return Response(status=303, headers={"Location": asked_next(f"/subsidies/{code}")})
