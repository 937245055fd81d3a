"""The maker writes, previews and publishes a manual."""

from collections.abc import Iterable
from datetime import datetime

from flask import request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from market.catalogue import queries as catalogue
from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError, NotFound
from market.manuals import queries, service
from market.manuals.forms import ManualForm, manual_form
from market.manuals.types import ManualText
from market.manuals.views import blueprint, shown
from market.web import desk
from market.web.access import SELLER, policy
from market.web.context import actor, now
from market.web.feedback import say
from market.web.forms import attach
from market.web.templating import back_to, render

Page = str | Response | tuple[str, int]


@blueprint.get("/seller/products/<product_id>/manual")
@policy(SELLER)
def edit_manual(product_id: str) -> Page:
    """The draft, and the versions so far."""
    return _page(product_id, None)


@blueprint.post("/seller/products/<product_id>/manual")
@policy(SELLER)
def save_manual(product_id: str) -> Page:
    """Keep the draft, or publish it as the next version."""
    with reading() as session:
        catalogue.get_own_product(session, actor(), product_id)
    form = manual_form(ManualText())
    publishing = request.form.get("do") == "publish"
    if form.validate() and (not publishing or form.refuse_gaps()):
        try:
            return _publish(product_id, form) if publishing else _save(product_id, form)
        except NotFound:
            raise
        except DomainError as error:
            attach(form, error)
    return _page(product_id, form), 422


@blueprint.get("/seller/products/<product_id>/manual/preview")
@policy(SELLER)
def preview_manual(product_id: str) -> str:
    """The draft as it will be printed."""
    with reading() as session:
        page = queries.preview(session, actor(), product_id)
    return shown(page)


@desk.seller_tasks
def manual_tasks(session: Session, seller_id: str, now: datetime) -> Iterable[desk.DeskTask]:
    """Goods on sale from before manuals were asked for."""
    count = catalogue.count_without_manual(session, seller_id)
    if count:
        text = _("有 %(count)s 个在卖的产品还没有说明书", count=count)
        note = _("已经在卖的不受影响，暂停后要有说明书才能再上架")
        yield desk.DeskTask(text, count, url_for("catalogue.list_own_products"), note)


def _save(product_id: str, form: ManualForm) -> Response:
    with unit_of_work() as session:
        service.save_draft(session, actor(), product_id, form.to_text(), now=now())
    if request.form.get("do") == "preview":
        return back_to(".preview_manual", product_id=product_id)
    say(_("草稿存好了，发布以后买家才看得到"))
    return back_to(".edit_manual", product_id=product_id)


def _publish(product_id: str, form: ManualForm) -> Response:
    with unit_of_work() as session:
        version = service.publish(session, actor(), product_id, form.to_text(), now=now())
    say(
        _("第 %(version)s 版说明书发布了", version=version),
        href=url_for("catalogue.show_own_product", product_id=product_id), link=_("回到产品"),
    )  # fmt: skip
    return back_to(".edit_manual", product_id=product_id)


def _page(product_id: str, form: ManualForm | None) -> str:
    with reading() as session:
        product = catalogue.get_own_product(session, actor(), product_id)
        versions = queries.versions_of(session, product_id)
        draft = queries.find_draft(session, product_id)
        text = queries.text_to_write_on(session, product_id)
    return render(
        "manuals/edit_manual.html", form=form or manual_form(text), product=product,
        versions=versions, draft=draft,
    )  # fmt: skip
