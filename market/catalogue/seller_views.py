"""The seller's desk: products, pack sizes, papers and photos."""

from flask import request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from market.catalogue import change_queries, queries, service, words
from market.catalogue.blueprint import blueprint
from market.catalogue.change_forms import AnswerForm
from market.catalogue.errors import NotPublishable
from market.catalogue.forms import (
    PhotoForm,
    ProductForm,
    ReportForm,
    VariantForm,
    product_form,
)
from market.catalogue.types import ProductRow, VariantView
from market.certification import queries as certification
from market.db.session import reading, unit_of_work
from market.kernel.clock import shanghai_date
from market.kernel.errors import Conflict, DomainError
from market.kernel.i18n import N_
from market.media import queries as media
from market.media import service as media_service
from market.media.uploads import stored_file
from market.web import desk
from market.web.access import SELLER, policy
from market.web.context import actor, now
from market.web.feedback import say
from market.web.forms import attach
from market.web.paging import page_number
from market.web.templating import back_to, render

WAITS = N_("修改已提交审核，通过以前买家看到的不变")
_PRODUCT_VERBS = {
    "publish": (service.publish_product, N_("已提交。第一次上架要审核，通过后买家就看得到")),
    "pause": (service.pause_product, N_("产品已暂停，它的条目买家都看不到了")),
    "archive": (service.archive_product, N_("产品已经归档")),
}


@blueprint.get("/seller/products")
@policy(SELLER)
def list_own_products() -> str:
    """The maker's products with what keeps each from being sold."""
    with reading() as session:
        page = queries.own_product_rows(session, desk.seller_id(), now(), page_number())
    return render("catalogue/list_own_products.html", page=page, words=words)


@blueprint.route("/seller/products/new", methods=["GET", "POST"])
@policy(SELLER)
def new_product() -> str | Response | tuple[str, int]:
    """Choose a kind, then fill in a product of it."""
    code = request.values.get("kind", "")
    seller_id = desk.seller_id()
    with reading() as session:
        kind = queries.find_kind(session, code)
        certificates = certification.certificates_of_seller(session, seller_id, now())
        groups, kinds = queries.list_groups(session), queries.list_kinds(session)
    if kind is None or not kind.is_open:
        return render("catalogue/choose_kind.html", groups=groups, kinds=kinds, asked=code)
    form = product_form(kind, certificates)
    if form.validate_on_submit() and form.refuse_future_report(shanghai_date(now())):
        try:
            with unit_of_work() as session:
                details = form.to_product()
                product_id = service.add_product(session, actor(), seller_id, details, now())
            say(_("产品存好了，上架前还要做的写在下面"))
            return back_to(".show_own_product", product_id=product_id)
        except DomainError as error:
            attach(form, error)
    return _product_page(form, None)


@blueprint.get("/seller/products/<product_id>")
@policy(SELLER)
def show_own_product(product_id: str) -> str:
    """One product: its state, what is missing, pack sizes, photos."""
    with reading() as session:
        row = queries.own_product_row(session, actor(), product_id, now())
        variants = queries.own_variants(session, actor(), product_id)
        photos = media.files_of(session, queries.PHOTOS, [product_id]).get(product_id, [])
        change = change_queries.own_change(session, actor(), product_id)
    return render(
        "catalogue/show_own_product.html", row=row, variants=variants, photos=photos,
        words=words, change=change, answer_form=AnswerForm(formdata=None),
        photo_form=PhotoForm(), report_form=ReportForm(),
    )  # fmt: skip


@blueprint.route("/seller/products/<product_id>/edit", methods=["GET", "POST"])
@policy(SELLER)
def edit_product(product_id: str) -> str | Response | tuple[str, int]:
    """Change what a product says."""
    with reading() as session:
        row = queries.own_product_row(session, actor(), product_id, now())
        certificates = certification.certificates_of_seller(session, row.product.maker_id, now())
        details = change_queries.details_to_edit(session, row.product)
    form = product_form(row.kind, certificates, details)
    if form.validate_on_submit() and form.refuse_future_report(shanghai_date(now())):
        try:
            with unit_of_work() as session:
                service.edit_product(session, actor(), product_id, form.to_product(), now())
            say(_("产品改好了") if row.product.published_at is None else _(WAITS))
            return back_to(".show_own_product", product_id=product_id)
        except DomainError as error:
            attach(form, error)
    return _product_page(form, row)


def _product_page(form: ProductForm, row: ProductRow | None) -> tuple[str, int]:
    page = render("catalogue/edit_product.html", form=form, row=row, words=words)
    return page, 422 if request.method == "POST" else 200


