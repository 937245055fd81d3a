"""The seller's desk: own promotions, from draft to statistics."""

from typing import Any

from werkzeug.wrappers import Response

from market.db.session import reading
from market.promotions import desk_views, proof_queries, queries, words
from market.promotions.blueprint import blueprint
from market.promotions.desk_views import Desk
from market.promotions.types import Owner, Ownership
from market.web import desk
from market.web.access import SELLER, policy
from market.web.context import now
from market.web.paging import page_number
from market.web.templating import render

DESK = Desk("seller", "own")


@blueprint.get("/seller/promotions")
@policy(SELLER)
def list_own_promotions() -> str:
    """All promotions of the seller with their budgets."""
    with reading() as session:
        page = queries.promotions_of_seller(session, desk.seller_id(), now(), page_number())
        waiting = proof_queries.waiting_of_seller(session, desk.seller_id(), now())
    return render(
        "promotions/list_promotions.html", page=page, at=DESK, words=words, others=None,
        waiting=waiting,
    )  # fmt: skip


@blueprint.route("/seller/promotions/new", methods=["GET", "POST"])
@policy(SELLER)
def new_own_promotion() -> Any:
    """A new draft."""
    return desk_views.edit_page(DESK, Ownership(Owner.SELLER, desk.seller_id()), None)


@blueprint.get("/seller/promotions/<promotion_id>")
@policy(SELLER)
def show_own_promotion(promotion_id: str) -> str:
    """One promotion."""
    return desk_views.show_page(DESK, promotion_id)


@blueprint.route("/seller/promotions/<promotion_id>/edit", methods=["GET", "POST"])
@policy(SELLER)
def edit_own_promotion(promotion_id: str) -> Any:
    """Change a draft."""
    return desk_views.edit_page(DESK, Ownership(Owner.SELLER, desk.seller_id()), promotion_id)


@blueprint.post("/seller/promotions/<promotion_id>/codes")
@policy(SELLER)
def add_codes_own_promotion(promotion_id: str) -> Any:
    """Add coupon codes."""
    return desk_views.add_codes(DESK, promotion_id)


@blueprint.post("/seller/promotions/<promotion_id>/schedule")
@policy(SELLER)
def schedule_own_promotion(promotion_id: str) -> Response:
    """Put it live."""
    return desk_views.act(DESK, promotion_id, "schedule")


@blueprint.post("/seller/promotions/<promotion_id>/share")
@policy(SELLER)
def ask_own_share(promotion_id: str) -> Response:
    """Ask the platform to bear its part."""
    return desk_views.act(DESK, promotion_id, "share")


@blueprint.post("/seller/promotions/<promotion_id>/budget")
@policy(SELLER)
def budget_own_promotion(promotion_id: str) -> Any:
    """Give it another budget."""
    return desk_views.change_budget(DESK, promotion_id)


@blueprint.post("/seller/promotions/<promotion_id>/stop")
@policy(SELLER)
def stop_own_promotion(promotion_id: str) -> Response:
    """Stop it for good."""
    return desk_views.act(DESK, promotion_id, "stop")
