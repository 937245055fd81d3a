"""Refusals of the provider domain."""

from market.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from market.kernel.i18n import N_


class ProviderNotFound(NotFound):
    """No such crew, or not this person's to see."""

    message = N_("没有找到这支施工队")


class ApplicationIncomplete(Conflict):
    """Something on the checklist is open."""

    message = N_("还差 %(count)s 项没填好，补齐后再提交")


class ProviderStateForbids(Conflict):
    """The transition table does not allow it now."""

    message = N_("现在的状态不能这样做，请刷新后再看")


class AlreadyMember(Conflict):
    """One person keeps one crew."""

    message = N_("你已经有一份施工队资料了，可以直接修改")


class OtherRegion(Forbidden):
    """Another county's crew."""

    message = N_("这支施工队不在你管的地区")


class ReasonNeeded(Invalid):
    """Asking, refusing and suspending say why."""

    message = N_("请写明理由，对方会看到")


class UnknownTrade(Invalid):
    """Not one of the trades."""

    message = N_("没有这个工种，请从列表里选")


class UnknownArea(Invalid):
    """Not a region."""

    message = N_("没有找到这个地区，请从列表里选")


class AreaAlreadyCovered(Conflict):
    """Nothing new was chosen."""

    message = N_("选的地区已经在服务范围里了")


class TooManyAreas(Conflict):
    """The list of areas is full."""

    message = N_("服务地区最多 %(limit)s 个，可以改选上一级地区")


class TooManyEntries(Conflict):
    """The roster or the documents are full."""

    message = N_("最多 %(limit)s 条，先删掉不用的再加")


class CertificateNumberTaken(Conflict):
    """The roster has this number already."""

    message = N_("这个证书编号已经登记过了")


class CapacityOutOfRange(Invalid):
    """Not a sensible number of jobs."""

    message = N_("同时能接的活要在 %(low)s 到 %(high)s 之间")


class UnknownDocumentKind(Invalid):
    """Not one of the kinds of proof."""

    message = N_("请选这是什么证明")
