"""Coming in and going out: sign in, register, reset, sign out."""

from flask import Blueprint, redirect, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from market.accounts import login_hooks as login
from market.accounts import passwords, queries, rules, service, sessions
from market.accounts.errors import ConsentNeeded, NoAccountForPhone
from market.accounts.forms import CodeForm, FinishForm, PhoneForm, ResetForm, SignInForm
from market.accounts.types import CodePurpose
from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError
from market.web import context
from market.web.access import PUBLIC, SIGNED_IN, policy
from market.web.cookies import remember
from market.web.feedback import say
from market.web.forms import attach
from market.web.redirects import asked_next
from market.web.templating import back_to, render

blueprint = Blueprint("accounts", __name__)
Answer = str | Response | tuple[str, int]


@blueprint.get("/sign-in")
@policy(PUBLIC)
def sign_in() -> Answer:
    """Phone and password."""
    if context.actor().is_signed_in:
        return redirect(asked_next(), 303)
    return render("accounts/sign_in.html", form=SignInForm(), next=asked_next())


@blueprint.post("/sign-in")
@policy(PUBLIC)
def create_session() -> Answer:
    """Check phone and password and open a session."""
    form = SignInForm()
    if form.validate():
        try:
            account = login.check_password(str(form.phone.data), str(form.password.data))
            return _enter(account)
        except DomainError as error:
            attach(form, error)
            return _again("accounts/sign_in.html", form, error.status)
    return _again("accounts/sign_in.html", form)


def _again(template: str, form: object, status: int = 422, **values: object) -> Answer:
    shown = status if status in (403, 429, 503) else 422
    return render(template, form=form, next=asked_next(), **values), shown


def _enter(account_id: str) -> Response:
    target = asked_next()
    login.start_session(account_id)
    with reading() as opened:
        account = queries.get_account(opened, account_id)
    response = redirect(target, 303)
    if account.chosen_language:
        remember(response, context.LANGUAGE_COOKIE, account.chosen_language)
    if account.elder:
        remember(response, context.TEXT_COOKIE, "large")
    return response


@blueprint.get("/sign-in/code")
@policy(PUBLIC)
def sign_in_by_code() -> Answer:
    """Ask for the phone a code goes to."""
    return _phone_page(PhoneForm())


@blueprint.get("/sign-up")
@policy(PUBLIC)
def sign_up() -> Answer:
    """Registering starts with proving the phone, like signing in by code."""
    return _phone_page(PhoneForm())


def _phone_page(form: PhoneForm) -> str:
    new = request.path.startswith("/sign-up") or bool(request.values.get("new"))
    return render("accounts/ask_phone.html", form=form, next=asked_next(), new=new)


@blueprint.post("/sign-in/code")
@policy(PUBLIC)
def send_sign_in_code() -> Answer:
    """Send a code; the answer is the same whether or not the phone has an account."""
    form = PhoneForm()
    if form.validate():
        try:
            login.send_code(str(form.phone.data), CodePurpose.SIGN_IN)
        except DomainError as error:
            attach(form, error)
            return _phone_page(form), error.status
        session["pending_phone"] = form.phone.data
        return back_to("accounts.enter_code", next=asked_next())
    return _phone_page(form), 422


@blueprint.get("/sign-in/code/enter")
@policy(PUBLIC)
def enter_code() -> Answer:
    """Ask for the code."""
    if not session.get("pending_phone"):
        return back_to("accounts.sign_in_by_code", next=asked_next())
    return _code_page("accounts/enter_code.html", CodeForm())


def _code_page(template: str, form: object) -> str:
    phone = rules.masked_phone(session.get("pending_phone"))
    return render(template, form=form, next=asked_next(), phone=phone)


@blueprint.post("/sign-in/code/enter")
@policy(PUBLIC)
def check_sign_in_code() -> Answer:
    """A right code signs in, or goes on to registration when the phone is new."""
    phone = session.get("pending_phone")
    if not phone:
        return back_to("accounts.sign_in_by_code", next=asked_next())
    form = CodeForm()
    if form.validate():
        try:
            login.check_code(phone, CodePurpose.SIGN_IN, str(form.code.data))
            return _enter_or_register(phone)
        except DomainError as error:
            attach(form, error)
            return _code_page("accounts/enter_code.html", form), error.status
    return _code_page("accounts/enter_code.html", form), 422


def _enter_or_register(phone: str) -> Response:
    with reading() as opened:
        account = queries.find_by_phone(opened, phone)
    if account is not None:
        return _enter(account.id)
    login.keep_proof(phone, context.now())
    return back_to("accounts.finish_sign_up", next=asked_next())


