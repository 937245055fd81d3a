"""Refusals of carbon declarations and factors."""

from market.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from market.kernel.i18n import N_


class DeclarationNotFound(NotFound):
    """No such declaration, another maker's, or not public yet."""

    message = N_("没有这份碳足迹声明")


class FactorNotFound(NotFound):
    """No such factor."""

    message = N_("没有这个因子")


class BillLineNotFound(NotFound):
    """No such line in this bill."""

    message = N_("没有这一行")


class OutsideYourRegion(Forbidden):
    """Officials act on makers of their own region subtree."""

    message = N_("这个厂家不在你管理的地区")


class UnitUnknown(Invalid):
    """A unit nobody knows."""

    message = N_("不认识单位“%(unit)s”，从列表里选一个")


class UnitNotConvertible(Invalid):
    """Units that have nothing to do with each other, without a factor and its proof."""

    message = N_(
        "产品按 %(product_unit)s 卖，声明按 %(unit)s 算，两个单位不能直接换算："
        "写明 1 %(product_unit)s 合多少 %(unit)s，和依据"
    )


class ConversionStated(Invalid):
    """A factor that contradicts the units."""

    message = N_("这两个单位的换算是固定的，1 合 %(factor)s，不用写别的数")


class FactorUnitUnfit(Invalid):
    """An amount in a unit the factor does not know."""

    message = N_("因子按 %(factor_unit)s 算，用量不能写 %(unit)s。换算成 %(factor_unit)s 再写")


class StageHasBill(Invalid):
    """Typed and computed at once."""

    message = N_("这个阶段已经按清单计算，删掉清单里的行才能直接填数")


class StageNegative(Invalid):
    """Only credits beyond the boundary may be negative."""

    message = N_("只有 D 阶段可以是负数")


class MakingMissing(Invalid):
    """Without A1-A3 there is nothing to label."""

    message = N_("要有 A1–A3（原料和生产）的数值，才能交去核验")


class MethodMissing(Invalid):
    """By which rules was it computed."""

    message = N_("写明按什么标准或方法计算")


class VerifierMissing(Invalid):
    """Nobody vouches for it."""

    message = N_("选一个认证机构，或者写明核验机构的名称和批准号")


class VerifierTwice(Invalid):
    """One or the other."""

    message = N_("认证机构和另写的核验机构只能填一个")


class VerifierOutOfScope(Invalid):
    """The body may not judge this kind."""

    message = N_("%(body)s的业务范围不包括这类产品，或者现在不被认可")


class ValidityMissing(Invalid):
    """From when to when."""

    message = N_("写明有效期从哪天到哪天")


class ValidityReversed(Invalid):
    """Over before it begins."""

    message = N_("到期日要晚于开始日")


class ValidityTooLong(Invalid):
    """Longer than programmes grant."""

    message = N_("碳足迹声明最长 %(years)s 年")


class ReportMissing(Conflict):
    """A declaration is judged by its report."""

    message = N_("先上传核验报告，才能交")


class NotADraft(Conflict):
    """Handed in is not changed; a new version is."""

    message = N_("交上去的声明不能改。要改就做一个新版本")


class NotSubmitted(Conflict):
    """Nothing to decide."""

    message = N_("这份声明现在不等核验")


class NotBegun(Conflict):
    """Its validity lies ahead."""

    message = N_("有效期 %(day)s 才开始，到那天再核验")


class AlreadyOver(Conflict):
    """Its validity has passed."""

    message = N_("有效期 %(day)s 已经过了，不能再核验")


class NotWithdrawable(Conflict):
    """Only what stands, or stood, is withdrawn."""

    message = N_("只有核验过的声明才能撤回")


class OpenVersion(Conflict):
    """One version is worked on at a time."""

    message = N_("这个产品已经有一个版本在编写或者等核验")


class ReasonMissing(Invalid):
    """A decision without a reason."""

    message = N_("写明理由，对方才知道为什么")


class EvidenceMissing(Invalid):
    """Verified by what."""

    message = N_("写明核对了什么：报告编号、在哪里查到、结论")


class FactorOutdated(Conflict):
    """A bill takes the factor that stands."""

    message = N_("这个因子已有新版本，请选新的")


class FactorCodeKnown(Conflict):
    """A new factor needs a new code; an old one a new version."""

    message = N_("编号 %(code)s 已经有了。要改它，就给它加一个新版本")


class FactorCodeMalformed(Invalid):
    """Codes are read aloud and typed."""

    message = N_("编号只用大写字母、数字和短横")


class FactorUnitUnknown(Invalid):
    """A unit factors are not given in."""

    message = N_("因子不能用这个单位")


class FactorUnchanged(Invalid):
    """The same again is no new version."""

    message = N_("数值、年份和来源都没有变，不用加新版本")


class BillFull(Conflict):
    """A bill has its limits."""

    message = N_("一份清单最多 %(most)s 行")
