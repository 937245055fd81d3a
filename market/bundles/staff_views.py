"""The operator's screens: write a bundle, check its formulas on test houses, publish it."""

from typing import Any

from flask_babel import gettext as _
from werkzeug.wrappers import Response

from market.bundles import editor_views, queries, service, wording
from market.bundles.blueprint import blueprint
from market.bundles.editor_views import OPERATOR_DESK
from market.bundles.lost import lost_options
from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError
from market.sellers import queries as sellers
from market.web.access import OPERATOR, policy
from market.web.context import actor, now
from market.web.errors import say_refusal
from market.web.feedback import say
from market.web.templating import back_to, render


@blueprint.get("/operator/bundles")
@policy(OPERATOR)
def list_all_bundles() -> str:
    """Every bundle with its state, its author and unpublished changes."""
    with reading() as session:
        rows = queries.list_all(session)
        authors = sellers.sellers_by_ids(session, {c.seller_id for c, _ in rows if c.seller_id})
        lost = lost_options(session, "", now())
    return render(
        "bundles/list_all_bundles.html",
        to=OPERATOR_DESK,
        rows=rows,
        authors=authors,
        lost=lost,
        words=wording,
    )


@blueprint.route("/operator/bundles/new", methods=["GET", "POST"])
@policy(OPERATOR)
def new_bundle() -> Any:
    """A new empty draft."""
    return editor_views.new_page(OPERATOR_DESK)


@blueprint.route("/operator/bundles/<bundle_id>", methods=["GET", "POST"])
@policy(OPERATOR)
def edit_bundle(bundle_id: str) -> Any:
    """One bundle: names, labour, slots with their quantities on a test house."""
    return editor_views.edit_page(OPERATOR_DESK, bundle_id)


@blueprint.get("/operator/bundles/<bundle_id>/preview")
@policy(OPERATOR)
def preview_bundle(bundle_id: str) -> str:
    """The draft on a few houses."""
    return editor_views.preview_page(OPERATOR_DESK, bundle_id)


@blueprint.route("/operator/bundles/<bundle_id>/slots/new", methods=["GET", "POST"])
@policy(OPERATOR)
def new_slot(bundle_id: str) -> Any:
    """Add a material."""
    return editor_views.slot_page(OPERATOR_DESK, bundle_id, None)


@blueprint.route("/operator/bundles/<bundle_id>/slots/<key>", methods=["GET", "POST"])
@policy(OPERATOR)
def edit_slot(bundle_id: str, key: str) -> Any:
    """Change a material."""
    return editor_views.slot_page(OPERATOR_DESK, bundle_id, key)


@blueprint.post("/operator/bundles/<bundle_id>/slots/<key>/remove")
@policy(OPERATOR)
def remove_slot(bundle_id: str, key: str) -> Response:
    """Take a material out of the draft."""
    return editor_views.removed(OPERATOR_DESK, bundle_id, key)


@blueprint.post("/operator/bundles/<bundle_id>/publish")
@policy(OPERATOR)
def publish_bundle(bundle_id: str) -> Response:
    """Freeze the draft as the next version."""
    try:
        with unit_of_work() as session:
            version = service.publish(session, actor(), bundle_id, now())
        say(_("发布了第 %(version)s 版", version=version))
    except DomainError as error:
        if error.status == 404:
            raise
        say_refusal(error)
    return back_to(".edit_bundle", bundle_id=bundle_id)


@blueprint.post("/operator/bundles/<bundle_id>/retire")
@policy(OPERATOR)
def retire_bundle(bundle_id: str) -> Response:
    """No longer offer it."""
    return editor_views.retired(OPERATOR_DESK, bundle_id)
