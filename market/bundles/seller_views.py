"""A graded supplier's own bundles: written, tried on test houses, handed in for review."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from market.bundles import editor_views, queries, review_queries, service, wording
from market.bundles.blueprint import blueprint
from market.bundles.editor_views import SUPPLIER_DESK
from market.bundles.lost import lost_options
from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError
from market.sellers import queries as sellers
from market.web import desk
from market.web.access import SELLER, policy
from market.web.context import actor, now
from market.web.errors import say_refusal
from market.web.feedback import say
from market.web.templating import back_to, render

MAX_WORDS = 500


@blueprint.get("/seller/bundles")
@policy(SELLER)
def list_own_bundles() -> str:
    """The supplier's bundles with their states."""
    with reading() as session:
        seller = sellers.get_own(session, actor(), desk.seller_id())
        rows = queries.list_of_supplier(session, seller.id)
        lost = lost_options(session, seller.id, now())
    return render(
        "bundles/list_own_bundles.html",
        to=SUPPLIER_DESK,
        seller=seller,
        rows=rows,
        lost=lost,
        words=wording,
    )


@blueprint.route("/seller/bundles/new", methods=["GET", "POST"])
@policy(SELLER)
def new_own_bundle() -> Any:
    """A new empty draft."""
    return editor_views.new_page(SUPPLIER_DESK, desk.seller_id())


@blueprint.route("/seller/bundles/<bundle_id>", methods=["GET", "POST"])
@policy(SELLER)
def edit_own_bundle(bundle_id: str) -> Any:
    """One bundle: names, labour, slots with their quantities on a test house."""
    return editor_views.edit_page(SUPPLIER_DESK, bundle_id)


@blueprint.get("/seller/bundles/<bundle_id>/preview")
@policy(SELLER)
def preview_own_bundle(bundle_id: str) -> str:
    """The draft on a few houses."""
    return editor_views.preview_page(SUPPLIER_DESK, bundle_id)


@blueprint.route("/seller/bundles/<bundle_id>/slots/new", methods=["GET", "POST"])
@policy(SELLER)
def new_own_slot(bundle_id: str) -> Any:
    """Add a material."""
    return editor_views.slot_page(SUPPLIER_DESK, bundle_id, None)


@blueprint.route("/seller/bundles/<bundle_id>/slots/<key>", methods=["GET", "POST"])
@policy(SELLER)
def edit_own_slot(bundle_id: str, key: str) -> Any:
    """Change a material."""
    return editor_views.slot_page(SUPPLIER_DESK, bundle_id, key)


@blueprint.post("/seller/bundles/<bundle_id>/slots/<key>/remove")
@policy(SELLER)
def remove_own_slot(bundle_id: str, key: str) -> Response:
    """Take a material out of the draft."""
    return editor_views.removed(SUPPLIER_DESK, bundle_id, key)


@blueprint.post("/seller/bundles/<bundle_id>/retire")
@policy(SELLER)
def retire_own_bundle(bundle_id: str) -> Response:
    """No longer offer it."""
    return editor_views.retired(SUPPLIER_DESK, bundle_id)


@blueprint.post("/seller/bundles/<bundle_id>/submit")
@policy(SELLER)
def submit_own_bundle(bundle_id: str) -> Response:
    """Hand the draft in as it stands."""
    words = request.form.get("words", "")[:MAX_WORDS]
    try:
        with unit_of_work() as session:
            service.submit(session, actor(), bundle_id, words, now=now())
        say(_("送审了，审核通过就发布"))
    except DomainError as error:
        if error.status == 404:
            raise
        say_refusal(error)
    return back_to(".edit_own_bundle", bundle_id=bundle_id)


@blueprint.post("/seller/bundles/reviews/<bundle_review_id>/withdraw")
@policy(SELLER)
def take_back_review(bundle_review_id: str) -> Response:
    """Take a version back before it is decided."""
    with unit_of_work() as session:
        bundle_id = service.take_back(session, actor(), bundle_review_id, now=now())
    say(_("撤回了，可以接着改"))
    return back_to(".edit_own_bundle", bundle_id=bundle_id)


@desk.seller_tasks
def _tasks(session: Session, seller_id: str, now_: datetime) -> Iterable[desk.DeskTask]:
    if not queries.list_of_supplier(session, seller_id):
        return
    lost = len(lost_options(session, seller_id, now_))
    if lost:
        href = url_for("bundles.list_own_bundles")
        yield desk.DeskTask(_("方案里有买不到的商品或材料"), lost, href)
    asked = review_queries.asked_of_supplier(session, seller_id)
    if asked:
        href = url_for("bundles.list_own_bundles")
        yield desk.DeskTask(_("送审的方案要补充或修改"), asked, href, late=True)
