"""A maker's declarations: write, compute from factors, hand in, withdraw, compute anew."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from market.catalogue import queries as catalogue
from market.certification import queries as certification
from market.db.session import reading, unit_of_work
from market.footprints import queries, service, words
from market.footprints.forms import (
    DeclarationForm,
    LineForm,
    ReasonForm,
    ReportForm,
    declaration_data,
)
from market.footprints.types import Stage
from market.footprints.views import Page, blueprint, report_response
from market.kernel.errors import DomainError, NotFound
from market.media.uploads import stored_file
from market.web import context, desk
from market.web.access import SELLER, policy
from market.web.feedback import say
from market.web.forms import Form, attach
from market.web.paging import page_number
from market.web.templating import back_to, render


@blueprint.get("/seller/carbon")
@policy(SELLER)
def list_own_declarations() -> str:
    """Every version of every product's declaration, and products without any."""
    with reading() as session:
        page = queries.list_of_maker(session, desk.seller_id(), context.now(), page_number())
        products = catalogue.own_product_rows(session, desk.seller_id(), context.now())
    known = {made.product_id for made in page.items}
    bare = [row.product for row in products.items if row.product.id not in known]
    return render("footprints/list_own_declarations.html", page=page, bare=bare, words=words)


@blueprint.get("/seller/carbon/new/<product_id>")
@policy(SELLER)
def new_declaration(product_id: str) -> str:
    """The form of a product's next version."""
    form = DeclarationForm(formdata=None)
    return _form_page(form, product_id, None)


@blueprint.post("/seller/carbon/new/<product_id>")
@policy(SELLER)
def create_declaration(product_id: str) -> Page:
    """Begin the next version."""
    form = DeclarationForm()
    with reading() as session:
        catalogue.get_own_product(session, context.actor(), product_id)
    if form.validate():
        try:
            with unit_of_work() as session:
                made = service.start(
                    session, context.actor(), product_id, form.to_draft(), now=context.now()
                )
        except DomainError as error:
            attach(form, error)
        else:
            say(_("存好了。接着填清单、传核验报告，再交去核验"))
            return back_to("footprints.show_own_declaration", declaration_id=made)
    return _form_page(form, product_id, None), 422


@blueprint.get("/seller/carbon/<declaration_id>")
@policy(SELLER)
def show_own_declaration(declaration_id: str) -> str:
    """One version: its standing, its bill, and what can be done now."""
    return _page(declaration_id)


@blueprint.get("/seller/carbon/<declaration_id>/edit")
@policy(SELLER)
def edit_declaration(declaration_id: str) -> str:
    """The form of a draft."""
    with reading() as session:
        made = queries.get_own(session, context.actor(), declaration_id, context.now())
    form = DeclarationForm(formdata=None, data=declaration_data(made))
    return _form_page(form, made.product_id, declaration_id)


@blueprint.post("/seller/carbon/<declaration_id>/edit")
@policy(SELLER)
def update_declaration(declaration_id: str) -> Page:
    """Change a draft."""
    form = DeclarationForm()
    with reading() as session:
        made = queries.get_own(session, context.actor(), declaration_id, context.now())
    if form.validate() and _done(form, partial(service.edit, draft=form.to_draft()), made.id):
        say(_("改好了"))
        return back_to("footprints.show_own_declaration", declaration_id=declaration_id)
    return _form_page(form, made.product_id, declaration_id), 422


@blueprint.post("/seller/carbon/<declaration_id>/lines")
@policy(SELLER)
def add_bill_line(declaration_id: str) -> Page:
    """Put a line into the bill."""
    form = LineForm()
    with reading() as session:
        form.offer(queries.standing_factors(session))
    if form.validate():
        act = partial(
            service.add_line, stage=Stage(form.stage.data), factor_id=form.factor_id.data,
            amount=form.amount.data, unit=form.amount_unit.data,
        )  # fmt: skip
        if _done(form, act, declaration_id):
            return back_to("footprints.show_own_declaration", declaration_id=declaration_id)
    return _page(declaration_id, line=form), 422


@blueprint.post("/seller/carbon/<declaration_id>/lines/<bill_line_id>/remove")
@policy(SELLER)
def remove_bill_line(declaration_id: str, bill_line_id: str) -> Page:
    """Take a line out of the bill."""
    with unit_of_work() as session:
        service.remove_line(
            session, context.actor(), declaration_id, bill_line_id, now=context.now()
        )
    return back_to("footprints.show_own_declaration", declaration_id=declaration_id)


