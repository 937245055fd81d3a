"""Refusals of manuals."""

from market.kernel.errors import Conflict, Invalid, NotFound
from market.kernel.i18n import N_


class ManualNotFound(NotFound):
    """No such version, or nothing published yet."""

    message = N_("没有这一版说明书")


class SectionEmpty(Invalid):
    """A section says nothing, not even that it does not apply."""

    message = N_("写上内容；用不着的，勾“不适用”")


class SectionBoth(Invalid):
    """A text that is said not to apply."""

    message = N_("写了内容就不要勾“不适用”")


class NothingNew(Conflict):
    """The draft says what the newest version says."""

    message = N_("和现在这一版一样，不用再发布")
