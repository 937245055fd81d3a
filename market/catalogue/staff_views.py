"""The operator's kinds."""

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from market.catalogue import queries, service, words
from market.catalogue.blueprint import blueprint
from market.catalogue.forms import KindForm
from market.catalogue.types import KindView
from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError
from market.web.access import OPERATOR, policy
from market.web.context import actor, now
from market.web.feedback import say
from market.web.forms import attach
from market.web.templating import back_to, render


@blueprint.get("/operator/kinds")
@policy(OPERATOR)
def list_kinds() -> str:
    """All kinds by group."""
    with reading() as session:
        groups = queries.list_groups(session)
        kinds = queries.list_kinds(session, include_closed=True)
        counts = queries.kind_counts(session, now())
    return render(
        "catalogue/list_kinds.html", groups=groups, kinds=kinds, counts=counts, words=words
    )


@blueprint.route("/operator/kinds/new", methods=["GET", "POST"])
@policy(OPERATOR)
def new_kind() -> str | Response | tuple[str, int]:
    """Add a kind."""
    return _edit(None)


@blueprint.route("/operator/kinds/<code>/edit", methods=["GET", "POST"])
@policy(OPERATOR)
def edit_kind(code: str) -> str | Response | tuple[str, int]:
    """Change a kind."""
    with reading() as session:
        kind = queries.get_kind(session, code)
    return _edit(kind)


def _edit(kind: KindView | None) -> str | Response | tuple[str, int]:
    with reading() as session:
        groups = queries.list_groups(session)
        kinds = queries.list_kinds(session, include_closed=True)
    form = KindForm.of(kind, groups, kinds)
    if form.validate_on_submit():
        try:
            _save(form, kind)
            return back_to(".list_kinds")
        except DomainError as error:
            attach(form, error)
    page = render("catalogue/edit_kind.html", form=form, kind=kind)
    return page, 422 if request.method == "POST" else 200


def _save(form: KindForm, kind: KindView | None) -> None:
    with unit_of_work() as session:
        if kind is None:
            service.add_kind(session, actor(), form.to_kind(), now())
        else:
            service.edit_kind(session, actor(), form.to_kind(kind.code), now())
    say(_("品类存好了：%(name)s", name=form.name_zh.data))
