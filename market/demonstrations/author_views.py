"""Authors of bundles take a public project as the start of their own."""

from flask_babel import gettext as _
from werkzeug.wrappers import Response

from market.db.session import unit_of_work
from market.demonstrations import service
from market.demonstrations.views import blueprint
from market.kernel.errors import DomainError
from market.web import desk
from market.web.access import OPERATOR, SELLER, policy
from market.web.context import actor, now
from market.web.errors import say_refusal
from market.web.feedback import say
from market.web.templating import back_to


@blueprint.post("/seller/demonstrations/<demonstration_id>/clone")
@policy(SELLER)
def clone_as_supplier(demonstration_id: str) -> Response:
    """A draft of the supplier whose desk is open."""
    return _cloned(demonstration_id, desk.seller_id(), "bundles.edit_own_bundle")


@blueprint.post("/operator/demonstrations/<demonstration_id>/clone")
@policy(OPERATOR)
def clone_as_operator(demonstration_id: str) -> Response:
    """A draft of the operator's."""
    return _cloned(demonstration_id, "", "bundles.edit_bundle")


def _cloned(demonstration_id: str, seller_id: str, editor: str) -> Response:
    try:
        with unit_of_work() as session:
            made = service.clone(session, actor(), demonstration_id, seller_id, now=now())
    except DomainError as error:
        if error.status in (403, 404):
            raise
        say_refusal(error)
        return back_to("demonstrations.show_project", demonstration_id=demonstration_id)
    say(_("复制成草稿了。数量公式是按一座房子估的，逐项看过再试算"))
    return back_to(editor, bundle_id=made)
