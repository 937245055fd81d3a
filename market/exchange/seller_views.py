"""The seller's sheets: template, export, import with preview."""

from flask import Blueprint, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from market.db.session import reading, unit_of_work
from market.exchange import exporting, jobs, queries, service, words
from market.exchange.forms import SheetForm
from market.exchange.types import MOST_MEGABYTES
from market.kernel.errors import DomainError
from market.web import desk
from market.web.access import SELLER, policy
from market.web.context import actor, clock, language, now
from market.web.feedback import say
from market.web.forms import attach
from market.web.paging import page_number
from market.web.templating import back_to, render

blueprint = Blueprint("exchange", __name__)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/seller/sheets")
@policy(SELLER)
def list_imports() -> str:
    """Template, exports, upload and the last imports."""
    return _list_page(SheetForm(formdata=None))


@blueprint.post("/seller/sheets")
@policy(SELLER)
def create_import() -> Response | tuple[str, int]:
    """Take a file; a small one is read at once."""
    form = SheetForm()
    if form.validate():
        try:
            data = form.file.bytes() or b""
            with unit_of_work() as session:
                import_id = service.take_file(
                    session, actor(), desk.seller_id(), data, form.file.data.filename,
                    most_mb=MOST_MEGABYTES, now=now(),
                )  # fmt: skip
            jobs.work_if_small(import_id, clock().now)
            return back_to(".show_import", import_id=import_id)
        except DomainError as error:
            attach(form, error)
    return _list_page(form), 422


def _list_page(form: SheetForm) -> str:
    with reading() as session:
        imports = queries.list_imports(session, desk.seller_id())
    return render("exchange/list_imports.html", form=form, imports=imports, words=words)


@blueprint.get("/seller/sheets/template.xlsx")
@policy(SELLER)
def show_template() -> Response:
    """An empty sheet with instructions and lists to choose from."""
    with reading() as session:
        data = exporting.template(session, desk.seller_id(), _, language(), now())
    return _file([data], _XLSX, "products-template.xlsx")


@blueprint.get("/seller/sheets/products.<any(xlsx, csv):suffix>")
@policy(SELLER)
def export_products(suffix: str) -> Response:
    """The seller's goods as they are, to be changed and brought back."""
    with reading() as session:
        pieces = exporting.goods(session, desk.seller_id(), suffix, _, language(), now())
    return _file(pieces, _XLSX if suffix == "xlsx" else "text/csv", f"products.{suffix}")


def _file(pieces: list[bytes], media_type: str, name: str) -> Response:
    response = Response(b"".join(pieces), mimetype=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.get("/seller/sheets/<import_id>")
@policy(SELLER)
def show_import(import_id: str) -> str:
    """How far it is; then what would change and what is wrong."""
    with reading() as session:
        found = queries.get_import(session, actor(), import_id)
        wrong = bool(found.counts.wrong_rows) and request.args.get("show") != "changes"
        lines = queries.lines_of(session, import_id, page_number(), wrong=wrong)
    return render("exchange/show_import.html", found=found, lines=lines, wrong=wrong, words=words)


@blueprint.post("/seller/sheets/<import_id>/apply")
@policy(SELLER)
def apply_import(import_id: str) -> Response:
    """Write what the preview showed."""
    try:
        with unit_of_work() as session:
            service.ask_to_apply(session, actor(), import_id, now())
        jobs.work_if_small(import_id, clock().now)
    except (service.NotReadyToApply, service.NothingToApply) as error:
        say(_(error.message), "warn")
    return back_to(".show_import", import_id=import_id)


@blueprint.post("/seller/sheets/<import_id>/discard")
@policy(SELLER)
def discard_import(import_id: str) -> Response:
    """Give it up."""
    try:
        with unit_of_work() as session:
            service.discard(session, actor(), import_id, now())
        say(_("这次导入不要了，什么都没有改"))
    except service.NotReadyToApply as error:
        say(_(error.message), "warn")
    return back_to(".list_imports")