@blueprint.post("/seller/carbon/<declaration_id>/report")
@policy(SELLER)
def upload_report(declaration_id: str) -> Page:
    """Put the verifier's report to a draft."""
    form = ReportForm()
    if form.validate():
        try:
            act = partial(service.attach_report, report=stored_file(form.report))
        except DomainError as error:
            attach(form, error)
        else:
            if _done(form, act, declaration_id):
                return back_to("footprints.show_own_declaration", declaration_id=declaration_id)
    return _page(declaration_id, report=form), 422


@blueprint.get("/seller/carbon/<declaration_id>/report")
@policy(SELLER)
def show_own_report(declaration_id: str) -> Response:
    """The verifier's report."""
    with reading() as session:
        queries.get_own(session, context.actor(), declaration_id, context.now())
    return report_response(declaration_id)


@blueprint.post("/seller/carbon/<declaration_id>/submit")
@policy(SELLER)
def submit_declaration(declaration_id: str) -> Page:
    """Hand a draft in; what is missing is said on its page."""
    form = Form()
    if _done(form, service.submit, declaration_id):
        say(_("交上去了，等主管部门核验"))
        return back_to("footprints.show_own_declaration", declaration_id=declaration_id)
    return _page(declaration_id, submission=form), 422


@blueprint.post("/seller/carbon/<declaration_id>/discard")
@policy(SELLER)
def discard_declaration(declaration_id: str) -> Page:
    """Put a draft away."""
    with unit_of_work() as session:
        service.discard(session, context.actor(), declaration_id, now=context.now())
    say(_("这个草稿不要了"))
    return back_to("footprints.list_own_declarations")


@blueprint.post("/seller/carbon/<declaration_id>/withdraw")
@policy(SELLER)
def withdraw_declaration(declaration_id: str) -> Page:
    """Take a verified declaration back."""
    form = ReasonForm()
    if form.validate():
        act = partial(service.withdraw, reason=form.reason.data or "")
        if _done(form, act, declaration_id):
            say(_("撤回了，商品页不再显示碳标签"))
            return back_to("footprints.show_own_declaration", declaration_id=declaration_id)
    return _page(declaration_id, withdrawal=form), 422


@blueprint.post("/seller/carbon/<declaration_id>/recompute")
@policy(SELLER)
def recompute_declaration(declaration_id: str) -> Page:
    """Begin a new version with the factors that stand now."""
    with unit_of_work() as session:
        made = service.recompute(session, context.actor(), declaration_id, now=context.now())
    say(_("新版本按现在的因子算好了。改好、传新报告，再交去核验"))
    return back_to("footprints.show_own_declaration", declaration_id=made)


def _done(form: Form, act: Callable[..., None], declaration_id: str) -> bool:
    """Whether a verb on a declaration went through; its refusal goes to the form."""
    try:
        with unit_of_work() as session:
            act(session, context.actor(), declaration_id, now=context.now())
    except NotFound:
        raise
    except DomainError as error:
        attach(form, error)
        return False
    return True


def _form_page(form: DeclarationForm, product_id: str, declaration_id: str | None) -> str:
    with reading() as session:
        product = catalogue.get_own_product(session, context.actor(), product_id)
        form.offer(certification.approved_bodies(session), product.kind_code)
    if form.unit.data is None:
        form.unit.data = product.unit
    return render(
        "footprints/edit_declaration.html", form=form, product=product,
        declaration_id=declaration_id,
    )  # fmt: skip


def _page(
    declaration_id: str, *, line: LineForm | None = None, report: ReportForm | None = None,
    withdrawal: ReasonForm | None = None, submission: Form | None = None,
) -> str:  # fmt: skip
    with reading() as session:
        made = queries.get_own(session, context.actor(), declaration_id, context.now())
        factors = queries.standing_factors(session) if made.standing == "draft" else []
    return render(
        "footprints/show_own_declaration.html", made=made, words=words,
        line=(line or LineForm(formdata=None)).offer(factors),
        report=report or ReportForm(formdata=None),
        withdrawal=withdrawal or ReasonForm(formdata=None), submission=submission,
    )  # fmt: skip


@desk.seller_tasks
def _tasks(session: Session, seller_id: str, _now: datetime) -> Iterable[desk.DeskTask]:
    href = url_for("footprints.list_own_declarations")
    outdated = queries.outdated_of_maker(session, seller_id)
    if outdated:
        yield desk.DeskTask(_("碳足迹声明用的因子有新版本，要重新计算"), outdated, href)
    refused = queries.refused_of_maker(session, seller_id)
    if refused:
        yield desk.DeskTask(_("碳足迹声明没有通过核验"), refused, href, late=True)
