"""Refusals around certificates."""

from market.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from market.kernel.i18n import N_


class CertificateNotFound(NotFound):
    """No such certificate, or not this actor's to see."""

    message = N_("没有找到这张证书")


class BodyNotFound(NotFound):
    """No such certification body."""

    message = N_("没有找到这家认证机构")


class OutsideYourRegion(Forbidden):
    """The official is responsible elsewhere."""

    message = N_("这张证书不在你负责的地区，不能查看或处理")


class NumberMalformed(Invalid):
    """Too short, too long or strange characters."""

    message = N_("证书编号要 4 到 60 位，只用字母、数字、括号和 - / . 号")


class NumberTaken(Conflict):
    """The number is entered already."""

    message = N_("证书编号 %(number)s 已经录入过。如果证书是你的，请联系当地主管部门")


class DatesReversed(Invalid):
    """It would end before it begins."""

    message = N_("到期日要晚于发证日")


class ValidityTooLong(Invalid):
    """Longer than five years."""

    message = N_("证书有效期最长 5 年，请对照证书检查日期")


class FirstIssueAfterIssue(Invalid):
    """First issued after it was issued."""

    message = N_("首次发证日不能晚于本次发证日")


class AlreadyExpired(Invalid):
    """Its last day is past."""

    message = N_("这张证书已经过期，不能录入")


class StarMissing(Invalid):
    """The graded scheme needs stars."""

    message = N_("分级认证要选星级：一星、二星或三星")


class StarNotInScheme(Invalid):
    """The scheme without stars has none."""

    message = N_("绿色产品认证（活动一）没有星级，请选“没有星级”")


class KindsMissing(Invalid):
    """No kind is named."""

    message = N_("至少选一个产品种类")


class KindUnknown(Invalid):
    """The kind is not in the catalogue."""

    message = N_("没有种类 %(kind)s，请重新选择")


class KindOutsideScheme(Invalid):
    """The kind belongs to the other scheme, or to none."""

    message = N_("种类 %(kind)s 不属于所选的认证类别")


class KindOutsideBodyScope(Invalid):
    """The body may not certify the kind."""

    message = N_("所选认证机构没有种类 %(kind)s 的认证资格")


class BodyNotApproved(Invalid):
    """The body is not accepted now."""

    message = N_("所选认证机构现在没有批准资格，不能录入它的证书")


class EvidenceMissing(Invalid):
    """No scan of the certificate."""

    message = N_("请上传证书的照片或 PDF")


class HolderNotConfirmed(Invalid):
    """Holder and seller differ and nobody confirmed it."""

    message = N_("证书持有人和商家名称不一样，核对授权后勾选“已核对”再通过")


class AuthorisationMissing(Invalid):
    """Nothing shows that the holder lets the seller use it."""

    message = N_("请上传持有人给商家的授权证明")


class PaperNotFound(NotFound):
    """The reviewer kept no such paper."""

    message = N_("没有这份材料")


class ReasonMissing(Invalid):
    """The decision needs words."""

    message = N_("写明理由，对方才知道为什么")


class NextCheckTooEarly(Invalid):
    """The next check would be today or earlier."""

    message = N_("下次核对日期要在今天之后")


class SurveillanceInFuture(Invalid):
    """It would be done tomorrow or later."""

    message = N_("监督日期不能晚于今天")


class SurveillanceTooEarly(Invalid):
    """Before the year in which it is due, or before the certificate."""

    message = N_("监督日期太早：这一次要在 %(begin)s 之后做")


class SurveillanceDateOutside(Invalid):
    """Not within what is left of the certificate."""

    message = N_("监督截止日期要在今天之后，并且早于证书到期日")


class SurveillanceReportMissing(Invalid):
    """Nothing proves it."""

    message = N_("请上传监督检查报告的照片或 PDF")


class VisitNotFound(NotFound):
    """No such surveillance of this certificate."""

    message = N_("没有找到这次监督记录")


class RegistryListBroken(Invalid):
    """It is no list at all; nothing of it is kept."""

    message = N_("这个文件不是 CSV 表，也不是 JSON 名单，什么都没有导入")


class RegistryListTooLarge(RegistryListBroken):
    """More than is taken at once."""

    message = N_("名单太大，最多 %(rows)s 行、%(size)s MB。分成几个文件导入")


class RegistryListEmpty(RegistryListBroken):
    """There is nothing but a header."""

    message = N_("名单里一行都没有")


class RegistryEncodingWrong(RegistryListBroken):
    """Neither of the encodings that are read."""

    message = N_("文件的文字编码读不懂。用 UTF-8 或者 GB18030（GBK）另存一次")


class RegistryHeaderWrong(RegistryListBroken):
    """Columns are missing from the first line."""

    message = N_("第一行的表头缺少这些列：%(columns)s")


class RegistrySilent(Unavailable):
    """No answer, or none that can be used."""

    message = N_("登记库现在没有回应，什么都没有改。过一会儿再试，或者导入文件")


class RegistryNotSet(Conflict):
    """There is no address to ask."""

    message = N_("平台还没有设置登记库的地址，请导入文件")


class SyncNotFound(NotFound):
    """No such comparison."""

    message = N_("没有找到这次比对")


class SyncDecided(Conflict):
    """It was applied or discarded already."""

    message = N_("这次比对已经处理过了")


class SyncStale(Conflict):
    """Something changed since it was compared; nothing was applied."""

    message = N_("比对之后资料又变了（证书 %(number)s），什么都没有改。请重新比对")


class RecordNotFound(Conflict):
    """The registry does not know the number."""

    message = N_("登记库里没有这个编号，请人工核对")


class RecordNotUsable(Conflict):
    """The record itself cannot be true."""

    message = N_("登记库的这条记录有问题，不能照着改，请人工核对")


class AnomalyNotFound(NotFound):
    """No such anomaly."""

    message = N_("没有找到这条异常")


class AnomalyResolved(Conflict):
    """Somebody dealt with it already."""

    message = N_("这条异常已经处理过了")


class DeedNotPossible(Invalid):
    """The certificate's state does not allow what was chosen."""

    message = N_("证书现在的状态不能这样处理，请从现在能选的里面选")


class AnomaliesOpen(Conflict):
    """Something was found that nobody has dealt with."""

    message = N_("证书还有没处理的异常，先处理再通过")


class ActionNotPossible(Conflict):
    """The tables of steps have no such step."""

    message = N_("证书现在的状态不能这样处理，请刷新后再看")


class NotAnswerable(Conflict):
    """Nothing was asked."""

    message = N_("审核人没有提出问题，现在不能修改这张证书")


class SellerNotOpen(Conflict):
    """The seller is not approved."""

    message = N_("商家还没有通过审核，不能录入证书")


class BodyNameTaken(Conflict):
    """Another body bears the name."""

    message = N_("已经有同名的认证机构")
