"""Refusals of the accounts package."""

from market.kernel.errors import Conflict, Forbidden, Invalid, NotFound, TooMany, Unavailable
from market.kernel.i18n import N_


class WrongCredentials(Invalid):
    """Phone or password do not fit; never says which."""

    message = N_("手机号或密码不对，请再试，或用验证码登录")


class AccountSuspendedError(Forbidden):
    """The right person, and the account is switched off."""

    code = "account_suspended"
    message = N_("这个账号已经停用。有疑问请打页面下方的电话")


class TooManyAttempts(TooMany):
    """Too many tries from here or for this number."""

    message = N_("试得太多了，%(minutes)s 分钟后再试")


class CodeJustSent(TooMany):
    """A code went out a moment ago."""

    message = N_("刚发过验证码，%(seconds)s 秒后才能再发")


class WrongCode(Invalid):
    """Not the code that was sent, or tried too often."""

    message = N_("验证码不对，请看清楚再填；试错 5 次要重新发")


class CodeExpired(Invalid):
    """The code is too old, already used, or was never sent."""

    message = N_("验证码过期了，再发一个")


class WeakPassword(Invalid):
    """One of the passwords everybody tries first."""

    message = N_("这个密码太常见，容易被猜到，换一个")


class PasswordTooShort(Invalid):
    """Below the least length."""

    message = N_("密码至少 %(least)s 个字符")


class PasswordTooLong(Invalid):
    """Above the greatest length."""

    message = N_("密码最多 %(most)s 个字符")


class PasswordIsPhone(Invalid):
    """The phone number is no secret."""

    message = N_("密码里不要用手机号")


class PhoneTaken(Conflict):
    """Another account has this number; said only to someone who holds the phone."""

    message = N_("这个手机号已经有账号了，请直接登录那个账号")


class NoAccountForPhone(NotFound):
    """Said only to someone who holds the phone."""

    message = N_("这个手机号还没有注册，可以直接注册")


class UnknownAccount(NotFound):
    """No such account."""

    message = N_("没有这个账号")


class UnknownAddress(NotFound):
    """No such address, or someone else's."""

    message = N_("没有这个地址，可能已经删除")


class TooManyAddresses(Conflict):
    """The address book is full."""

    message = N_("地址最多存 %(most)s 个，先删掉不用的")


class ConsentNeeded(Invalid):
    """An account needs the two consents."""

    message = N_("要先同意平台规则和隐私政策")


class ConsentIsNeededForAccount(Conflict):
    """Withdrawing it means closing the account."""

    message = N_("收回这一项就不能再保留账号，请改为注销账号")


class UnknownConsent(NotFound):
    """No such consent."""

    message = N_("没有这一项")


class NotConfirmed(Forbidden):
    """This step asks for the password or a code first."""

    message = N_("先确认是你本人")


class CannotDelete(Conflict):
    """Something open needs the account."""

    message = N_("现在还不能注销：%(reasons)s")


class LastOperator(Conflict):
    """The platform would have no operator left."""

    message = N_("这是最后一个运营账号，先给别人运营权限")


class NotYourself(Conflict):
    """Operators do not suspend themselves."""

    message = N_("不能对自己的账号做这一步")


class BadScope(Invalid):
    """The scope does not fit the role."""

    message = N_("这个角色的范围填得不对")


class SuspendReasonMissing(Invalid):
    """A suspension says why."""

    message = N_("写明停用的理由")


class UnknownLegalPage(NotFound):
    """No such legal page or version."""

    message = N_("没有这个版本")


class NoticeTooShort(Invalid):
    """Changes of the rules are announced ahead."""

    message = N_("平台规则要提前 %(days)s 天公示，最早 %(earliest)s 生效")


class EmptyDocument(Invalid):
    """A legal page has a text."""

    message = N_("正文不能空着")


class MessageNotSent(Unavailable):
    """The SMS service does not answer."""

    message = N_("短信暂时发不出去，请过几分钟再试，或用密码登录")
