"""Officials: alarms about copied codes, batches, and who got them."""

from flask import request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from market.batches import hold_queries as holds
from market.batches import queries as batches
from market.db.session import reading, unit_of_work
from market.traceability import queries, seller_views, service
from market.traceability.forms import AlarmForm, HoldForm, RecallForm
from market.traceability.types import Decision
from market.traceability.views import Page, blueprint
from market.web import context
from market.web.access import STAFF, policy
from market.web.feedback import say
from market.web.forms import refusals_beside
from market.web.paging import page_number
from market.web.templating import back_to, render

__all__ = ["blueprint", "seller_views"]


@blueprint.get("/official/scan-alarms")
@policy(STAFF)
def list_alarms() -> str:
    """Alarms of the own subtree, and batches by number."""
    shown = request.args.get("state", "open")
    shown = shown if shown in queries.LISTS else "open"
    typed = request.args.get("batch", "").strip()[:60]
    with reading() as session:
        actor = context.actor()
        page = queries.list_alarms(session, actor, shown, page_number(), context.language())
        counts = queries.count_alarms(session, actor)
        found = batches.search(session, typed) if typed else []
    return render(
        "traceability/list_alarms.html", page=page, tabs=counts, shown=shown, typed=typed,
        found=found,
    )  # fmt: skip


@blueprint.get("/official/scan-alarms/<alarm_id>")
@policy(STAFF)
def review_alarm(alarm_id: str) -> str:
    """One alarm."""
    return _page(alarm_id, AlarmForm(formdata=None))


@blueprint.post("/official/scan-alarms/<alarm_id>/<any(genuine,counterfeit):verdict>")
@policy(STAFF)
def decide_alarm(alarm_id: str, verdict: str) -> Page:
    """Say what it was."""
    with reading() as session:  # nothing is said about what was typed for another's alarm
        queries.get_alarm(session, context.actor(), alarm_id, context.language())
    form = AlarmForm()
    if form.validate():
        with refusals_beside(form):
            with unit_of_work() as session:
                service.decide_alarm(
                    session, context.actor(), alarm_id, form.note.data or "", Decision(verdict),
                    now=context.now(),
                )  # fmt: skip
            say(_("已处理，厂家会收到消息"))
            return back_to("traceability.review_alarm", alarm_id=alarm_id)
    return _page(alarm_id, form), 422


@blueprint.get("/official/batches/<batch_id>/buyers")
@policy(STAFF)
def show_reach(batch_id: str) -> str:
    """How many in the own subtree got the batch, and what was said to them."""
    return reach_page(batch_id, RecallForm(formdata=None))


@blueprint.post("/official/batches/<batch_id>/buyers")
@policy(STAFF)
def recall_batch(batch_id: str) -> Page:
    """Say something to those of the own subtree who got the batch."""
    with reading() as session:
        batches.get(session, batch_id)
    form = RecallForm()
    if form.validate():
        with refusals_beside(form):
            with unit_of_work() as session:
                told = service.recall_as_official(
                    session, context.actor(), batch_id, form.words.data or "", now=context.now()
                )
            say(_("发给了 %(count)s 个买家", count=told))
            return back_to("traceability.show_reach", batch_id=batch_id)
    return reach_page(batch_id, form), 422


def _page(alarm_id: str, form: AlarmForm) -> str:
    with reading() as session:
        alarm = queries.get_alarm(session, context.actor(), alarm_id, context.language())
    return render("traceability/review_alarm.html", alarm=alarm, form=form)


def require_holdable(session: Session, batch_id: str) -> None:
    """Raises BatchNotFound, or BatchOutsideRegion for officials of elsewhere."""
    batch = batches.get(session, batch_id)
    holds.require_governs_batch(session, context.actor(), batch.product_id, batch.maker_id)


def reach_page(batch_id: str, form: RecallForm, hold: HoldForm | None = None) -> str:
    """Where a batch went, what holds it, and what an official may do."""
    with reading() as session:
        actor = context.actor()
        batch = batches.get(session, batch_id)
        view = queries.reach_for_official(session, actor, batch_id, context.language())
        own = holds.may_hold(session, actor, batch.product_id, batch.maker_id)
    return render(
        "traceability/show_reach.html", batch=batch, view=view, form=form,
        hold=(hold or HoldForm(formdata=None)) if own else None,
        liftable={one.id for one in batch.holds if holds.governs_hold(actor, one.region_code)},
        desk="operator" if actor.is_operator else "official",
    )  # fmt: skip
