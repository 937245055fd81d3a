"""The sellers' certificates: list, enter, see, answer."""

from collections.abc import Iterable
from datetime import datetime

from flask import request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from market.certification import kinds, queries, registry_queries, rules, service
from market.certification.errors import CertificateNotFound, NotAnswerable, NumberTaken
from market.certification.forms import AmendForm, CertificateForm, LookForm
from market.certification.types import CertificateDetail, Review
from market.certification.views import Page, blueprint, evidence_response
from market.db.session import reading, unit_of_work
from market.kernel.clock import shanghai_date
from market.kernel.errors import DomainError
from market.media.uploads import stored
from market.web import context, desk
from market.web.access import SELLER, policy
from market.web.feedback import say
from market.web.forms import attach
from market.web.templating import back_to, render


@blueprint.get("/seller/certificates")
@policy(SELLER)
def list_own_certificates() -> str:
    """Everything the seller entered, with its state now."""
    with reading() as session:
        rows = queries.certificates_of_seller(session, desk.seller_id(), context.now())
    return render("certification/list_own_certificates.html", certificates=rows)


@blueprint.get("/seller/certificates/new")
@policy(SELLER)
def new_certificate() -> str:
    """The form to enter a certificate, with what the registry knows of a number filled in.

    Only the record of exactly this number is looked at, in the list kept here.
    """
    form, look = CertificateForm(formdata=None), LookForm(formdata=request.args)
    if "look" not in request.args or not look.validate():
        return _entry_page(form, look=look)
    number = look.look.data or ""
    with reading() as session:
        known = registry_queries.look_up(session, number)
        bodies = {body.name: body.id for body in queries.approved_bodies(session)}
    filled: tuple[str, ...] = ()
    form.number.data = rules.normal_number(number)
    if known is not None and not known.problem:
        filled = form.fill_from(known.record, bodies.get(known.record.issuer))
    return _entry_page(form, look=look, known=known, filled=filled)


@blueprint.post("/seller/certificates/new")
@policy(SELLER)
def create_certificate() -> Page:
    """Hand a certificate in for review."""
    form = _offered(CertificateForm())
    if form.validate():
        try:
            entry, evidence = form.to_entry(), stored(form.evidence)
            with unit_of_work() as session:
                certificate_id = service.enter(
                    session, context.actor(), desk.seller_id(), entry, evidence, now=context.now()
                )
        except DomainError as error:
            if isinstance(error, NumberTaken):
                _report(entry.number)
            attach(form, error)
        else:
            say(_("证书交上去了，等主管部门核对"))
            return back_to("certification.show_own_certificate", certificate_id=certificate_id)
    return _entry_page(form), 422


@blueprint.get("/seller/certificates/<certificate_id>")
@policy(SELLER)
def show_own_certificate(certificate_id: str) -> str:
    """One certificate, its review and its log."""
    certificate = _own(certificate_id)
    with reading() as session:
        named = kinds.names(session, certificate.view.kinds)
        match = registry_queries.match_of(session, certificate_id)
        origins = registry_queries.origins_of(session, certificate_id)
    return render(
        "certification/show_own_certificate.html",
        certificate=certificate, kinds=named, match=match, origins=origins,
    )  # fmt: skip


@blueprint.get("/seller/certificates/<certificate_id>/amend")
@policy(SELLER)
def edit_certificate(certificate_id: str) -> str:
    """The certificate's form again, with the reviewer's question."""
    certificate = _own(certificate_id)
    if certificate.review is not Review.CLARIFICATION:
        raise NotAnswerable
    form = AmendForm(formdata=None)
    with reading() as session:
        form.fill(queries.entry_of(session, certificate_id))
    return _entry_page(form, certificate)


@blueprint.post("/seller/certificates/<certificate_id>/amend")
@policy(SELLER)
def update_certificate(certificate_id: str) -> Page:
    """Answer the reviewer with corrected fields."""
    certificate, form = _own(certificate_id), _offered(AmendForm())
    if form.validate():
        try:
            entry, evidence, reply = form.to_entry(), stored(form.evidence), form.reply.data or ""
            with unit_of_work() as session:
                service.amend(
                    session, context.actor(), certificate_id, entry, evidence,
                    reply=reply, now=context.now(),
                )  # fmt: skip
        except DomainError as error:
            if isinstance(error, CertificateNotFound):
                raise
            if isinstance(error, NumberTaken):
                _report(entry.number)
            attach(form, error)
        else:
            say(_("回复交上去了，等审核人看"))
            return back_to("certification.show_own_certificate", certificate_id=certificate_id)
    return _entry_page(form, certificate), 422


@blueprint.get("/seller/certificates/<certificate_id>/evidence")
@policy(SELLER)
def show_own_evidence(certificate_id: str) -> Response:
    """The uploaded scan."""
    return evidence_response(_own(certificate_id))


@desk.seller_tasks
def certificate_tasks(session: Session, seller_id: str, now: datetime) -> Iterable[desk.DeskTask]:
    """What the sellers' page of today says about certificates."""
    for row in queries.due_of_seller(session, seller_id, now):
        text = _("证书 %(number)s 还有 %(days)s 天到期", number=row.number, days=row.days_left)
        href = url_for("certification.show_own_certificate", certificate_id=row.id)
        yield desk.DeskTask(text, row.days_left, href, _("现在就去办换证"), late=row.days_left < 30)
    for row in queries.watched_of_seller(session, seller_id, now):
        last = row.surveillance_due_on
        assert last is not None
        left = (last - shanghai_date(now)).days
        href = url_for("certification.show_own_certificate", certificate_id=row.id)
        text = _("证书 %(number)s 的年度监督最迟 %(day)s", number=row.number, day=last.isoformat())
        note = _("已经过期，商品停卖") if left < 0 else _("联系发证机构安排监督")
        yield desk.DeskTask(text, max(left, 0), href, note, late=left < 15)
    for row in queries.questioned_of_seller(session, seller_id, now):
        href = url_for("certification.edit_certificate", certificate_id=row.id)
        text = _("证书 %(number)s 有问题要回复", number=row.number)
        yield desk.DeskTask(text, 1, href, late=True)


def _report(number: str) -> None:
    """Tell the officials of whoever has the number, after the refusal was rolled back."""
    with unit_of_work() as session:
        service.report_duplicate(
            session, context.actor(), desk.seller_id(), number, now=context.now()
        )


def _own(certificate_id: str) -> CertificateDetail:
    with reading() as session:
        return queries.get_own(session, context.actor(), certificate_id, context.now())


def _offered(form: CertificateForm) -> CertificateForm:
    with reading() as session:
        bodies = queries.approved_bodies(session)
    return form.offer([(body.id, body.name) for body in bodies])


def _entry_page(
    form: CertificateForm,
    certificate: CertificateDetail | None = None,
    look: LookForm | None = None,
    known: registry_queries.Known | None = None,
    filled: tuple[str, ...] = (),
) -> str:
    if form.body_id.choices is None:
        _offered(form)
    with reading() as session:
        offered = kinds.choices(session)
        chosen = desk.seller_id()
        name = queries.seller_name(session, chosen)
    return render(
        "certification/new_certificate.html",
        form=form, certificate=certificate, kinds=offered, seller_name=name,
        look=look or LookForm(formdata=None), known=known, filled=filled,
    )  # fmt: skip