@blueprint.post("/seller/products/<product_id>/<any(publish, pause, archive):verb>")
@policy(SELLER)
def change_product(product_id: str, verb: str) -> Response:
    """Publish, pause or archive a product."""
    act, done = _PRODUCT_VERBS[verb]
    try:
        with unit_of_work() as session:
            act(session, actor(), product_id, now())
        say(_(done))
    except NotPublishable as error:
        say(_(error.message), "bad")
    except Conflict as error:
        say(_(error.message), "warn")
    if verb == "archive":
        return back_to(".list_own_products")
    return back_to(".show_own_product", product_id=product_id)


@blueprint.route("/seller/products/<product_id>/variants/new", methods=["GET", "POST"])
@policy(SELLER)
def new_variant(product_id: str) -> str | Response | tuple[str, int]:
    """Add a pack size."""
    with reading() as session:
        row = queries.own_product_row(session, actor(), product_id, now())
    form = VariantForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                service.add_variant(session, actor(), product_id, form.to_variant(), now())
            if row.product.published_at is None:
                say(_("规格加好了"), href=url_for(".new_listing"), link=_("去定价上架"))
            else:
                say(_(WAITS))
            return back_to(".show_own_product", product_id=product_id)
        except DomainError as error:
            attach(form, error)
    return _variant_page(form, row, None)


@blueprint.route("/seller/variants/<variant_id>/edit", methods=["GET", "POST"])
@policy(SELLER)
def edit_variant(variant_id: str) -> str | Response | tuple[str, int]:
    """Change a pack size."""
    with reading() as session:
        variant = queries.get_own_variant(session, actor(), variant_id)
        row = queries.own_product_row(session, actor(), variant.product_id, now())
    form = VariantForm.of(variant)
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                service.edit_variant(session, actor(), variant_id, form.to_variant(), now())
            say(_("规格改好了") if row.product.published_at is None else _(WAITS))
            return back_to(".show_own_product", product_id=variant.product_id)
        except DomainError as error:
            attach(form, error)
    return _variant_page(form, row, variant)


def _variant_page(
    form: VariantForm, row: ProductRow, variant: VariantView | None
) -> tuple[str, int]:
    page = render("catalogue/edit_variant.html", form=form, row=row, variant=variant)
    return page, 422 if request.method == "POST" else 200


@blueprint.post("/seller/variants/<variant_id>/close")
@policy(SELLER)
def close_variant(variant_id: str) -> Response:
    """Stop new listings of a pack size."""
    with unit_of_work() as session:
        product_id = queries.get_own_variant(session, actor(), variant_id).product_id
        service.close_variant(session, actor(), variant_id, now())
    say(_("规格已停用，已经在售的条目不受影响"))
    return back_to(".show_own_product", product_id=product_id)


@blueprint.route("/seller/products/<product_id>/photos/new", methods=["GET", "POST"])
@policy(SELLER)
def new_photo(product_id: str) -> str | Response | tuple[str, int]:
    """Add a photo; it is re-encoded before any transaction is open."""
    with reading() as session:
        product = queries.get_own_product(session, actor(), product_id)
    form = PhotoForm()
    if form.validate_on_submit():
        try:
            photo = media_service.store_photo(form.photo.bytes() or b"", form.photo.data.filename)
            with unit_of_work() as session:
                service.add_photo(session, actor(), product_id, photo, now())
            say(_("照片加好了"))
            return back_to(".show_own_product", product_id=product_id)
        except DomainError as error:
            error.field = error.field or "photo"
            attach(form, error)
    page = render("catalogue/upload.html", form=form, product=product, title=_("加照片"))
    return page, 422 if request.method == "POST" else 200


@blueprint.post("/seller/products/<product_id>/photos/<file_id>/remove")
@policy(SELLER)
def remove_photo(product_id: str, file_id: str) -> Response:
    """Take a photo away."""
    with unit_of_work() as session:
        service.remove_photo(session, actor(), product_id, file_id)
    say(_("照片已删除"))
    return back_to(".show_own_product", product_id=product_id)


@blueprint.route("/seller/products/<product_id>/report", methods=["GET", "POST"])
@policy(SELLER)
def new_report(product_id: str) -> str | Response | tuple[str, int]:
    """Upload the test report."""
    with reading() as session:
        product = queries.get_own_product(session, actor(), product_id)
    form = ReportForm()
    if form.validate_on_submit():
        try:
            file = stored_file(form.report)
            with unit_of_work() as session:
                service.set_report(session, actor(), product_id, file, now())
            say(_("检测报告存好了") if product.published_at is None else _(WAITS))
            return back_to(".show_own_product", product_id=product_id)
        except DomainError as error:
            error.field = error.field or "report"
            attach(form, error)
    page = render("catalogue/upload.html", form=form, product=product, title=_("传检测报告"))
    return page, 422 if request.method == "POST" else 200
