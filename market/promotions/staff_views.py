"""Promotions of a region (officials) and of the platform (operators), and sellers' ones there."""

from typing import Any

from werkzeug.wrappers import Response

from market.db.session import reading
from market.kernel.errors import Forbidden
from market.promotions import desk_views, proof_queries, queries, words
from market.promotions.blueprint import blueprint
from market.promotions.desk_views import Desk
from market.promotions.types import Owner, Ownership
from market.web.access import STAFF, policy
from market.web.context import actor, now
from market.web.paging import page_number
from market.web.templating import render


def _desk() -> Desk:
    return Desk("operator" if actor().is_operator else "official", "staff")


def _ownership() -> Ownership:
    """Operators act for the platform, officials for the first of their regions."""
    who = actor()
    if who.is_operator:
        return Ownership(Owner.PLATFORM)
    if not who.official_regions:
        raise Forbidden
    return Ownership(Owner.REGION, region=who.official_regions[0])


@blueprint.get("/official/promotions")
@policy(STAFF)
def list_staff_promotions() -> str:
    """Promotions of the own regions, and what sellers run there."""
    with reading() as session:
        page = queries.promotions_of_staff(session, actor(), now(), page_number())
        others = queries.sellers_promotions_in(session, actor(), now())
        waiting = proof_queries.waiting_of_staff(session, actor(), now())
    return render(
        "promotions/list_promotions.html", page=page, at=_desk(), words=words, others=others,
        waiting=waiting,
    )  # fmt: skip


@blueprint.route("/official/promotions/new", methods=["GET", "POST"])
@policy(STAFF)
def new_staff_promotion() -> Any:
    """A new draft for the region or the platform."""
    return desk_views.edit_page(_desk(), _ownership(), None)


@blueprint.get("/official/promotions/<promotion_id>")
@policy(STAFF)
def show_staff_promotion(promotion_id: str) -> str:
    """One promotion; another region's is refused."""
    return desk_views.show_page(_desk(), promotion_id)


@blueprint.route("/official/promotions/<promotion_id>/edit", methods=["GET", "POST"])
@policy(STAFF)
def edit_staff_promotion(promotion_id: str) -> Any:
    """Change a draft."""
    return desk_views.edit_page(_desk(), _ownership(), promotion_id)


@blueprint.post("/official/promotions/<promotion_id>/codes")
@policy(STAFF)
def add_codes_staff_promotion(promotion_id: str) -> Any:
    """Add coupon codes."""
    return desk_views.add_codes(_desk(), promotion_id)


@blueprint.post("/official/promotions/<promotion_id>/schedule")
@policy(STAFF)
def schedule_staff_promotion(promotion_id: str) -> Response:
    """Put it live."""
    return desk_views.act(_desk(), promotion_id, "schedule")


@blueprint.post("/official/promotions/<promotion_id>/budget")
@policy(STAFF)
def budget_staff_promotion(promotion_id: str) -> Any:
    """Give it another budget."""
    return desk_views.change_budget(_desk(), promotion_id)


@blueprint.post("/official/promotions/<promotion_id>/stop")
@policy(STAFF)
def stop_staff_promotion(promotion_id: str) -> Response:
    """Stop it for good."""
    return desk_views.act(_desk(), promotion_id, "stop")