@blueprint.get("/sign-up/finish")
@policy(PUBLIC)
def finish_sign_up() -> Answer:
    """Name, password, consents; only after the phone was proved."""
    phone = login.proved_phone(context.now())
    if phone is None:
        return back_to("accounts.sign_up", next=asked_next())
    return _finish_page(FinishForm(), phone)


def _finish_page(form: FinishForm, phone: str) -> str:
    shown = rules.masked_phone(phone)
    return render("accounts/finish_sign_up.html", form=form, next=asked_next(), phone=shown)


@blueprint.post("/sign-up/finish")
@policy(PUBLIC)
def create_account() -> Answer:
    """Make the account and sign in."""
    phone = login.proved_phone(context.now())
    if phone is None:
        say(_("验证码过期了，再发一个"), "warn")
        return back_to("accounts.sign_up", next=asked_next())
    form = FinishForm()
    if form.validate():
        try:
            account_id = _register(form, phone)
        except DomainError as error:
            attach(form, error)
        else:
            response = _enter(account_id)
            say(_("注册好了"))
            return response
    return _finish_page(form, phone), 422


def _register(form: FinishForm, phone: str) -> str:
    if not form.agree.data:
        raise ConsentNeeded(field="agree")
    hashed = None
    if form.password.data:
        passwords.check_strength(form.password.data, phone)
        hashed = passwords.hash_password(form.password.data)
    with unit_of_work() as opened:
        return service.register(
            opened,
            phone,
            display_name=form.display_name.data or "",
            password_hash=hashed,
            language=context.language(),
            elder=context.large_text(),
            now=context.now(),
        )


@blueprint.get("/password/forgot")
@policy(PUBLIC)
def forgot_password() -> Answer:
    """Ask for the phone."""
    return render("accounts/forgot_password.html", form=PhoneForm(), next=asked_next())


@blueprint.post("/password/forgot")
@policy(PUBLIC)
def send_reset_code() -> Answer:
    """Send a code; the answer is the same whether or not the phone has an account."""
    form = PhoneForm()
    if form.validate():
        try:
            login.send_code(str(form.phone.data), CodePurpose.RESET)
        except DomainError as error:
            attach(form, error)
            return _again("accounts/forgot_password.html", form, error.status)
        session["pending_phone"] = form.phone.data
        return back_to("accounts.reset_password", next=asked_next())
    return _again("accounts/forgot_password.html", form)


@blueprint.get("/password/reset")
@policy(PUBLIC)
def reset_password() -> Answer:
    """Ask for the code and the new password."""
    if not session.get("pending_phone"):
        return back_to("accounts.forgot_password")
    return _code_page("accounts/reset_password.html", ResetForm())


@blueprint.post("/password/reset")
@policy(PUBLIC)
def set_new_password() -> Answer:
    """Replace the password, end all sessions, sign in here."""
    phone = session.get("pending_phone")
    if not phone:
        return back_to("accounts.forgot_password")
    form = ResetForm()
    if form.validate():
        try:
            account_id = _reset(phone, str(form.code.data), str(form.password.data))
            response = _enter(account_id)
        except DomainError as error:
            attach(form, error)
            status = error.status if error.status != 404 else 422
            return _code_page("accounts/reset_password.html", form), status
        say(_("密码换好了，别的设备都已退出"))
        return response
    return _code_page("accounts/reset_password.html", form), 422


def _reset(phone: str, code: str, password: str) -> str:
    passwords.check_strength(password, phone)  # before the code is used up
    login.check_code(phone, CodePurpose.RESET, code)
    hashed = passwords.hash_password(password)
    with unit_of_work() as opened:
        account = queries.find_by_phone(opened, phone)
        if account is None:
            raise NoAccountForPhone()
        service.set_password(opened, account.id, hashed, now=context.now())
    return account.id


@blueprint.post("/sign-out")
@policy(PUBLIC)
def sign_out() -> Answer:
    """End this session."""
    token = session.get("_user_id")
    if isinstance(token, str):
        with unit_of_work() as opened:
            sessions.end_session(opened, token, now=context.now())
    login.leave()
    say(_("已退出"))
    return redirect(url_for("accounts.sign_in"), 303)


@blueprint.post("/sign-out/everywhere")
@policy(SIGNED_IN)
def sign_out_everywhere() -> Answer:
    """End every session of the account, this one too."""
    with unit_of_work() as opened:
        sessions.leave_everywhere(opened, login.account_id(), now=context.now())
    login.leave()
    say(_("所有设备都已退出"))
    return redirect(url_for("accounts.sign_in"), 303)
