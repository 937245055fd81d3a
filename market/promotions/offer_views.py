"""A single offer and what a household does with it: join, hand in, ask for a code."""

from typing import Any

import segno
from flask import request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from market.catalogue import queries as catalogue
from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError
from market.media import service as media
from market.media.uploads import stored_file
from market.promotions import groups, offering, places, proofs, queries, vouchers, words
from market.promotions.blueprint import blueprint
from market.promotions.errors import NotForHousehold, PromotionNotFound
from market.promotions.offer_forms import JoinForm, ProofForm
from market.promotions.types import Phase, PromotionView
from market.sellers import queries as sellers
from market.sellers.types import SellerView
from market.web import context
from market.web.access import HOUSEHOLD, PUBLIC, SIGNED_IN, policy
from market.web.errors import sentence
from market.web.feedback import say
from market.web.files import send_private
from market.web.forms import attach
from market.web.templating import back_to, name_of, render


@blueprint.get("/promotions/<promotion_id>")
@policy(PUBLIC)
def show_offer(promotion_id: str) -> str:
    """What an offer gives, on which terms, and what one can do here."""
    return _page(promotion_id)


def _page(
    promotion_id: str, join_form: JoinForm | None = None, proof_form: ProofForm | None = None
) -> str:
    who = context.actor().account_id
    with reading() as session:
        seen = _running(session, promotion_id)
        group = groups.view_group(session, promotion_id, who)
        voucher = vouchers.find(session, promotion_id, who)
        labels = places.place_labels(session, seen.draft.region_prefixes, context.language())
        return render(
            "promotions/show_offer.html",
            seen=seen,
            says=words.say_conditions(
                seen.draft,
                labels,
                _kinds(session, seen),
                offering.names_said(session, seen.draft),
            ),
            seller=_seller(session, seen),
            group=group,
            proofs=proofs.mine(session, promotion_id, who),
            voucher=voucher,
            qr=_qr(voucher.code) if voucher and not voucher.redeemed_at else "",
            used=queries.uses_by_household(session, who).get(promotion_id, 0),
            join_form=join_form or JoinForm(data={"packs": group.mine or None} if group else {}),
            proof_form=proof_form or ProofForm(formdata=None),
            words=words,
        )


def _kinds(session: Session, seen: PromotionView) -> list[str]:
    """The names of the kinds it is limited to."""
    wanted = seen.draft.kind_codes
    known = catalogue.list_kinds(session) if wanted else []
    return [name_of(kind) for kind in known if kind.code in wanted]


def _seller(session: Session, seen: PromotionView) -> SellerView | None:
    seller_id = seen.ownership.seller_id
    return sellers.get_seller(session, seller_id) if seller_id else None


def _running(session: Session, promotion_id: str) -> PromotionView:
    seen = queries.get_promotion(session, promotion_id, context.now())
    if seen.phase is Phase.DRAFT:
        raise PromotionNotFound
    return seen


def _qr(code: str) -> str:
    """A picture of the till's address with the code in it, for a phone or for paper."""
    address = url_for("promotions.show_till", code=code, _external=True)
    return str(segno.make(address, error="m").svg_inline(scale=5, border=4, omitsize=False))


@blueprint.post("/promotions/<promotion_id>/join")
@policy(HOUSEHOLD)
def join_group(promotion_id: str) -> Any:
    """Join a village's purchase, or change the packs."""
    form = JoinForm()
    if form.validate():
        try:
            with unit_of_work() as session:
                groups.join(session, promotion_id, _me(), form.packs.data or 0, context.now())
            say(_("报名记下了") if form.packs.data else _("退出了"))
            return back_to("promotions.show_offer", promotion_id=promotion_id)
        except DomainError as error:
            if error.status == 404:
                raise
            _attach(form, error)
    return _page(promotion_id, join_form=form), 422


def _told(error: DomainError) -> str:
    """A refusal in words; of a rule about households, which one it is."""
    if isinstance(error, NotForHousehold):
        return words.say_failure(error.failure)
    return sentence(error)


def _attach(form: JoinForm, error: DomainError) -> None:
    """A refusal beside the packs; without an address, where to write one."""
    if not isinstance(error, NotForHousehold):
        attach(form, error)
        return
    form.packs.errors = [*form.packs.errors, _told(error)]
    if step := _further(error):
        form.steps.append((step["href"], step["link"]))


def _further(error: DomainError) -> dict[str, str]:
    """Where to supply what a rule about households misses."""
    code = error.failure.code if isinstance(error, NotForHousehold) else ""
    if code == "address_missing":
        return {"href": url_for("accounts.list_addresses"), "link": _("去填收货地址")}
    if code == "household_unstated":
        onward = url_for("households.show_own", next=request.path.rpartition("/")[0])
        return {"href": onward, "link": _("去填写户口簿号")}
    return {}


@blueprint.post("/promotions/<promotion_id>/proofs")
@policy(HOUSEHOLD)
def send_proof(promotion_id: str) -> Any:
    """Hand in old pieces with a picture."""
    form = ProofForm()
    if form.validate():
        try:
            stored = stored_file(form.file)
            with unit_of_work() as session:
                proofs.send(
                    session, promotion_id, _me(), form.pieces.data, form.note.data or "", stored,
                    context.now(),
                )  # fmt: skip
            say(_("交上去了，核对通过以后购物车里自动减"))
            return back_to("promotions.show_offer", promotion_id=promotion_id)
        except DomainError as error:
            if error.status == 404:
                raise
            attach(form, error)
    return _page(promotion_id, proof_form=form), 422


@blueprint.post("/promotions/<promotion_id>/voucher")
@policy(HOUSEHOLD)
def ask_voucher(promotion_id: str) -> Response:
    """Make the household's code for shops."""
    try:
        with unit_of_work() as session:
            vouchers.issue(session, promotion_id, _me(), context.now())
    except DomainError as error:
        if error.status == 404:
            raise
        say(_told(error), "bad", **_further(error))
    return back_to("promotions.show_offer", promotion_id=promotion_id, _anchor="voucher")


@blueprint.get("/promotions/proofs/<proof_id>/file")
@policy(SIGNED_IN)
def show_proof(proof_id: str) -> Response:
    """The picture of a proof, for its sender and for whoever decides."""
    with reading() as session:
        file_id = proofs.file_of(session, context.actor(), proof_id)
        found = media.private_path(session, file_id, proofs.OWNER, proof_id)
    return send_private(*found)


def _me() -> str:
    return context.actor().account_id or ""
