"""Campaigns on the desks of sellers and offices; flags of households; the caps."""

from collections.abc import Iterable
from typing import Any

from flask import request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError
from market.kernel.region_code import RegionCode
from market.promotions import campaigns, households, places, queries, words
from market.promotions.blueprint import blueprint
from market.promotions.campaign_forms import RefusalForm
from market.promotions.errors import CampaignNotFound, RefusalUnexplained
from market.promotions.offer_forms import CampaignForm, CapsForm, FlagsForm
from market.promotions.types import CampaignView
from market.sellers import queries as sellers
from market.web import context, desk
from market.web.access import OPERATOR, SELLER, STAFF, policy
from market.web.errors import sentence
from market.web.feedback import say
from market.web.forms import attach
from market.web.templating import back_to, render


@blueprint.get("/seller/campaigns")
@policy(SELLER)
def list_seller_campaigns() -> str:
    """Campaigns one can take part in, and where one stands."""
    with reading() as session:
        rows = campaigns.campaigns_for_seller(session, desk.seller_id(), context.now())
        labels = _labels(session, [campaign for campaign, _mine in rows])
    return render("promotions/list_seller_campaigns.html", rows=rows, words=words, labels=labels)


@blueprint.post("/seller/campaigns/<campaign_id>/<verb>")
@policy(SELLER)
def act_seller_campaign(campaign_id: str, verb: str) -> Response:
    """Apply or leave."""
    done = {"apply": _("报名交上去了，等主管部门同意"), "leave": _("退出活动了")}
    act = {"apply": campaigns.apply, "leave": campaigns.leave}.get(verb)
    if act is None:
        raise CampaignNotFound
    try:
        with unit_of_work() as session:
            act(session, campaign_id, desk.seller_id(), context.now())
        say(done[verb])
    except DomainError as error:
        if error.status == 404:
            raise
        say(sentence(error), "bad")
    return back_to("promotions.list_seller_campaigns")


@blueprint.get("/official/campaigns")
@policy(STAFF)
def list_campaigns() -> str:
    """The region's campaigns with who applied."""
    return _campaigns()


def _campaigns(
    form: CampaignForm | None = None,
    flags_form: FlagsForm | None = None,
    refusal: RefusalForm | None = None,
) -> str:
    """The page, with the one form on it that was sent and refused."""
    with reading() as session:
        rows = campaigns.campaigns_of(session, context.actor())
        named = sellers.sellers_by_ids(session, {e.seller_id for _, own in rows for e in own})
        caps = queries.caps(session)
        labels = _labels(session, [campaign for campaign, _own in rows])
    shown = {"line": caps.line_bp // 100, "order": caps.order_bp // 100}
    return render(
        "promotions/list_campaigns.html", rows=rows, form=form or CampaignForm(formdata=None),
        sellers=named, caps_form=CapsForm(formdata=None, data=shown), words=words,
        flags_form=flags_form or FlagsForm(formdata=None), refusal=refusal, labels=labels,
        refusal_of=RefusalForm(formdata=None).of,
    )  # fmt: skip


def _labels(session: Session, rows: Iterable[CampaignView]) -> dict[str, str]:
    """The places of campaigns, in full, by code."""
    codes = frozenset(one.region.digits for one in rows) - {""}
    names = places.place_labels(session, codes, context.language())
    return dict(zip(sorted(codes), names, strict=True)) | {"": _("全国")}


@blueprint.post("/official/campaigns")
@policy(STAFF)
def create_campaign() -> Any:
    """A new campaign of the own region; of the whole country for operators."""
    form = CampaignForm()
    if form.validate():
        who = context.actor()
        region = who.official_regions[0] if who.official_regions else RegionCode("")
        try:
            with unit_of_work() as session:
                campaigns.create(session, who, region, form.to_draft(), context.now())
            say(_("活动建好了，商家现在可以报名"))
            return back_to("promotions.list_campaigns")
        except DomainError as error:
            attach(form, error)
    return _campaigns(form=form), 422


@blueprint.post("/official/campaigns/<campaign_id>/sellers/<seller_id>")
@policy(STAFF)
def decide_enrolment(campaign_id: str, seller_id: str) -> Any:
    """Let a seller in, or refuse with a reason."""
    approve = request.form.get("approve") == "1"
    form = RefusalForm().of(campaign_id, seller_id)
    written = form.reason.data if form.validate() else ""
    try:
        with unit_of_work() as session:
            campaigns.decide(
                session, context.actor(), campaign_id, seller_id, approve=approve,
                reason=written or "", now=context.now(),
            )  # fmt: skip
        say(_("同意参加了，商家会收到消息") if approve else _("没有同意，原因告诉商家了"))
    except RefusalUnexplained as error:
        if not form.all_errors():
            attach(form, error)
        return _campaigns(refusal=form), 422
    except DomainError as error:
        if error.status in (403, 404):
            raise
        say(sentence(error), "bad")
    return back_to("promotions.list_campaigns")


@blueprint.post("/official/household-flags")
@policy(STAFF)
def set_flags() -> Any:
    """Register what an office confirmed of a household."""
    form = FlagsForm()
    if form.validate():
        try:
            with unit_of_work() as session:
                households.set_flags(
                    session, context.actor(), form.phone.data, form.flags.data or (),
                    now=context.now(),
                )  # fmt: skip
            say(_("登记好了"))
            return back_to("promotions.list_campaigns", _anchor="flags")
        except DomainError as error:
            attach(form, error)
    return _campaigns(flags_form=form), 422


@blueprint.post("/official/promotion-caps")
@policy(OPERATOR)
def set_caps() -> Response:
    """How much promotions may take off together."""
    form = CapsForm()
    if form.validate():
        with unit_of_work() as session:
            households.set_caps(
                session, context.actor(), form.line.data * 100, form.order.data * 100,
                context.now(),
            )  # fmt: skip
        say(_("上限改好了，从现在起的订单照新的算"))
    else:
        say(_("上限写 0 到 100 的整数"), "bad")
    if request.form.get("back") == "groups":
        return back_to("promotions.list_stacking_groups", _anchor="caps")
    return back_to("promotions.list_campaigns", _anchor="caps")
