"""Makers' claims for the fees of their certificates."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from market.certification import queries as certification
from market.certification.types import CertificateView
from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError
from market.sellers import queries as sellers
from market.subsidies import claim_queries, queries, service, words
from market.subsidies.blueprint import blueprint
from market.subsidies.claim_forms import FeeClaimForm
from market.subsidies.errors import NothingToClaim, NotPossibleNow, SchemeNotFound
from market.subsidies.types import AidLine, NewClaim, Outcome, SchemeType, SchemeView
from market.web import context, desk
from market.web.access import SELLER, policy
from market.web.choices import choice
from market.web.feedback import say
from market.web.forms import attach
from market.web.templating import back_to, day, render


@blueprint.get("/seller/subsidies")
@policy(SELLER)
def list_fee_claims() -> str:
    """Schemes for the fees of certificates where the seller is, and its claims."""
    seller_id, now = desk.seller_id(), context.now()
    with reading() as session:
        region = sellers.get_seller(session, seller_id).region
        rows = [
            row for row in queries.list_public(session, region, now)
            if row.draft.type is SchemeType.FEE
        ]  # fmt: skip
        own = claim_queries.claims_of(session, seller_id, now)
        names = queries.names_of(session, [row.scheme for row in rows], context.language())
    return render("subsidies/list_fee_claims.html", rows=rows, claims=own, names=names, words=words)


@blueprint.route("/seller/subsidies/<code>", methods=["GET", "POST"])
@policy(SELLER)
def new_fee_claim(code: str) -> Any:
    """Claim the fee of a valid certificate."""
    seller_id = desk.seller_id()
    with reading() as session:
        seen = queries.get_public(session, code, context.now())
        if seen.draft.type is not SchemeType.FEE:
            raise SchemeNotFound
        form = FeeClaimForm()
        form.certificate.choices = [
            choice(one.id, one.number, _("有效至 %(day)s", day=day(one.valid_to)))
            for one in valid_certificates(session, seller_id)
        ]
        names = queries.names_of(session, [seen.scheme], context.language())
    outcome, claim_id = _file(seen, form) if form.validate_on_submit() else (None, "")
    if claim_id:
        return back_to("subsidies.show_own_claim", claim_id=claim_id)
    page = render("subsidies/new_fee_claim.html", seen=seen, form=form, outcome=outcome,
                  names=names, words=words)  # fmt: skip
    return (page, 422) if form.is_submitted() else page


def valid_certificates(session: Session, seller_id: str) -> list[CertificateView]:
    """The seller's certificates that are in force now."""
    found = certification.certificates_of_seller(session, seller_id, context.now())
    return [one for one in found if one.is_in_force]


def _file(seen: SchemeView, form: FeeClaimForm) -> tuple[Outcome | None, str]:
    seller_id = desk.seller_id()
    try:
        files = form.stored()
        with unit_of_work() as session:
            seller = sellers.get_seller(session, seller_id)
            valid = {one.id: one for one in valid_certificates(session, seller_id)}
            certificate = valid.get(form.certificate.data)
            if certificate is None:  # it ended since the page was shown
                raise NotPossibleNow(field="certificate")
            fee = form.price_fen.data or 0
            new = NewClaim(
                scheme_id=seen.id, beneficiary_id=seller_id, region=seller.region,
                lines=(AidLine("fee", "", fee, star=certificate.star),),
                certificate_id=certificate.id, note=form.note.data or "",
            )  # fmt: skip
            claim_id = service.file_claim(session, context.actor(), new, files, context.now())
        say(_("申请交上去了，审核结果会发消息给你"))
        return None, claim_id
    except NothingToClaim as nothing:
        attach(form, nothing)
        return nothing.outcome, ""
    except DomainError as error:
        attach(form, error)
        return None, ""
