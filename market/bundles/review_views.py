"""Officials and the operator decide on versions that suppliers handed in."""

from collections.abc import Callable

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.validators import Length

from market.bundles import change_words, editor_views, review_queries, service, wording
from market.bundles.blueprint import blueprint
from market.bundles.errors import ReviewNotFound
from market.db.session import reading, unit_of_work
from market.sellers import queries as sellers
from market.web.access import STAFF, policy
from market.web.context import actor, now
from market.web.feedback import say
from market.web.forms import Form, refusals_beside
from market.web.paging import page_number
from market.web.templating import back_to, render

_DECISIONS: dict[str, Callable[..., object]] = {
    "approve": service.approve,
    "ask": service.ask,
    "refuse": service.refuse,
}


class ReviewForm(Form):
    """A reviewer's words."""

    reason = TextAreaField(_l("理由或问题"), [Length(max=1000, message=_l("最多写 1000 个字"))])


@blueprint.get("/official/bundles")
@policy(STAFF)
def list_reviews() -> str:
    """Versions for places within the own region."""
    shown = request.args.get("state", "waiting")
    shown = shown if shown in review_queries.LISTS else "waiting"
    with reading() as session:
        page = review_queries.list_for_review(session, actor(), shown, page_number())
        counts = review_queries.counts_for_review(session, actor())
        authors = sellers.sellers_by_ids(session, {one.bundle.card.seller_id for one in page.items})
    return render(
        "bundles/list_reviews.html", page=page, tabs=counts, shown=shown, authors=authors,
        words=wording,
    )  # fmt: skip


@blueprint.get("/official/bundles/<bundle_review_id>")
@policy(STAFF)
def show_review(bundle_review_id: str) -> str:
    """One version: what it changes, and the form to decide."""
    return _page(bundle_review_id, ReviewForm(formdata=None))


@blueprint.get("/official/bundles/<bundle_review_id>/preview")
@policy(STAFF)
def preview_review(bundle_review_id: str) -> str:
    """What was handed in, on a few houses."""
    with reading() as session:
        seen = review_queries.get_for_review(session, actor(), bundle_review_id)
        back = (".show_review", {"bundle_review_id": bundle_review_id})
        return editor_views.preview_of(session, seen.bundle, to=None, back=back)


@blueprint.post("/official/bundles/<bundle_review_id>/<action>")
@policy(STAFF)
def decide_review(bundle_review_id: str, action: str) -> Response | tuple[str, int]:
    """Publish, ask or refuse."""
    act = _DECISIONS.get(action)
    if act is None:
        raise ReviewNotFound
    form = ReviewForm()
    if form.validate():
        with refusals_beside(form):
            with unit_of_work() as session:
                act(session, actor(), bundle_review_id, form.reason.data or "", now=now())
            say(_("已处理，对方会收到消息"))
            return back_to(".show_review", bundle_review_id=bundle_review_id)
    return _page(bundle_review_id, form), 422


def _page(review_id: str, form: ReviewForm) -> str:
    with reading() as session:
        seen = review_queries.get_for_review(session, actor(), review_id)
        changes = review_queries.changes_of(session, seen)
        author = sellers.get_seller(session, seen.bundle.card.seller_id)
    return render(
        "bundles/show_review.html", seen=seen, changes=changes, author=author, form=form,
        words=wording, change_words=change_words,
    )  # fmt: skip
