"""Refusals of trace codes."""

from market.kernel.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from market.kernel.i18n import N_


class CodeNotFound(NotFound):
    """Well formed, but never given out."""

    message = N_("平台没有发过这个追溯码，这件货可能是仿冒的。先别用，打 12315 举报")


class CodeMalformed(NotFound):
    """The check character does not fit: a slip of the pen."""

    message = N_("这个追溯码抄错了：一共 13 位，和标签上再核对一遍")


class IdentifierNotFound(NotFound):
    """No such thing, or nothing everyone may see."""

    message = N_("没有这个标识")


class AlarmNotFound(NotFound):
    """No such alarm."""

    message = N_("没有这条扫码告警")


class AlarmOutsideRegion(Forbidden):
    """Officials act on scans in their own region subtree."""

    message = N_("这次扫码不在你管理的地区")


class AlarmDecided(Conflict):
    """Decided already."""

    message = N_("这条告警已经处理过了")


class NoteMissing(Invalid):
    """A decision says what was found."""

    message = N_("写明查到了什么，厂家会看到")


class TooManyCodes(Invalid):
    """One go is bounded."""

    message = N_("一次最多做 %(most)s 个码，这次要 %(asked)s 个。分几次做")


class NoCodes(Invalid):
    """Nothing to make."""

    message = N_("至少做一个码")


class BatchWithdrawn(Conflict):
    """Nothing more goes out, so nothing more is labelled."""

    message = N_("批次停用了，不能再做码")


class ScansFull(TooMany):
    """A code that hundreds recorded is not worth more rows."""

    message = N_("这个码被记录的次数太多，不再记了。上面的内容照样可以看")


class WordsMissing(Invalid):
    """A message says something."""

    message = N_("写明出了什么问题、买家该怎么做")


class NobodyToTell(Conflict):
    """Nobody got the batch."""

    message = N_("这批货还没有发给任何人")


class ToldRecently(TooMany):
    """One message a day is enough."""

    message = N_("24 小时内已经通知过这批货的买家，明天再发")
