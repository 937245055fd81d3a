"""Annual surveillance: what officials record of it, and its reports."""

from flask_babel import gettext as _
from werkzeug.wrappers import Response

from market.certification import queries, service
from market.certification.errors import OutsideYourRegion
from market.certification.surveillance_forms import PlanForm, SurveillanceForm
from market.certification.views import Page, blueprint, visit_response
from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError, NotFound
from market.media.uploads import stored
from market.web import context
from market.web.access import SELLER, STAFF, policy
from market.web.feedback import say
from market.web.forms import attach
from market.web.templating import back_to, render


@blueprint.get("/official/certificates/<certificate_id>/surveillance")
@policy(STAFF)
def show_surveillance(certificate_id: str) -> str:
    """What was done, until when the next is due, and the forms for both."""
    return _page(certificate_id, SurveillanceForm(formdata=None), PlanForm(formdata=None))


@blueprint.post("/official/certificates/<certificate_id>/surveillance")
@policy(STAFF)
def record_surveillance(certificate_id: str) -> Page:
    """Write one down."""
    form = SurveillanceForm()
    if form.validate():
        try:
            report = stored(form.evidence)
            with unit_of_work() as session:
                service.record_surveillance(
                    session, context.actor(), certificate_id, form.to_result(), report,
                    now=context.now(),
                )  # fmt: skip
        except (NotFound, OutsideYourRegion):
            raise
        except DomainError as error:
            attach(form, error)
        else:
            say(_("监督结果已记下"))
            return back_to("certification.show_surveillance", certificate_id=certificate_id)
    return _page(certificate_id, form, PlanForm(formdata=None)), 422


@blueprint.post("/official/certificates/<certificate_id>/surveillance/due")
@policy(STAFF)
def plan_surveillance(certificate_id: str) -> Page:
    """Set until when the next one is due."""
    form = PlanForm()
    if form.validate():
        try:
            with unit_of_work() as session:
                service.plan_surveillance(
                    session, context.actor(), certificate_id, form.due_on.data,
                    form.reason.data or "", now=context.now(),
                )  # fmt: skip
        except (NotFound, OutsideYourRegion):
            raise
        except DomainError as error:
            attach(form, error)
        else:
            say(_("监督截止日期已改"))
            return back_to("certification.show_surveillance", certificate_id=certificate_id)
    return _page(certificate_id, SurveillanceForm(formdata=None), form), 422


@blueprint.get("/official/certificates/<certificate_id>/surveillance/<visit_id>")
@policy(STAFF)
def show_visit(certificate_id: str, visit_id: str) -> Response:
    """The report of one."""
    with reading() as session:
        detail = queries.get_for_review(session, context.actor(), certificate_id, context.now())
    return visit_response(detail, visit_id)


@blueprint.get("/seller/certificates/<certificate_id>/surveillance/<visit_id>")
@policy(SELLER)
def show_own_visit(certificate_id: str, visit_id: str) -> Response:
    """The report of one of an own certificate."""
    with reading() as session:
        detail = queries.get_own(session, context.actor(), certificate_id, context.now())
    return visit_response(detail, visit_id)


def _page(certificate_id: str, form: SurveillanceForm, plan: PlanForm) -> str:
    with reading() as session:
        detail = queries.get_for_review(session, context.actor(), certificate_id, context.now())
    return render(
        "certification/show_surveillance.html", certificate=detail, form=form, plan=plan,
        is_open=queries.is_watched(detail, context.now()),
    )  # fmt: skip
