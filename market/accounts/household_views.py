"""My pages: profile, devices, password, phone, preferences, consents, data, leaving."""

import json
from datetime import UTC

from flask import Response as FlaskResponse
from flask import redirect, request, session
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from market.accounts import login_hooks as login
from market.accounts import passwords, queries, rules, service, sessions
from market.accounts.errors import CannotDelete, NotConfirmed, WrongCredentials
from market.accounts.forms import (
    CodeForm,
    ConfirmForm,
    DeleteForm,
    PasswordForm,
    PhoneForm,
    ProfileForm,
)
from market.accounts.types import CHANNELS, CONSENTS, TOPICS, Blocker, CodePurpose
from market.accounts.views import Answer, blueprint
from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError
from market.web import context
from market.web.access import SIGNED_IN, policy
from market.web.feedback import say
from market.web.forms import attach
from market.web.redirects import asked_next
from market.web.templating import back_to, render


@blueprint.get("/me")
@policy(SIGNED_IN)
def show_me() -> Answer:
    """The person's page: desks, profile, what can be done here."""
    who = login.account_id()
    with reading() as opened:
        account = queries.get_account(opened, who)
        grants = queries.grants(opened, who)
    return render(
        "accounts/show_me.html",
        account=account, grants=grants, phone=rules.masked_phone(account.phone),
    )  # fmt: skip


@blueprint.route("/me/profile", methods=["GET", "POST"])
@policy(SIGNED_IN)
def edit_profile() -> Answer:
    """Name and mail address."""
    who = login.account_id()
    with reading() as opened:
        account = queries.get_account(opened, who)
    form = ProfileForm(data={"display_name": account.display_name, "email": account.email})
    if request.method == "POST" and form.validate():
        with unit_of_work() as opened:
            service.rename(opened, who, form.display_name.data or "", form.email.data)
        say(_("已保存"))
        return back_to("accounts.show_me")
    status = 422 if request.method == "POST" else 200
    return render("accounts/edit_profile.html", form=form), status


@blueprint.get("/me/devices")
@policy(SIGNED_IN)
def list_devices() -> Answer:
    """Where this account is signed in."""
    live = login.live_session()
    current = live.id if live else ""
    with reading() as opened:
        rows = queries.live_sessions(opened, login.account_id(), current, now=context.now())
    return render("accounts/list_devices.html", rows=rows)


@blueprint.post("/me/devices/<session_id>/end")
@policy(SIGNED_IN)
def end_device(session_id: str) -> Answer:
    """Sign one device out."""
    with unit_of_work() as opened:
        sessions.end_one(opened, login.account_id(), session_id, now=context.now())
    say(_("那台设备已退出"))
    return back_to("accounts.list_devices")


@blueprint.get("/me/confirm")
@policy(SIGNED_IN)
def confirm_identity() -> Answer:
    """Ask for the password or a code before something weighty."""
    return _confirm_page(ConfirmForm())


def _confirm_page(form: ConfirmForm) -> str:
    with reading() as opened:
        account = queries.get_account(opened, login.account_id())
    return render(
        "accounts/confirm_identity.html",
        form=form, next=asked_next("/me"), account=account,
        phone=rules.masked_phone(account.phone),
    )  # fmt: skip


@blueprint.post("/me/confirm/code")
@policy(SIGNED_IN)
def send_confirm_code() -> Answer:
    """Send a code to the present phone."""
    with reading() as opened:
        account = queries.get_account(opened, login.account_id())
    try:
        login.send_code(account.phone or "", CodePurpose.CONFIRM)
        say(_("验证码已发到 %(phone)s", phone=rules.masked_phone(account.phone)))
    except DomainError as error:
        form = ConfirmForm()
        attach(form, error)
        return _confirm_page(form), error.status
    return back_to("accounts.confirm_identity", next=asked_next("/me"))


