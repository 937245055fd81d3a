"""The operator's register of substances."""

from flask_babel import gettext as _
from werkzeug.wrappers import Response

from market.catalogue import queries as catalogue
from market.db.session import reading, unit_of_work
from market.kernel.clock import shanghai_date
from market.kernel.errors import DomainError
from market.substances import queries, seller_views, service
from market.substances.forms import STATUSES, RuleForm, SubstanceForm, rule_form
from market.substances.views import blueprint
from market.web.access import OPERATOR, policy
from market.web.context import actor, now
from market.web.feedback import say
from market.web.forms import attach
from market.web.templating import back_to, render

Page = str | Response | tuple[str, int]
__all__ = ["blueprint", "seller_views"]


@blueprint.get("/operator/substances")
@policy(OPERATOR)
def list_substances() -> str:
    """The register, with what holds today."""
    with reading() as session:
        rows = queries.list_substances(session)
        counts = queries.count_declaring(session)
    return render(
        "substances/list_substances.html", rows=rows, counts=counts, statuses=STATUSES,
        today=shanghai_date(now()),
    )  # fmt: skip


@blueprint.route("/operator/substances/new", methods=["GET", "POST"])
@policy(OPERATOR)
def new_substance() -> Page:
    """Add a substance."""
    form = SubstanceForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                substance_id = service.add_substance(
                    session, actor(), form.cas.data or "", form.name_zh.data or "",
                    form.name_en.data or "", now=now(),
                )  # fmt: skip
            say(_("登记好了，再写怎么管"))
            return back_to(".show_substance", substance_id=substance_id)
        except DomainError as error:
            attach(form, error)
    page = render("substances/new_substance.html", form=form)
    return (page, 422) if form.is_submitted() else page


@blueprint.get("/operator/substances/<substance_id>")
@policy(OPERATOR)
def show_substance(substance_id: str) -> Page:
    """One substance with all its rules."""
    return _page(substance_id, None)


@blueprint.post("/operator/substances/<substance_id>/rules")
@policy(OPERATOR)
def add_rule(substance_id: str) -> Page:
    """What holds from a day on."""
    with reading() as session:
        queries.get_substance(session, substance_id)
    form = rule_form()
    if form.validate():
        try:
            with unit_of_work() as session:
                count = service.add_rule(session, actor(), substance_id, form.to_rule(), now=now())
            say(_("规则存好了，有 %(count)s 个产品申报过它，都重新核对了", count=count))
            return back_to(".show_substance", substance_id=substance_id)
        except DomainError as error:
            attach(form, error)
    return _page(substance_id, form), 422


@blueprint.post("/operator/substances/<substance_id>/names")
@policy(OPERATOR)
def rename_substance(substance_id: str) -> Page:
    """Change the names."""
    form = SubstanceForm()
    del form.cas
    if not form.validate():
        return _page(substance_id, None, form), 422
    with unit_of_work() as session:
        service.rename_substance(
            session, actor(), substance_id, form.name_zh.data or "", form.name_en.data or "",
            now=now(),
        )  # fmt: skip
    say(_("名称改好了"))
    return back_to(".show_substance", substance_id=substance_id)


def _page(substance_id: str, form: RuleForm | None, names: SubstanceForm | None = None) -> str:
    with reading() as session:
        substance = queries.get_substance(session, substance_id)
        kinds = dict(catalogue.kind_names(session))
    if names is None:
        names = SubstanceForm(formdata=None, obj=substance)
        del names.cas
    if form is None:
        form = rule_form()
        form.valid_from.data = form.valid_from.data or shanghai_date(now())
    return render(
        "substances/show_substance.html", substance=substance, form=form, names=names,
        statuses=STATUSES, kind_names=kinds, today=shanghai_date(now()),
    )  # fmt: skip
