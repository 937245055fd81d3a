"""The operator's pages of shares that sellers ask the platform to bear."""

from typing import Any

from flask import request
from flask_babel import gettext as _

from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError
from market.promotions import desk_views, sharing, trial_views, words
from market.promotions.blueprint import blueprint
from market.promotions.campaign_forms import ShareForm
from market.promotions.errors import RefusalUnexplained
from market.sellers import queries as sellers
from market.web.access import OPERATOR, policy
from market.web.context import actor, now
from market.web.errors import say_refusal
from market.web.feedback import say
from market.web.forms import attach
from market.web.paging import page_number
from market.web.templating import back_to, render


@blueprint.get("/operator/promotion-shares")
@policy(OPERATOR)
def list_shares() -> str:
    """What waits for the platform's answer."""
    with reading() as session:
        page = sharing.waiting_page(session, actor(), now(), page_number())
        ids = {seen.ownership.seller_id or "" for seen, _share in page.items}
        named = sellers.sellers_by_ids(session, ids)
    return render("promotions/list_shares.html", page=page, sellers=named, words=words)


@blueprint.get("/operator/promotion-shares/<promotion_id>")
@policy(OPERATOR)
def show_share(promotion_id: str) -> str:
    """The promotion with its trial and what the share costs at most."""
    return _page(promotion_id, ShareForm(formdata=None))


@blueprint.post("/operator/promotion-shares/<promotion_id>")
@policy(OPERATOR)
def decide_share(promotion_id: str) -> Any:
    """Agree to bear the part, or refuse with a reason."""
    accept = request.form.get("accept") == "1"
    form = ShareForm()
    if not form.validate():
        return _page(promotion_id, form), 422
    try:
        with unit_of_work() as session:
            sharing.decide(
                session, actor(), promotion_id, request.form.get("round", 0, int), accept=accept,
                reason=form.reason.data or "", now=now(),
            )  # fmt: skip
        say(_("同意分担了，商家会收到消息") if accept else _("没有同意，原因告诉商家了"))
    except RefusalUnexplained as error:
        attach(form, error)
        return _page(promotion_id, form), 422
    except DomainError as error:
        if error.status in (403, 404):
            raise
        say_refusal(error)
        return back_to("promotions.show_share", promotion_id=promotion_id)
    return back_to("promotions.list_shares")


def _page(promotion_id: str, form: ShareForm) -> str:
    with reading() as session:
        seen, share = sharing.get_asked(session, actor(), promotion_id, now())
        seller_id = seen.ownership.seller_id or ""
        return render(
            "promotions/show_share.html", seen=seen, share=share, form=form, words=words,
            says=desk_views.conditions_said(session, seen),
            trial=trial_views.tried(session, seen),
            seller=sellers.sellers_by_ids(session, {seller_id})[seller_id],
        )  # fmt: skip
