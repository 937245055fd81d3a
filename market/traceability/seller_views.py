"""A maker's batches, codes and alarms, and how far a batch went."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from market.batches import queries as batch_queries
from market.batches import service as batches
from market.catalogue import queries as catalogue
from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError, NotFound
from market.media.service import NewFile
from market.media.uploads import stored
from market.traceability import queries, service
from market.traceability.forms import (
    BatchForm,
    BatchReportForm,
    CodesForm,
    RecallForm,
    WithdrawForm,
)
from market.traceability.rules import MOST_CODES
from market.traceability.views import Page, blueprint, kept
from market.web import context, desk
from market.web.access import SELLER, policy
from market.web.feedback import say
from market.web.forms import Form, PhotoField, attach
from market.web.paging import page_number
from market.web.templating import back_to, render


@blueprint.get("/seller/batches")
@policy(SELLER)
def list_own_batches() -> str:
    """The maker's batches, and alarms about them."""
    with reading() as session:
        maker = desk.seller_id()
        page = batch_queries.list_of_maker(session, maker, page_number())
        counts = queries.counts_of(session, [batch.id for batch in page.items])
        alarms = queries.alarms_of_maker(session, maker, context.language())
    return render("traceability/list_own_batches.html", page=page, counts=counts, alarms=alarms)


@desk.seller_tasks
def alarm_tasks(session: Session, seller_id: str, now: datetime) -> Iterable[desk.DeskTask]:
    """What the sellers' page of today says about copied codes."""
    count = queries.count_open_of_maker(session, seller_id)
    if count:
        text = _("有 %(count)s 条扫码告警，可能有人仿冒你的货", count=count)
        yield desk.DeskTask(text, count, url_for("traceability.list_own_batches"))


@blueprint.get("/seller/products/<product_id>/batches/new")
@policy(SELLER)
def new_batch(product_id: str) -> str:
    """The form for a batch, and the product's batches so far."""
    return _new_page(product_id, BatchForm(formdata=None))


@blueprint.post("/seller/products/<product_id>/batches/new")
@policy(SELLER)
def create_batch(product_id: str) -> Page:
    """Write a batch down."""
    _own_product(product_id)
    form = BatchForm()
    if form.validate():
        try:
            report = stored(form.report)
            with unit_of_work() as session:
                batch_id = batches.add_batch(
                    session, context.actor(), product_id, form.to_draft(), report,
                    now=context.now(),
                )  # fmt: skip
        except NotFound:
            raise
        except DomainError as error:
            attach(form, error)
        else:
            return back_to("traceability.show_own_batch", batch_id=batch_id)
    return _new_page(product_id, form), 422


@blueprint.get("/seller/batches/<batch_id>")
@policy(SELLER)
def show_own_batch(batch_id: str) -> str:
    """One batch: its papers, codes, scans and alarms."""
    return _page(batch_id)


@blueprint.post("/seller/batches/<batch_id>/report")
@policy(SELLER)
def upload_batch_report(batch_id: str) -> Page:
    """Put the report to a batch."""
    form = BatchReportForm()

    def act(session: Session, report: NewFile | None) -> str:
        if report is not None:
            batches.attach_report(session, context.actor(), batch_id, report, now=context.now())
        return _("检测报告存好了")

    return _submit(batch_id, "report", form, act, form.report)


@blueprint.post("/seller/batches/<batch_id>/withdraw")
@policy(SELLER)
def withdraw_batch(batch_id: str) -> Page:
    """Send no more of it."""
    form = WithdrawForm()

    def act(session: Session, _report: NewFile | None) -> str:
        batches.withdraw(
            session, context.actor(), batch_id, form.reason.data or "", now=context.now()
        )
        return _("批次停用了，扫码的人会看到")

    return _submit(batch_id, "withdrawal", form, act)


@blueprint.post("/seller/batches/<batch_id>/codes")
@policy(SELLER)
def make_codes(batch_id: str) -> Page:
    """Make codes."""
    form = CodesForm()

    def act(session: Session, _report: NewFile | None) -> str:
        made = service.make_codes(
            session, context.actor(), batch_id, form.to_wanted(), now=context.now()
        )
        return _("做好了 %(count)s 个码，可以打印", count=made)

    return _submit(batch_id, "codes", form, act)