@blueprint.post("/me/confirm")
@policy(SIGNED_IN)
def check_identity() -> Answer:
    """A right password or code counts for ten minutes."""
    form = ConfirmForm()
    live = login.live_session()
    if form.validate() and live is not None:
        try:
            _prove(form)
            with unit_of_work() as opened:
                sessions.confirm(opened, live.id, now=context.now())
            return redirect(asked_next("/me"), 303)
        except DomainError as error:
            attach(form, error)
            return _confirm_page(form), error.status
    return _confirm_page(form), 422


def _prove(form: ConfirmForm) -> None:
    with reading() as opened:
        account = queries.get_account(opened, login.account_id())
    phone = account.phone or ""
    if form.code.data:
        login.check_code(phone, CodePurpose.CONFIRM, form.code.data)
    elif form.password.data:
        login.check_password(phone, form.password.data)
    else:
        raise WrongCredentials()


def _to_confirm() -> Response:
    return back_to("accounts.confirm_identity", next=request.path)


@blueprint.route("/me/password", methods=["GET", "POST"])
@policy(SIGNED_IN)
def change_password() -> Answer:
    """A new password; all other devices are signed out."""
    try:
        live = login.need_confirmed()
    except NotConfirmed:
        return _to_confirm()
    form = PasswordForm()
    if request.method == "POST" and form.validate():
        try:
            passwords.check_strength(str(form.password.data), _own_phone(live.account_id))
        except DomainError as error:
            attach(form, error)
        else:
            _replace_password(live.account_id, str(form.password.data))
            say(_("密码换好了，别的设备都已退出"))
            return back_to("accounts.show_me")
    return render("accounts/change_password.html", form=form), _status()


def _status() -> int:
    return 422 if request.method == "POST" else 200


def _own_phone(account_id: str) -> str | None:
    with reading() as opened:
        return queries.get_account(opened, account_id).phone


def _replace_password(account_id: str, password: str) -> None:
    hashed = passwords.hash_password(password)
    with unit_of_work() as opened:
        service.set_password(opened, account_id, hashed, now=context.now())
    login.start_session(account_id)


@blueprint.route("/me/phone", methods=["GET", "POST"])
@policy(SIGNED_IN)
def change_phone() -> Answer:
    """The new phone, after proving who one is."""
    try:
        login.need_confirmed()
    except NotConfirmed:
        return _to_confirm()
    form = PhoneForm()
    if request.method == "POST" and form.validate():
        try:
            login.send_code(str(form.phone.data), CodePurpose.NEW_PHONE)
        except DomainError as error:
            attach(form, error)
            return render("accounts/change_phone.html", form=form), error.status
        session["new_phone"] = form.phone.data
        return back_to("accounts.check_new_phone")
    return render("accounts/change_phone.html", form=form), _status()


@blueprint.route("/me/phone/code", methods=["GET", "POST"])
@policy(SIGNED_IN)
def check_new_phone() -> Answer:
    """The code sent to the new phone; then the number changes and other devices end."""
    phone = session.get("new_phone")
    if not phone:
        return back_to("accounts.change_phone")
    form = CodeForm()
    if request.method == "POST" and form.validate():
        try:
            _replace_phone(phone, str(form.code.data))
        except NotConfirmed:
            return back_to("accounts.confirm_identity", next="/me/phone")
        except DomainError as error:
            attach(form, error)
        else:
            say(_("手机号换好了，别的设备都已退出"))
            return back_to("accounts.show_me")
    shown = rules.masked_phone(phone)
    return render("accounts/check_new_phone.html", form=form, phone=shown), _status()


def _replace_phone(phone: str, code: str) -> None:
    live = login.need_confirmed()
    login.check_code(phone, CodePurpose.NEW_PHONE, code)
    with unit_of_work() as opened:
        service.change_phone(opened, live.account_id, phone, now=context.now())
    session.pop("new_phone", None)
    login.start_session(live.account_id)


