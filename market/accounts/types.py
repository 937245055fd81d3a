"""Values of the accounts package."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from market.kernel.i18n import N_
from market.kernel.region_code import RegionCode


class Role(StrEnum):
    """What an account may be. Every account in good standing is a household."""

    HOUSEHOLD = "household"
    SELLER = "seller"
    PROVIDER = "provider"
    OFFICIAL = "official"
    OPERATOR = "operator"


ROLE_NAMES = {
    Role.HOUSEHOLD: N_("农户"),
    Role.SELLER: N_("厂商成员"),
    Role.PROVIDER: N_("施工队成员"),
    Role.OFFICIAL: N_("主管部门人员"),
    Role.OPERATOR: N_("平台运营"),
}
STAFF_ROLES = frozenset({Role.OFFICIAL, Role.OPERATOR})


class AccountState(StrEnum):
    """Only an active account can sign in; a deleted one keeps no personal data."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    DELETED = "deleted"


STATE_NAMES = {
    AccountState.ACTIVE: N_("正常"),
    AccountState.SUSPENDED: N_("已停用"),
    AccountState.DELETED: N_("已注销"),
}


class CodePurpose(StrEnum):
    """What a one-time code is good for; one for another purpose never fits."""

    SIGN_IN = "sign_in"
    RESET = "reset"
    CONFIRM = "confirm"
    NEW_PHONE = "new_phone"


class CodeCheck(StrEnum):
    """The verdict on a typed code."""

    RIGHT = "right"
    WRONG = "wrong"
    EXPIRED = "expired"


# What people can be told about, and through what besides the in-site inbox.
TOPICS = {
    "orders": N_("订单、付款、发货、退款"),
    "renovation": N_("装修需求、邀请、报价"),
    "certificates": N_("证书到期和状态变化"),
    "promotions": N_("优惠活动状态"),
    "subsidies": N_("补贴的申请和拨付"),
}
CHANNELS = {"sms": N_("短信"), "email": N_("电子邮件")}
DEFAULT_CHANNELS = frozenset({"sms"})

LEGAL_PAGES = {
    "license": N_("证照信息"),
    "privacy": N_("隐私政策"),
    "rules": N_("平台规则"),
}
# A change of the platform's rules is announced this many days before it takes effect.
NOTICE_DAYS = {"rules": 7}

# key -> (title, what it means, whether the account cannot exist without it)
CONSENTS: dict[str, tuple[str, str, bool]] = {
    "privacy": (
        N_("隐私政策"),
        N_("我们按隐私政策处理你的手机号、地址和订单。不同意就不能保留账号"),
        True,
    ),
    "rules": (N_("平台规则"), N_("在这里买卖和接活要守的规则。不同意就不能保留账号"), True),
    "crews": (
        N_("把需求交给施工队看"),
        N_(
            "你发的装修需求会给本地施工队看，不含电话和门牌，选定以后才给选中的那一家。"
            "收回以后，还在收报价的需求会结束"
        ),
        False,
    ),
    "cross_border": (
        N_("用境外支付机构付款"),
        N_("用银行卡、支付宝、微信付款时，金额和订单号会交给境外的支付机构 Stripe"),
        False,
    ),
    "marketing": (N_("接收优惠短信"), N_("有适合你所在地的优惠时发短信告诉你"), False),
}


@dataclass(frozen=True)
class AccountView:
    """An account as other packages see it. A deleted one has no phone. Messages are written in
    `language`."""

    id: str
    phone: str | None
    display_name: str
    language: str
    elder: bool
    email: str | None = None
    state: AccountState = AccountState.ACTIVE
    created_at: datetime | None = None
    has_password: bool = False
    suspended_reason: str = ""
    chosen_language: str = ""  # empty while the person never chose one


@dataclass(frozen=True)
class Credentials:
    """What is needed to check a password."""

    account_id: str
    password_hash: str | None
    state: AccountState


@dataclass(frozen=True)
class AddressView:
    """Where goods go. `region` is a township, or a county without townships."""

    id: str
    recipient: str
    phone: str
    region: RegionCode
    detail: str
    is_default: bool = False
    pickup_point_id: str | None = None  # where the household usually fetches its goods


@dataclass(frozen=True)
class MaskedAccount:
    """A person as others may see who deal with many: 张**, 138****5678, and the township of the
    default address."""

    name: str
    phone: str
    region: RegionCode | None = None


@dataclass(frozen=True)
class AddressInput:
    """A new or changed address as typed."""

    recipient: str
    phone: str
    region: RegionCode
    detail: str


@dataclass(frozen=True)
class Grant:
    """A role of an account; the scope is a seller, a provider, a region, or nothing."""

    role: Role
    scope: str


@dataclass(frozen=True)
class SessionView:
    """One signed-in device; `agent` is the browser and system as people know them."""

    id: str
    created_at: datetime
    expires_at: datetime
    agent: str
    is_current: bool = False


@dataclass(frozen=True)
class LegalVersion:
    """One version of a legal page."""

    slug: str
    version: int
    effective_on: date
    body: str
    body_en: str
    published_at: datetime

    @property
    def title(self) -> str:
        return LEGAL_PAGES[self.slug]


@dataclass(frozen=True)
class LegalHistory:
    """A legal page: the version in force, the announced one, and all there are."""

    slug: str
    current: LegalVersion | None
    upcoming: LegalVersion | None
    versions: tuple[LegalVersion, ...] = ()


@dataclass(frozen=True)
class ConsentView:
    """Whether a consent is given now, and since when."""

    document: str
    version: int
    given: bool
    at: datetime


@dataclass(frozen=True)
class DevMessage:
    """A message the development adapter kept instead of sending."""

    channel: str
    recipient: str
    subject: str
    text: str
    at: datetime


@dataclass(frozen=True)
class Blocker:
    """Why an account cannot be deleted yet: a sentence (msgid) with its parameters."""

    reason: str
    params: dict[str, Any] = field(default_factory=dict)


# What an office may confirm of a household, for promotions and subsidies.
HOUSEHOLD_FLAGS: dict[str, str] = {
    "low_income": N_("低保和低收入家庭"),
    "disabled": N_("有残疾人的家庭"),
    "unsafe_house": N_("危房改造户"),
    "model": N_("示范户"),
}