@blueprint.get("/seller/batches/<batch_id>/codes")
@policy(SELLER)
def print_codes(batch_id: str) -> str:
    """Labels, made for paper: 24 to a sheet, ten sheets to a page."""
    with reading() as session:
        batch = batch_queries.get_own(session, context.actor(), batch_id)
        page = queries.sheet(session, batch_id, page_number())
    size = queries.SHEET
    sheets = [page.items[i : i + size] for i in range(0, len(page.items), size)]
    return render("traceability/print_codes.html", batch=batch, page=page, sheets=sheets, **kept())


@blueprint.get("/seller/batches/<batch_id>/buyers")
@policy(SELLER)
def show_own_reach(batch_id: str) -> str:
    """How far the batch went, and what was said to its buyers."""
    return _reach_page(batch_id, RecallForm(formdata=None))


@blueprint.post("/seller/batches/<batch_id>/buyers")
@policy(SELLER)
def recall_own_batch(batch_id: str) -> Page:
    """Say something to everyone who got the batch."""
    _own_batch(batch_id)
    form = RecallForm()
    if form.validate():
        try:
            with unit_of_work() as session:
                told = service.recall_as_maker(
                    session, context.actor(), batch_id, form.words.data or "", now=context.now()
                )
        except NotFound:
            raise
        except DomainError as error:
            attach(form, error)
        else:
            say(_("发给了 %(count)s 个买家", count=told))
            return back_to("traceability.show_own_reach", batch_id=batch_id)
    return _reach_page(batch_id, form), 422


def _submit(
    batch_id: str,
    name: str,
    form: Form,
    act: Callable[[Session, NewFile | None], str],
    upload: PhotoField | None = None,
) -> Page:
    """Validate, act in one transaction, and show the same page again when refused."""
    _own_batch(batch_id)
    if form.validate():
        try:
            report = stored(upload) if upload is not None else None
            with unit_of_work() as session:
                done = act(session, report)
        except NotFound:
            raise
        except DomainError as error:
            attach(form, error)
        else:
            say(done)
            return back_to("traceability.show_own_batch", batch_id=batch_id)
    return _page(batch_id, **{name: form}), 422


def _page(batch_id: str, **forms: Any) -> str:
    with reading() as session:
        batch = batch_queries.get_own(session, context.actor(), batch_id)
        counts = queries.counts_of(session, [batch_id]).get(batch_id)
        language = context.language()
        alarms = queries.alarms_of_maker(session, batch.maker_id, language, batch_id=batch_id)
    shown = {
        "report": forms.get("report") or BatchReportForm(formdata=None),
        "withdrawal": forms.get("withdrawal") or WithdrawForm(formdata=None),
        "codes": forms.get("codes") or CodesForm(formdata=None),
    }
    return render(
        "traceability/show_own_batch.html", batch=batch, counts=counts, alarms=alarms,
        wrong=next(iter(forms), ""), most=MOST_CODES, **kept(), **shown,
    )  # fmt: skip


def _new_page(product_id: str, form: BatchForm) -> str:
    with reading() as session:
        product = catalogue.get_own_product(session, context.actor(), product_id)
        made = batch_queries.list_of_product(session, product_id)
    return render("traceability/new_batch.html", product=product, made=made, form=form)


def _reach_page(batch_id: str, form: RecallForm) -> str:
    with reading() as session:
        batch = batch_queries.get_own(session, context.actor(), batch_id)
        view = queries.reach_for_maker(session, batch, context.language())
    return render("traceability/show_reach.html", batch=batch, view=view, form=form, desk="seller")


def _own_product(product_id: str) -> None:
    """Nothing is said about what was typed for somebody else's product."""
    with reading() as session:
        catalogue.get_own_product(session, context.actor(), product_id)


def _own_batch(batch_id: str) -> None:
    with reading() as session:
        batch_queries.get_own(session, context.actor(), batch_id)
