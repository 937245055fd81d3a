"""The operator's rules of application classes."""

from flask import Blueprint
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from market.catalogue import queries as catalogue
from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError, NotFound
from market.uses import queries, service, wording
from market.uses.forms import UseRuleForm, use_rule_form
from market.web.access import OPERATOR, policy
from market.web.context import actor, now
from market.web.feedback import say
from market.web.forms import attach
from market.web.templating import back_to, render

blueprint = Blueprint("uses", __name__)
Page = str | Response | tuple[str, int]


@blueprint.get("/operator/uses")
@policy(OPERATOR)
def list_rules() -> str:
    """Every rule by use."""
    with reading() as session:
        rules = queries.list_rules(session)
        names = dict(catalogue.kind_names(session))
        groups = {group.code: group for group in catalogue.list_groups(session)}
    return render("uses/list_rules.html", rules=rules, kinds=names, groups=groups, words=wording)


@blueprint.route("/operator/uses/new", methods=["GET", "POST"])
@policy(OPERATOR)
def new_rule() -> Page:
    """Add a rule."""
    return _edit(None)


@blueprint.route("/operator/uses/<rule_id>", methods=["GET", "POST"])
@policy(OPERATOR)
def edit_rule(rule_id: str) -> Page:
    """Change a rule."""
    return _edit(rule_id)


@blueprint.post("/operator/uses/<rule_id>/remove")
@policy(OPERATOR)
def remove_rule(rule_id: str) -> Response:
    """Ask nothing of them any more."""
    with unit_of_work() as session:
        service.remove_rule(session, actor(), rule_id, now=now())
    say(_("规则删掉了"))
    return back_to(".list_rules")


def _edit(rule_id: str | None) -> Page:
    with reading() as session:
        rule = queries.get_rule(session, rule_id) if rule_id else None
        kinds, groups = catalogue.list_kinds(session), catalogue.list_groups(session)
    form: UseRuleForm = use_rule_form(rule, kinds, groups)
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                service.save_rule(session, actor(), rule_id, form.to_rule(), now=now())
            say(_("规则存好了，马上生效"))
            return back_to(".list_rules")
        except NotFound:
            raise
        except DomainError as error:
            attach(form, error)
    page = render("uses/edit_rule.html", form=form, rule=rule)
    return (page, 422) if form.is_submitted() else page
