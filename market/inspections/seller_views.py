"""A maker's own results and objections."""

from collections.abc import Iterable
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from market.db.session import reading, unit_of_work
from market.inspections import queries, rules, service
from market.inspections.errors import SpotCheckNotFound
from market.inspections.forms import AppealForm
from market.inspections.views import Page, appeal_response, blueprint, report_response
from market.kernel.errors import DomainError
from market.media.uploads import stored_file
from market.web import context, desk
from market.web.access import SELLER, policy
from market.web.feedback import say
from market.web.forms import attach
from market.web.templating import back_to, name_of, render


@blueprint.get("/seller/spot-checks")
@policy(SELLER)
def list_own_checks() -> str:
    """Published results of the maker's products."""
    with reading() as session:
        checks = queries.list_of_maker(session, desk.seller_id())
    return render("inspections/list_own_checks.html", checks=checks)


@desk.seller_tasks
def recheck_tasks(session: Session, seller_id: str, now: datetime) -> Iterable[desk.DeskTask]:
    """Failures that stand: each is to be checked again by its day."""
    for check in queries.standing_of_maker(session, seller_id):
        late = rules.recheck_overdue(check.recheck_due_on, now)
        note = (
            _("复查期限 %(day)s 已经过了，一直停售到复查合格", day=check.recheck_due_on)
            if late
            else _("最迟 %(day)s 复查", day=check.recheck_due_on)
        )
        text = _("“%(product)s”抽查不合格，整改后申请复查", product=name_of(check))
        to = url_for("inspections.show_own_check", check_id=check.id)
        yield desk.DeskTask(text, 1, to, note, late=late)


@blueprint.get("/seller/spot-checks/<check_id>")
@policy(SELLER)
def show_own_check(check_id: str) -> str:
    """One result, what follows from it, and the objections so far."""
    return _page(check_id, AppealForm(formdata=None))


@blueprint.get("/seller/spot-checks/<check_id>/report")
@policy(SELLER)
def show_own_report(check_id: str) -> Response:
    """The laboratory's report."""
    with reading() as session:
        queries.get_of_maker(session, desk.seller_id(), check_id)
    return report_response(check_id)


@blueprint.get("/seller/spot-checks/<check_id>/appeals/<appeal_id>")
@policy(SELLER)
def show_own_appeal(check_id: str, appeal_id: str) -> Response:
    """The report of an objection."""
    with reading() as session:
        queries.get_of_maker(session, desk.seller_id(), check_id)
    return appeal_response(check_id, appeal_id)


@blueprint.post("/seller/spot-checks/<check_id>/appeals")
@policy(SELLER)
def make_appeal(check_id: str) -> Page:
    """Object."""
    form = AppealForm()
    if form.validate():
        try:
            report = stored_file(form.report)
            with unit_of_work() as session:
                service.appeal(
                    session, context.actor(), desk.seller_id(), check_id,
                    form.words.data or "", report, now=context.now(),
                )  # fmt: skip
        except SpotCheckNotFound:
            raise
        except DomainError as error:
            attach(form, error)
        else:
            say(_("申诉交上去了，主管部门会答复"))
            return back_to("inspections.show_own_check", check_id=check_id)
    return _page(check_id, form), 422


def _page(check_id: str, form: AppealForm) -> str:
    with reading() as session:
        check = queries.get_of_maker(session, desk.seller_id(), check_id)
        appeals = queries.appeals_of(session, check_id)
    open_one = any(made.decision == "open" for made in appeals)
    may_appeal = not open_one and rules.may_appeal(
        check.standing, check.published_at, context.now()
    )
    return render(
        "inspections/show_own_check.html", check=check, appeals=appeals, form=form,
        may_appeal=may_appeal,
    )  # fmt: skip
