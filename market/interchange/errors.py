"""Refusals of the interchange."""

from market.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from market.kernel.i18n import N_


class PartnerNotFound(NotFound):
    """No such partner."""

    message = N_("没有这个数据合作方")


class MappingNotFound(NotFound):
    """No such line in force."""

    message = N_("没有这一条对照，可能已经改过")


class BatchNotFound(NotFound):
    """No batch with this number."""

    message = N_("没有这个编号的批次")


class NotAPartner(Conflict):
    """The token's account is no open partner."""

    message = N_("这个账号没有登记为数据合作方，或已停用。请找平台运营")


class CodeTaken(Conflict):
    """Codes name one partner each."""

    message = N_("这个代号已经用了，换一个")


class AccountTaken(Conflict):
    """An account is of one partner."""

    message = N_("这个账号已经是数据合作方")


class AccountUnknown(Invalid):
    """Nobody has this phone."""

    message = N_("没有用这个手机号的账号，请对方先注册")


class RegionUnknown(Invalid):
    """Not a place of our divisions."""

    message = N_("没有这个地区代码")


class OursUnknown(Invalid):
    """Not one of our codes."""

    message = N_("这不是本站的代码。可以用：%(choices)s")


class SignatureWrong(Forbidden):
    """Signed with another key, or changed on the way."""

    message = N_("签名不对：内容改过，或用的不是现在的密钥")


class TimestampOutside(Forbidden):
    """Too old or ahead: a repeated one is not taken for a new one."""

    message = N_("时间戳和现在差了 5 分钟以上，请重新签名再发")


class SequenceReused(Conflict):
    """The number is taken by another content."""

    message = N_("批次 %(sequence)s 已经收过，内容不一样")


class SequenceGap(Conflict):
    """Batches come one after the other."""

    message = N_("下一批的编号是 %(expected)s")


class PreviousDiffers(Conflict):
    """The chain is broken."""

    message = N_("previous_sha256 和上一批的摘要不一样")


class NothingNew(Conflict):
    """Nothing has changed since the last batch."""

    message = N_("上一批以后没有变化")
