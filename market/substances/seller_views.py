"""The maker declares what a product contains."""

from collections.abc import Iterable
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from market.catalogue import queries as catalogue
from market.db.session import reading, unit_of_work
from market.kernel.clock import shanghai_date
from market.kernel.errors import DomainError
from market.media.uploads import stored
from market.substances import queries, service
from market.substances.forms import STATUSES, ContentForm, content_form
from market.substances.views import blueprint, verdict
from market.web import desk
from market.web.access import SELLER, policy
from market.web.context import actor, now
from market.web.feedback import say
from market.web.forms import attach
from market.web.templating import back_to, render

Page = str | Response | tuple[str, int]


@blueprint.route("/seller/products/<product_id>/substances", methods=["GET", "POST"])
@policy(SELLER)
def list_contents(product_id: str) -> Page:
    """What is declared so far, and the form for one more."""
    with reading() as session:
        catalogue.get_own_product(session, actor(), product_id)
        form = content_form(queries.list_substances(session))
    if form.validate_on_submit():
        try:
            report = stored(form.report)
            with unit_of_work() as session:
                service.declare(session, actor(), product_id, form.to_draft(), report, now=now())
            say(_("申报存好了"))
            return back_to(".list_contents", product_id=product_id)
        except DomainError as error:
            attach(form, error)
    page = _page(product_id, form)
    return (page, 422) if form.is_submitted() else page


@blueprint.post("/seller/products/<product_id>/substances/<substance_id>/remove")
@policy(SELLER)
def remove_content(product_id: str, substance_id: str) -> Response:
    """Declare it no longer."""
    with unit_of_work() as session:
        service.remove(session, actor(), product_id, substance_id, now=now())
    say(_("这条申报删掉了"))
    return back_to(".list_contents", product_id=product_id)


@desk.seller_tasks
def content_tasks(session: Session, seller_id: str, now: datetime) -> Iterable[desk.DeskTask]:
    """Goods on sale that a rule keeps, or will keep, off the market."""
    for product_id, name, since in catalogue.unfit_products(session, seller_id):
        day, to = shanghai_date(since), url_for("substances.list_contents", product_id=product_id)
        if since <= now:
            text = _("%(name)s 不符合有毒有害物质规则，从 %(day)s 起停售", name=name, day=day)
        else:
            text = _("%(name)s 到 %(day)s 就不符合有毒有害物质规则", name=name, day=day)
        yield desk.DeskTask(text, 1, to, late=since <= now)


def _page(product_id: str, form: ContentForm) -> str:
    with reading() as session:
        product = catalogue.get_own_product(session, actor(), product_id)
    return render(
        "substances/list_contents.html", product=product, form=form, statuses=STATUSES,
        today=shanghai_date(now()), verdict=verdict,
    )  # fmt: skip
