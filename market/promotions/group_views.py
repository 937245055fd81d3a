"""Who joined a village's purchase, as a list to print for its drop point."""

from market.db.session import reading
from market.promotions import group_board, queries, words
from market.promotions.blueprint import blueprint
from market.promotions.desk_views import Desk
from market.web.access import SELLER, STAFF, policy
from market.web.context import actor, language, now
from market.web.templating import render


@blueprint.get("/seller/promotions/<promotion_id>/joins")
@policy(SELLER)
def list_own_joins(promotion_id: str) -> str:
    """Those who joined a seller's purchase."""
    return _page(Desk("seller", "own"), promotion_id)


@blueprint.get("/official/promotions/<promotion_id>/joins")
@policy(STAFF)
def list_staff_joins(promotion_id: str) -> str:
    """Those who joined a purchase of the region or the platform."""
    return _page(Desk("operator" if actor().is_operator else "official", "staff"), promotion_id)


def _page(desk: Desk, promotion_id: str) -> str:
    with reading() as session:
        seen = queries.get_managed(session, actor(), promotion_id, now())
        board = group_board.board_of(session, seen, language())
    return render("promotions/list_joins.html", at=desk, seen=seen, board=board, words=words)
