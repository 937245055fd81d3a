"""Officials keep the pick list of their region."""

from flask import Blueprint, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from market.catalogue import queries as catalogue
from market.catalogue.errors import ProductNotFound
from market.catalogue.types import ListingView
from market.db.session import reading, unit_of_work
from market.kernel.region_code import RegionCode
from market.picks import access, queries, service, words
from market.picks.forms import PickForm, pick_form
from market.picks.types import MOST
from market.regions import queries as regions
from market.regions.types import RegionPath
from market.sellers import queries as sellers
from market.web.access import STAFF, policy
from market.web.context import actor, now
from market.web.feedback import say
from market.web.forms import refusals_beside
from market.web.paging import page_number
from market.web.templating import back_to, render

blueprint = Blueprint("picks", __name__)
Page = str | Response | tuple[str, int]
_FOUND = 60  # listings that a search for goods looks at


@blueprint.get("/official/picks")
@policy(STAFF)
def list_picks() -> str:
    """The picks of the own subtree, and goods to recommend by their name."""
    shown, asked = request.args.get("list", "standing"), _asked()
    shown = shown if shown in queries.LISTS else "standing"
    with reading() as session:
        page = queries.list_picks(session, actor(), shown, now(), page_number())
        counts = queries.counts(session, actor(), now())
        found = _goods(session, asked) if asked else []
    return render(
        "picks/list_picks.html", page=page, tabs=counts, shown=shown, asked=asked, found=found,
        words=words, most=MOST, keeps=bool(actor().official_regions),
    )  # fmt: skip


@blueprint.route("/official/picks/new/<product_id>", methods=["GET", "POST"])
@policy(STAFF)
def new_pick(product_id: str) -> Page:
    """Recommend a product."""
    with reading() as session:
        if not catalogue.buyable_products(session, [product_id], now()):
            raise ProductNotFound
        names = catalogue.product_names(session, [product_id])
        places = _places(session)
    form: PickForm = pick_form(places)
    if form.validate_on_submit():
        with refusals_beside(form):
            with unit_of_work() as session:
                service.recommend(session, actor(), product_id, form.to_draft(), now=now())
            say(_("列进本地推荐了，农户马上看得到"))
            return back_to(".list_picks")
    name_zh, name_en, model = names[product_id]
    page = render(
        "picks/new_pick.html", form=form, product_id=product_id, model=model,
        product={"name_zh": name_zh, "name_en": name_en}, most=MOST, may=bool(places),
    )  # fmt: skip
    return (page, 422) if form.is_submitted() else page


@blueprint.post("/official/picks/<pick_id>/end")
@policy(STAFF)
def end_pick(pick_id: str) -> Response:
    """Take it off the list."""
    with unit_of_work() as session:
        service.end(session, actor(), pick_id, now=now())
    say(_("撤下了"))
    return back_to(".list_picks")


def _asked() -> str:
    return " ".join(request.args.get("q", "").replace("\x00", " ").split())[:80]


def _goods(session: Session, asked: str) -> list[ListingView]:
    """One offer of each product of that name; for counties only what is delivered there."""
    own = actor().official_regions
    reach: set[str] = set()
    if own and all(region.level == "county" for region in own):
        reach = set().union(*(sellers.sellers_delivering_to(session, one) for one in own))
        if not reach:
            return []
    found = catalogue.listings_called(session, asked, reach, now(), _FOUND)
    return list({view.product_id: view for view in reversed(found)}.values())[::-1]


def _places(session: Session) -> list[tuple[RegionCode, RegionPath]]:
    """The own regions and those in them, down to counties."""
    found: list[RegionCode] = []
    waiting = [one for one in actor().official_regions if access.may_pick(actor(), one)]
    while waiting:
        region = waiting.pop(0)
        found.append(region)
        if region.level != "county":
            waiting += [child.region for child in regions.children(session, region)]
    known = regions.paths(session, found)
    return sorted(((one, known[one.digits]) for one in found if one.digits in known),
                  key=lambda pair: (len(pair[0].digits), pair[0].digits))  # fmt: skip
