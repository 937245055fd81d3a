"""Officials stop a batch and let it go again."""

from flask_babel import gettext as _

from market.batches import hold_queries, holds
from market.catalogue import queries as catalogue
from market.db.session import reading, unit_of_work
from market.traceability import staff_views
from market.traceability.forms import HoldForm, LiftForm, RecallForm
from market.traceability.views import Page, blueprint
from market.web import context
from market.web.access import STAFF, policy
from market.web.feedback import say
from market.web.forms import refusals_beside
from market.web.templating import back_to, render

__all__ = ["blueprint", "staff_views"]


@blueprint.post("/official/batches/<batch_id>/holds")
@policy(STAFF)
def hold_batch(batch_id: str) -> Page:
    """Stop a batch that is made or sold in the own subtree."""
    with reading() as session:  # nothing is said about what was typed for another's batch
        staff_views.require_holdable(session, batch_id)
    form = HoldForm()
    if form.validate():
        with refusals_beside(form):
            with unit_of_work() as session:
                holds.hold(
                    session, context.actor(), batch_id, form.reason.data or "", now=context.now()
                )
            say(_("停发了。卖家不能再发这一批，买家的订单页会写明原因"))
            return back_to("traceability.show_reach", batch_id=batch_id)
    return staff_views.reach_page(batch_id, RecallForm(formdata=None), form), 422


@blueprint.get("/official/batch-holds/<hold_id>")
@policy(STAFF)
def show_hold(hold_id: str) -> str:
    """Why a batch number may not go out, and how to let it go."""
    return _page(hold_id, LiftForm(formdata=None))


@blueprint.post("/official/batch-holds/<hold_id>/lift")
@policy(STAFF)
def lift_hold(hold_id: str) -> Page:
    """Let goods of the number go out again."""
    with reading() as session:
        hold_queries.get_hold(session, context.actor(), hold_id)
    form = LiftForm()
    if form.validate():
        with refusals_beside(form):
            with unit_of_work() as session:
                holds.lift(
                    session, context.actor(), hold_id, form.reason.data or "", now=context.now()
                )
            say(_("恢复了，这一批又可以发货"))
            return back_to("traceability.show_hold", hold_id=hold_id)
    return _page(hold_id, form), 422


def _page(hold_id: str, form: LiftForm) -> str:
    with reading() as session:
        hold = hold_queries.get_hold(session, context.actor(), hold_id)
        name_zh, name_en, _model = catalogue.product_names(session, [hold.product_id])[
            hold.product_id
        ]
    return render(
        "traceability/show_hold.html", hold=hold, form=form,
        named={"name_zh": name_zh, "name_en": name_en},
    )  # fmt: skip
