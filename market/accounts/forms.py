"""Forms of the accounts package: shape and words of input."""

from typing import Any
from unicodedata import normalize

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, PasswordField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional, Regexp

from market.accounts.types import ROLE_NAMES, AddressInput, Role
from market.kernel.region_code import RegionCode
from market.web.forms import DayField, Form, PhoneField, RegionField, Required, TextField

NAME_LENGTH = 40


class CodeField(StringField):
    """Six digits; spaces and full-width digits are forgiven."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = normalize("NFKC", str(valuelist[0])) if valuelist else ""
        self.data = "".join(text.split())


def _phone(label: Any = None) -> PhoneField:
    return PhoneField(
        label or _l("手机号"),
        [Required(_l("填手机号"))],
        render_kw={"autocomplete": "tel", "maxlength": 20},
    )


def _code() -> CodeField:
    return CodeField(
        _l("验证码"),
        [Required(_l("填短信里的 6 位数字")), Regexp(r"\d{6}\Z", message=_l("验证码是 6 位数字"))],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 12},
    )


def _new_password(label: Any, *validators: Any) -> PasswordField:
    return PasswordField(
        label,
        [*validators, Length(max=200, message=_l("密码最多 128 个字符"))],
        description=_l("至少 8 个字符，不要太常见"),
        render_kw={"autocomplete": "new-password"},
    )


class SignInForm(Form):
    """Phone and password."""

    phone = _phone()
    password = PasswordField(
        _l("密码"),
        [Required(_l("填密码")), Length(max=200, message=_l("密码最多 128 个字符"))],
        render_kw={"autocomplete": "current-password"},
    )


class PhoneForm(Form):
    """A phone to send a code to."""

    phone = _phone()


class CodeForm(Form):
    """The code that was sent."""

    code = _code()


class FinishForm(Form):
    """The rest of a registration."""

    display_name = TextField(
        _l("怎么称呼你"), [Optional()], maximum=NAME_LENGTH, render_kw={"autocomplete": "name"}
    )
    password = _new_password(_l("设一个密码"), Optional())
    agree = BooleanField(_l("我已看过并同意平台规则和隐私政策"))


class ResetForm(Form):
    """Code and new password."""

    code = _code()
    password = _new_password(_l("新密码"), Required(_l("填新密码")))


class PasswordForm(Form):
    """A new password, for someone already confirmed."""

    password = _new_password(_l("新密码"), Required(_l("填新密码")))


class ConfirmForm(Form):
    """Password or code of the present phone."""

    password = PasswordField(
        _l("密码"), [Optional(), Length(max=200)], render_kw={"autocomplete": "current-password"}
    )
    code = CodeField(
        _l("短信验证码"),
        [Optional(), Regexp(r"\d{6}\Z", message=_l("验证码是 6 位数字"))],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 12},
    )


class ProfileForm(Form):
    """How the person is called and where mails go."""

    display_name = TextField(_l("怎么称呼你"), [Optional()], maximum=NAME_LENGTH)
    email = TextField(
        _l("电子邮箱"),
        [
            Optional(),
            Regexp(
                r"[^@\s]+@[^@\s]+\.[^@\s]+\Z", message=_l("邮箱地址不对，例如 name@example.com")
            ),
        ],
        maximum=200,
        render_kw={"autocomplete": "email", "inputmode": "email"},
    )


class AddressForm(Form):
    """Where goods go."""

    recipient = TextField(
        _l("收货人"), [Required(_l("填收货人"))], maximum=NAME_LENGTH,
        render_kw={"autocomplete": "name"},
    )  # fmt: skip
    phone = _phone(_l("收货电话"))
    region = RegionField(_l("乡镇"), [Required(_l("先选乡镇"))])
    detail = TextField(
        _l("村、组、门牌"),
        [Required(_l("填村、组、门牌，司机才找得到"))],
        maximum=200,
        description=_l("例如 不老树村 3 组 12 号，村口卸货"),
        render_kw={"autocomplete": "street-address"},
    )
    make_default = BooleanField(_l("设为常用地址"))

    def to_address(self) -> AddressInput:
        region = self.region.data
        assert isinstance(region, RegionCode)
        return AddressInput(
            str(self.recipient.data), str(self.phone.data), region, str(self.detail.data)
        )


class DeleteForm(Form):
    """The last word before leaving."""

    sure = BooleanField(_l("我明白注销后不能恢复"))


class RoleForm(Form):
    """A role with its scope."""

    role = SelectField(_l("角色"), [Required()])
    scope = TextField(
        _l("范围"),
        [Optional()],
        maximum=20,
        description=_l("主管部门填地区代码，厂商和施工队填编号，运营不填"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [
            (role.value, str(_l(name)))
            for role, name in ROLE_NAMES.items()
            if role is not Role.HOUSEHOLD
        ]


class SuspendForm(Form):
    """Why an account is switched off."""

    reason = TextAreaField(
        _l("理由"),
        [Required(_l("写明停用的理由")), Length(max=300, message=_l("最多写 300 个字"))],
    )


class LegalForm(Form):
    """A new version of a legal page."""

    effective_on = DayField(_l("生效日期"), [Required(_l("填生效日期"))])
    body = TextAreaField(
        _l("正文"),
        [Required(_l("正文不能空着")), Length(max=50_000, message=_l("正文太长了"))],
        description=_l("空一行分段，## 开头是标题，- 开头是列表"),
        render_kw={"rows": 16},
    )
    body_en = TextAreaField(
        _l("英文正文"), [Optional(), Length(max=100_000, message=_l("正文太长了"))],
        render_kw={"rows": 10},
    )  # fmt: skip
