"""Refusals of the library of standards."""

from market.kernel.errors import Conflict, Invalid, NotFound
from market.kernel.i18n import N_


class StandardNotFound(NotFound):
    """Not in the library."""

    message = N_("标准库里没有这个标准")


class CodeWrong(Invalid):
    """No code with a year can be read from it."""

    message = N_("看不懂这个标准号。写全代号、编号和年份，例如 GB 175-2023")


class CodeKnown(Conflict):
    """It is in the library."""

    message = N_("%(code)s 已经在标准库里了")


class CodeUnknown(Invalid):
    """What is to replace it is not in the library."""

    message = N_("标准库里没有 %(code)s，先把它加进来")


class KindUnknown(Invalid):
    """No such kind."""

    message = N_("没有品类 %(code)s")


class KindsMissing(Invalid):
    """Mandatory for nobody."""

    message = N_("强制性标准要写明管哪些品类，这些品类的厂家要确认读过")


class EffectiveBeforePublished(Invalid):
    """In force before it was published."""

    message = N_("实施日期不能早于发布日期")


class SupersedesItself(Invalid):
    """It would replace itself, directly or around a corner."""

    message = N_("%(code)s 自己就是被它代替的，不能倒过来")


class SuccessorNotYet(Invalid):
    """What replaces it is not in force on the day."""

    message = N_("%(code)s 到 %(day)s 才实施，代替不能比它早")


class TransitionTooEarly(Invalid):
    """The transition would end before it begins."""

    message = N_("过渡期要在代替那天以后结束")


class TransitionNotAsked(Invalid):
    """A transition without anything to pass over to."""

    message = N_("废止没有过渡期，有标准代替才写")


class EndedAlready(Conflict):
    """There is an ending that stands."""

    message = N_("%(code)s 已经登记了代替或废止，要改先撤销那一条")


class EndingNotFound(NotFound):
    """No such ending, or it was cancelled."""

    message = N_("这条登记已经撤销了")


class ReasonMissing(Invalid):
    """Cancelled without a word."""

    message = N_("写明撤销的理由")


class NothingToAcknowledge(Conflict):
    """It does not concern this maker, or is not asked for."""

    message = N_("这个标准不用你们确认")