@blueprint.route("/me/preferences", methods=["GET", "POST"])
@policy(SIGNED_IN)
def edit_preferences() -> Answer:
    """What to be told of, and how."""
    who = login.account_id()
    if request.method == "POST":
        wanted = {tuple(pair.split(":", 1)) for pair in request.form.getlist("wanted")}
        with unit_of_work() as opened:
            service.set_channels(opened, who, {(p[0], p[-1]) for p in wanted})
        say(_("已保存"))
        return back_to("accounts.edit_preferences")
    with reading() as opened:
        account = queries.get_account(opened, who)
        chosen = queries.wanted_channels(opened, who)
    return render(
        "accounts/edit_preferences.html",
        account=account, wanted=chosen, topics=TOPICS, channels=CHANNELS,
    )  # fmt: skip


@blueprint.get("/me/consents")
@policy(SIGNED_IN)
def list_consents() -> Answer:
    """What the person agreed to, each with one button to give or take back."""
    with reading() as opened:
        given = queries.consents(opened, login.account_id())
    return render("accounts/list_consents.html", given=given, all=CONSENTS)


@blueprint.post("/me/consents/<document>/<answer>")
@policy(SIGNED_IN)
def answer_consent(document: str, answer: str) -> Answer:
    """Give or withdraw a consent."""
    who = login.account_id()
    with unit_of_work() as opened:
        if answer == "give":
            service.give_consent(opened, who, document, now=context.now())
        else:
            service.withdraw_consent(opened, who, document, now=context.now())
    say(_("已同意") if answer == "give" else _("已收回"))
    return back_to("accounts.list_consents")


@blueprint.post("/me/data")
@policy(SIGNED_IN)
def export_data() -> Answer:
    """Download everything kept about oneself, as JSON."""
    try:
        live = login.need_confirmed()
    except NotConfirmed:
        return back_to("accounts.confirm_identity", next="/me/data")
    with reading() as opened:
        data = service.export_account(opened, live.account_id, now=context.now())
    day = context.now().astimezone(UTC).date().isoformat()
    answer = FlaskResponse(
        json.dumps(data, ensure_ascii=False, indent=2, default=str), mimetype="application/json"
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="my-data-{day}.json"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/me/data")
@policy(SIGNED_IN)
def show_data() -> Answer:
    """What the download holds, and its button."""
    return render("accounts/show_data.html")


@blueprint.route("/me/delete", methods=["GET", "POST"])
@policy(SIGNED_IN)
def delete_account() -> Answer:
    """Leave: what is deleted, what the law keeps, what still stands in the way."""
    try:
        live = login.need_confirmed()
    except NotConfirmed:
        return _to_confirm()
    form = DeleteForm()
    if request.method == "POST":
        if not form.sure.data:
            form.sure.errors = [_("勾上这一项才能注销")]
            return _delete_page(form, live.account_id), 422
        try:
            _leave_for_good(live.account_id)
        except DomainError as error:
            attach(form, error)
            return _delete_page(form, live.account_id), error.status
        say(_("账号已注销"))
        return redirect("/", 303)
    return _delete_page(form, live.account_id)


def _leave_for_good(account_id: str) -> None:
    with unit_of_work() as opened:
        blockers = service.delete_account(opened, account_id, now=context.now())
        if blockers:
            raise CannotDelete(reasons="；".join(_reasons(blockers)))
    login.leave()


def _delete_page(form: DeleteForm, account_id: str) -> str:
    with reading() as opened:
        reasons = _reasons(_blockers(opened, account_id))
    return render("accounts/delete_account.html", form=form, reasons=reasons)


def _blockers(opened: Session, account_id: str) -> list[Blocker]:
    return service.deletion_blockers(opened, account_id)


def _reasons(blockers: list[Blocker]) -> list[str]:
    return [_(blocker.reason, **blocker.params) for blocker in blockers]
