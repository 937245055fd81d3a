"""Refusals around sellers."""

from market.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from market.kernel.i18n import N_


class SellerNotFound(NotFound):
    """No such seller, or not this actor's."""

    message = N_("没有找到这家商家")


class ApplicationNotFound(NotFound):
    """No such application, or not this actor's."""

    message = N_("没有找到这份入驻申请")


class WarehouseNotFound(NotFound):
    """No such warehouse, or another seller's."""

    message = N_("没有找到这个仓库")


class FreightRowNotFound(NotFound):
    """No such area, rate or surcharge."""

    message = N_("没有找到这条运费，可能已经删除")


class MemberNotFound(NotFound):
    """The account is no member."""

    message = N_("没有找到这位成员")


class OutsideYourRegion(Forbidden):
    """The official is responsible elsewhere."""

    message = N_("这家商家不在你负责的地区，不能查看或处理")


class ApplicationIncomplete(Invalid):
    """Items of the checklist are open."""

    message = N_("还有 %(count)s 项没有完成，补齐后再提交")


class ApplicationLocked(Conflict):
    """It is being reviewed or decided."""

    message = N_("申请已经提交，现在不能修改。要改，请等审核人提出补充要求")


class ActionNotPossible(Conflict):
    """The table of states has no such step."""

    message = N_("申请现在的状态不能这样处理，请刷新后再看")


class ReasonMissing(Invalid):
    """The decision needs words."""

    message = N_("写明理由，对方才知道要改什么")


class CreditCodeTaken(Conflict):
    """Another application in force bears the code."""

    message = N_("这个统一社会信用代码已经有商家使用。如果这是你的企业，请联系当地主管部门")


class CreditCodeWrong(Invalid):
    """The check digit does not fit."""

    message = N_("统一社会信用代码要 18 位，最后一位校验不对，请对照营业执照再填一次")


class RegionTooWide(Invalid):
    """A province or city where a county is needed."""

    message = N_("请选到县（市、区）或乡镇")


class UnknownRegion(Invalid):
    """No place of that name or code."""

    message = N_("没有找到这个地方，请写县名或乡镇名，例如：阜平 天生桥")


class PlaceAmbiguous(Invalid):
    """Several places bear the name."""

    message = N_("有几个地方叫这个名字，请写上省或县，或者直接填代码：%(options)s")


class DuplicateRow(Conflict):
    """The region is in the list already."""

    message = N_("这个地区已经填过了，先删除原来的再添加")


class NameTaken(Conflict):
    """The seller has a warehouse of that name."""

    message = N_("已经有同名的仓库")


class AmountNegative(Invalid):
    """A price below zero."""

    message = N_("金额不能是负数")


class NoSuchAccount(Invalid):
    """Nobody registered with the phone number."""

    message = N_("这个手机号还没有注册，请对方先注册")


class AlreadyMember(Conflict):
    """The account is a member already."""

    message = N_("对方已经是成员")


class LastOwner(Conflict):
    """The owner cannot be removed."""

    message = N_("负责人不能移出，先请平台更换负责人")
