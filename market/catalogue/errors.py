"""Refusals of the catalogue."""

from collections.abc import Mapping

from market.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from market.kernel.i18n import N_

# Why something is not (or cannot go) on the market, by the code of the reason.
REASONS: Mapping[str, str] = {
    "seller_not_approved": N_("商家还没有通过审核"),
    "seller_suspended": N_("商家被暂停营业"),
    "kind_closed": N_("这个品类已经停用"),
    "standard_missing": N_("没有填强制标准"),
    "standard_superseded": N_("执行标准 %(code)s 从 %(since)s 起被 %(by)s 代替，改成现行的再上架"),
    "standard_withdrawn": N_("执行标准 %(code)s 从 %(since)s 起废止，改成现行的再上架"),
    "standard_unread": N_("强制性标准 %(code)s（%(day)s 起实施）还没有确认读过"),
    "report_missing": N_("没有上传检测报告"),
    "local_ended": N_("地方目录里的准入已经结束，从 %(since)s 起不能卖"),
    "local_only": N_("地方目录产品，只在批准它的地区能买"),
    "certificate_missing": N_("没有选绿色建材证书"),
    "certificate_of_other": N_("证书 %(number)s 不是本厂家的"),
    "certificate_other_kind": N_("证书 %(number)s 不包含这个品类"),
    "certificate_pending": N_("证书 %(number)s 还在审核"),
    "certificate_refused": N_("证书 %(number)s 没有通过审核"),
    "certificate_upcoming": N_("证书 %(number)s 从 %(from_day)s 起才有效"),
    "certificate_surveillance_overdue": N_(
        "证书 %(number)s 的年度监督应在 %(surveillance_day)s 前完成，现在还没有合格记录，"
        "从 %(since)s 起不能卖"
    ),
    "certificate_expired": N_("证书 %(number)s 有效到 %(day)s，从 %(since)s 起过期"),
    "certificate_suspended": N_("证书 %(number)s 从 %(since)s 起被暂停"),
    "certificate_revoked": N_("证书 %(number)s 从 %(since)s 起被撤销"),
    "certificate_cancelled": N_("证书 %(number)s 从 %(since)s 起注销"),
    "variant_missing": N_("还没有包装规格"),
    "batch_missing": N_("这类产品要按批次追溯：先加一个带检测报告的批次"),
    "manual_missing": N_("还没有说明书：写好并发布一版"),
    "substance_banned": N_("含有禁用物质%(name)s（%(value)s），从 %(since)s 起不能卖"),
    "substance_over": N_("%(name)s含量 %(value)s，超过限值 %(limit)s，从 %(since)s 起不能卖"),
    "substance_unit": N_("%(name)s申报的是 %(value)s，和限值 %(limit)s 的单位不能比，要重新申报"),
    "substance_checked_again": N_("有毒有害物质的规则刚改过，正在重新核对"),
    "spot_check_failed": N_("抽查不合格，从 %(since)s 起停售"),
    "kind_barred": N_("厂家这类产品两年内抽查两次不合格，从 %(since)s 起到 %(until)s 不能卖"),
    "product_draft": N_("产品还没有上架"),
    "product_paused": N_("产品暂停销售"),
    "product_archived": N_("产品已经归档"),
    "listing_draft": N_("条目还没有上架"),
    "listing_paused": N_("卖家暂停了销售"),
    "listing_archived": N_("卖家不再卖了"),
}


class ProductNotFound(NotFound):
    """No such product, or another maker's."""

    message = N_("没有这个产品，可能已经下架")


class ProductGone(ProductNotFound):
    """It is in the archive; its permanent identifier still says what it was."""

    code = "product_not_found"


class VariantNotFound(NotFound):
    """No such pack size, or another maker's."""

    message = N_("没有这个规格，可能已经停用")


class ListingNotFound(NotFound):
    """No such listing, or another seller's."""

    message = N_("没有这个在售条目，可能已经下架")


class KindNotFound(NotFound):
    """No such kind."""

    message = N_("没有这个品类")


class AdmissionNotFound(NotFound):
    """No such line of a local list, or it has ended."""

    message = N_("地方目录里没有这一条")


class AdmittedAlready(Conflict):
    """The region's list has it."""

    message = N_("这个产品已经在这个地区的地方目录里")


class NotForLocalList(Conflict):
    """It is under a certificate, or needs none."""

    message = N_("只有没有证书、但品类可以认证的产品才能进地方目录")


class AdmissionEndWrong(Invalid):
    """Not a day ahead, or too far."""

    message = N_("截止日期要在明天以后、两年以内")


