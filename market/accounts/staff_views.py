"""Operators: people, their roles, their standing, and the legal pages."""

from collections.abc import Callable
from typing import cast

from flask import Flask, request
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from market.accounts import (
    address_views,
    household_views,
    public_views,
    queries,
    roles,
    service,
)
from market.accounts import (
    login_hooks as login,
)
from market.accounts.forms import LegalForm, RoleForm, SuspendForm
from market.accounts.types import LEGAL_PAGES, ROLE_NAMES, STATE_NAMES, Role
from market.accounts.views import Answer, blueprint
from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError
from market.regions import queries as regions
from market.web import context
from market.web.access import OPERATOR, policy
from market.web.errors import say_refusal
from market.web.feedback import say
from market.web.forms import attach
from market.web.paging import page_number
from market.web.templating import back_to, render

__all__ = ["address_views", "blueprint", "household_views", "public_views"]


@blueprint.get("/operator/accounts")
@policy(OPERATOR)
def list_accounts() -> Answer:
    """Search people by phone or name."""
    typed = request.args.get("q", "").strip()[:40]
    with reading() as session:
        page = queries.list_accounts(session, typed, page_number())
    return render("accounts/list_accounts.html", page=page, typed=typed, states=STATE_NAMES)


@blueprint.get("/operator/accounts/<account_id>")
@policy(OPERATOR)
def show_account(account_id: str) -> Answer:
    """One person: roles and standing."""
    return _account_page(account_id, RoleForm(), SuspendForm())


def _account_page(account_id: str, role_form: RoleForm, suspend_form: SuspendForm) -> str:
    with reading() as session:
        account = queries.get_account(session, account_id)
        grants = queries.grants(session, account_id)
        places = {
            grant.scope: regions.label(session, grant.scope, context.language())
            for grant in grants
            if grant.role is Role.OFFICIAL
            and (not grant.scope or regions.find(session, grant.scope))
        }
    return render(
        "accounts/show_account.html",
        account=account, grants=grants, places=places, states=STATE_NAMES,
        role_names=ROLE_NAMES, role_form=role_form, suspend_form=suspend_form,
    )  # fmt: skip


@blueprint.post("/operator/accounts/<account_id>/roles")
@policy(OPERATOR)
def grant_role(account_id: str) -> Answer:
    """Give a role."""
    form = RoleForm()
    if form.validate():
        try:
            with unit_of_work() as session:
                roles.grant_by_operator(
                    session, context.actor(), account_id, str(form.role.data),
                    form.scope.data or "", now=context.now(),
                )  # fmt: skip
        except DomainError as error:
            if error.status == 404:
                raise
            attach(form, error)
        else:
            say(_("角色已授予，下一次打开页面就生效"))
            return back_to("accounts.show_account", account_id=account_id)
    return _account_page(account_id, form, SuspendForm(formdata=None)), 422


@blueprint.post("/operator/accounts/<account_id>/roles/revoke")
@policy(OPERATOR)
def revoke_role(account_id: str) -> Response:
    """Take a role away."""
    role, scope = request.form.get("role", ""), request.form.get("scope", "")
    return _act(
        account_id,
        lambda session: roles.revoke_by_operator(
            session, context.actor(), account_id, role, scope, now=context.now()
        ),
        _("角色已收回"),
    )


@blueprint.post("/operator/accounts/<account_id>/suspend")
@policy(OPERATOR)
def suspend_account(account_id: str) -> Answer:
    """Switch the account off."""
    form = SuspendForm()
    if form.validate():
        return _act(
            account_id,
            lambda session: service.suspend(
                session, context.actor(), account_id, str(form.reason.data), now=context.now()
            ),
            _("账号已停用，所有设备都已退出"),
        )
    return _account_page(account_id, RoleForm(formdata=None), form), 422


@blueprint.post("/operator/accounts/<account_id>/reinstate")
@policy(OPERATOR)
def reinstate_account(account_id: str) -> Response:
    """Switch the account on again."""
    return _act(
        account_id,
        lambda session: service.reinstate(session, context.actor(), account_id, now=context.now()),
        _("账号已恢复"),
    )


def _act(account_id: str, act: Callable[[Session], None], done: str) -> Response:
    try:
        with unit_of_work() as session:
            act(session)
    except DomainError as error:
        if error.status != 409:
            raise
        say_refusal(error)
    else:
        say(done)
    return back_to("accounts.show_account", account_id=account_id)


@blueprint.get("/operator/legal")
@policy(OPERATOR)
def list_documents() -> Answer:
    """The legal pages and their versions."""
    with reading() as session:
        pages = [queries.legal_history(session, slug, now=context.now()) for slug in LEGAL_PAGES]
    return render("accounts/list_documents.html", pages=pages, titles=LEGAL_PAGES)


@blueprint.route("/operator/legal/<name>/new", methods=["GET", "POST"])
@policy(OPERATOR)
def new_document(name: str) -> Answer:
    """Publish a new version."""
    with reading() as session:
        history = queries.legal_history(session, name, now=context.now())
    latest = history.versions[0] if history.versions else None
    form = LegalForm(data={"body": latest.body, "body_en": latest.body_en} if latest else None)
    if request.method == "POST" and form.validate():
        try:
            _publish(name, form)
        except DomainError as error:
            attach(form, error)
        else:
            say(_("新版本已公布"))
            return back_to("accounts.list_documents")
    status = 422 if request.method == "POST" else 200
    title = LEGAL_PAGES[name]
    return render("accounts/new_document.html", form=form, slug=name, title=title), status


def _publish(name: str, form: LegalForm) -> None:
    day = form.effective_on.data
    assert day is not None
    with unit_of_work() as session:
        service.publish_version(
            session, context.actor(), name,
            effective_on=day, body=str(form.body.data), body_en=str(form.body_en.data or ""),
            now=context.now(),
        )  # fmt: skip


@blueprint.record_once
def _install(state: BlueprintSetupState) -> None:
    """The signed-in user of a request is known as soon as the pages are mounted."""
    app = cast(Flask, state.app)
    login.init_app(app)
    app.jinja_env.globals["shows_dev_messages"] = lambda: context.settings().dev_messages
