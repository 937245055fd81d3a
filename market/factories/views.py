"""A maker's factory profile, as everyone sees it."""

from flask import Blueprint
from werkzeug.wrappers import Response

from market.db.session import reading
from market.factories import queries, service, words
from market.factories.types import ClaimKind
from market.kernel.errors import NotFound
from market.media import service as media
from market.sellers import queries as sellers
from market.sellers.types import SellerState
from market.web import context
from market.web.access import PUBLIC, policy
from market.web.files import send_private
from market.web.templating import render

blueprint = Blueprint("factories", __name__)
Page = str | Response | tuple[str, int]


@blueprint.get("/s/<seller_id>/factory")
@policy(PUBLIC)
def show_profile(seller_id: str) -> str:
    """What officials confirmed of a maker's works. Raises NotFound before its approval."""
    with reading() as session:
        seller = sellers.get_seller(session, seller_id)
        if seller.state not in (SellerState.APPROVED, SellerState.SUSPENDED):
            raise NotFound
        claims = queries.profile_of(session, seller_id, context.now())
    zeros = {one.draft.key: one for one in claims if one.draft.kind is ClaimKind.ZERO}
    return render(
        "factories/show_profile.html", seller=seller, claims=claims, zeros=zeros, words=words
    )


@blueprint.get("/s/<seller_id>/factory/<profile_claim_id>/evidence")
@policy(PUBLIC)
def show_evidence(seller_id: str, profile_claim_id: str) -> Response:
    """The proof of something confirmed."""
    with reading() as session:
        queries.get_public(session, seller_id, profile_claim_id, context.now())
    return evidence_response(profile_claim_id)


def evidence_response(profile_claim_id: str) -> Response:
    """The proof, for a reader whose right was checked."""
    with reading() as session:
        file_id = queries.evidence_file(session, profile_claim_id)
        found = media.private_path(session, file_id, service.EVIDENCE, profile_claim_id)
    return send_private(*found)