class SheetMissing(Invalid):
    """Without a technical sheet."""

    message = N_("请上传技术要求书")


class WithdrawalNeedsReason(Invalid):
    """Nothing was said."""

    message = N_("写明移出的理由")


class KindCodeTaken(Conflict):
    """A kind with this code exists."""

    message = N_("品类代码 %(code)s 已经有了，请换一个")


class KindClosed(Conflict):
    """The kind takes no new products."""

    message = N_("这个品类已经停用，不能再上新产品")


class KindInUse(Conflict):
    """Products are priced by the unit of this kind."""

    message = N_("这个品类下有产品，代码和计量单位不能随意改")


class UnknownGroup(Invalid):
    """No such group."""

    message = N_("请选择列表里的大类")


class SellerNotApproved(Forbidden):
    """The seller may not sell yet."""

    message = N_("商家还没有通过审核，通过后才能上架")


class CertificateNotUsable(Conflict):
    """Another holder's certificate, or one for other kinds."""

    message = N_("这张证书不能用在这个产品上：证书要属于你们，并且包含这个品类")


class NotPublishable(Conflict):
    """`params["reasons"]` holds the codes of what is missing."""

    message = N_("还不能上架，请先处理下面列出的问题")


class ProductArchived(Conflict):
    """An archived product does not change."""

    message = N_("产品已经归档，不能再修改")


class VariantInUse(Conflict):
    """Listings are priced by this pack size."""

    message = N_("这个规格已经有在售条目，包装数量和重量不能改。请新建一个规格")


class ListingExists(Conflict):
    """The seller lists this pack size already."""

    message = N_("你们已经有这个规格的条目了，请直接修改它")


class CarbonNotVerified(Invalid):
    """A seller cannot call its own figure verified."""

    message = N_("碳数据要经过核验才能标“已核验”，请选“厂家自报”或“行业平均”")


class UnknownMaterial(Invalid):
    """The material belongs to another kind."""

    message = N_("这种材料不属于所选品类")


class WarehouseNotFound(NotFound):
    """Not a warehouse of this seller."""

    message = N_("没有这个仓库")


class NotInStockTerms(Conflict):
    """Made to order: there is no stock to count."""

    message = N_("这个条目是订做的，不记库存")


class OutOfStock(Conflict):
    """`params`: listing_id, and available packs at the moment of refusal."""

    message = N_("货不够了，现在还有 %(available)s 件")

    def __init__(self, listing_id: str, available: int) -> None:
        super().__init__(listing_id=listing_id, available=available)
        self.listing_id = listing_id
        self.available = available


class HoldExpired(Conflict):
    """Nothing is held any more under this key."""

    message = N_("货已经不再为你保留，请重新下单")


class HoldInUse(Conflict):
    """This key has been committed: it cannot hold again."""

    message = N_("这批货已经出库，不能再次保留")


class StockBelowReserved(Conflict):
    """Orders hold more than the count."""

    message = N_("有 %(reserved)s 件已经被订单占用，库存不能比它少")


class StockNotPositive(Invalid):
    """Nothing, or less, was to be moved."""

    message = N_("数量要大于 0")


class ChangeNotFound(NotFound):
    """No such change, or not this actor's to see."""

    message = N_("没有这个变更")


class ChangeOutsideYourRegion(Forbidden):
    """The maker is in another region."""

    message = N_("这个厂家不在你负责的地区")


class ChangeNotOpen(Conflict):
    """It has been decided or withdrawn."""

    message = N_("这个变更已经处理过了")


class AreaNotYours(Forbidden):
    """The list would be another region's."""

    message = N_("这个地区不在你负责的范围，写自己地区的代码")


class RenewalRefused(Conflict):
    """The newer certificate cannot simply take the place of the older one."""

    message = N_("这张证书不能直接代替旧证书，看页面上写的原因")


class RenewalChanged(Conflict):
    """Products or certificates changed since they were shown."""

    message = N_("产品或证书刚变过，什么都没有改。看过新的名单再确认")


class ChangeReplaced(Conflict):
    """The maker edited it after the reviewer read it."""

    message = N_("厂家刚改过这个变更，请看过新的内容再决定")


class ChangeOutdated(Conflict):
    """The product is no longer as it was when the change was made."""

    message = N_("产品在提交以后变了，请厂家重新提交")


class ChangeNeedsWords(Invalid):
    """A refusal without a reason, a question without words, an answer without any."""

    message = N_("请写清楚，至少 4 个字")


class GoodsMoved(Conflict):
    """Something that many edits were decided by has changed before they were written."""

    message = N_("看完预览以后商品又变了，所以什么都没有写入。这是新的预览，请再看一遍。")
