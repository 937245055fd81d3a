"""Old pieces handed in for trade-ins, decided on the desk of their promotion."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from market.db.session import reading, unit_of_work
from market.promotions import desk_views, proof_queries, proofs
from market.promotions.blueprint import blueprint
from market.promotions.desk_views import Desk
from market.promotions.offer_forms import DecideProofForm
from market.web import context, desk
from market.web.access import SELLER, STAFF, policy
from market.web.feedback import say
from market.web.forms import refusals_beside
from market.web.templating import name_of

ANSWER_WITHIN = timedelta(days=5)  # then it stands among what is late


@blueprint.post("/seller/promotions/proofs/<proof_id>")
@policy(SELLER)
def decide_own_proof(proof_id: str) -> Any:
    """A seller accepts or refuses old pieces."""
    return _decide(Desk("seller", "own"), proof_id)


@blueprint.post("/official/promotions/proofs/<proof_id>")
@policy(STAFF)
def decide_staff_proof(proof_id: str) -> Any:
    """An office accepts or refuses old pieces."""
    name = "operator" if context.actor().is_operator else "official"
    return _decide(Desk(name, "staff"), proof_id)


def _decide(at: Desk, proof_id: str) -> Any:
    form, who = DecideProofForm(), context.actor()
    with reading() as session:
        promotion_id = proofs.managed_promotion(session, who, proof_id)
    if form.validate():
        with refusals_beside(form), unit_of_work() as session:
            proofs.decide(
                session, who, proof_id, form.accepted.data, form.reason.data or "", context.now()
            )
            say(_("核对好了，已经告诉交的人"))
            return at.back(promotion_id, "proofs")
    if form.refusals:  # decided in another window: there is no form any more to say it beside
        say(form.refusals[0], "bad")
        return at.back(promotion_id, "proofs")
    return desk_views.show_page(at, promotion_id, decided={proof_id: form}), 422


@desk.seller_tasks
def proof_tasks(session: Session, seller_id: str, now: datetime) -> Iterable[desk.DeskTask]:
    """Old pieces that wait to be looked at."""
    for row in proof_queries.waiting_of_seller(session, seller_id, now):
        to = url_for(
            "promotions.show_own_promotion", promotion_id=row.promotion_id, _anchor="proofs"
        )
        text = _("核对“%(name)s”的旧物凭证", name=name_of(row))
        yield desk.DeskTask(text, row.count, to, late=row.oldest < now - ANSWER_WITHIN)
