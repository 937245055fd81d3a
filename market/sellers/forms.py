"""Forms of sellers: shape and words. Places are typed by name; the view finds them."""

import re

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag
from wtforms.validators import Length, ValidationError

from market.kernel.region_code import RegionCode
from market.sellers.types import (
    KIND_NAMES,
    CompanyDetails,
    ContactDetails,
    NewSeller,
    PayoutAccount,
    ReturnsAddress,
    SellerKind,
    WarehouseDetails,
)
from market.web.forms import (
    Form,
    PhoneField,
    PhotoField,
    QuantityField,
    Required,
    TextField,
    YuanField,
)

_PLACE_HINT = _l("写县名或乡镇名，可以带上省，例如 河北 阜平")
_AREA_HINT = _l("写省、市、县或乡镇的名字；全国都送就写 全国")
_KINDS = [SelectChoice(kind.value, _l(name)) for kind, name in KIND_NAMES.items()]
_MOST_YUAN = 100_000 * 100


class StartForm(Form):
    """The first three facts of an application."""

    name = TextField(_l("企业名称"), [Required()], maximum=120, description=_l("和营业执照上一样"))
    kind = RadioField(_l("你是"), [Required()], choices=_KINDS)
    region = TextField(_l("所在县或乡镇"), [Required()], maximum=60, description=_PLACE_HINT)

    def to_new(self, region: RegionCode) -> NewSeller:
        """The typed facts."""
        return NewSeller(self.name.data or "", SellerKind(self.kind.data), region)


class CompanyForm(StartForm):
    """Identity of the business."""

    credit_code = TextField(
        _l("统一社会信用代码"),
        [Required()],
        maximum=30,
        description=_l("营业执照上 18 位的号码"),
    )
    about = TextAreaField(
        _l("店铺介绍"),
        [Length(max=1000, message=_l("最多写 1000 个字"))],
        description=_l("写给买家看：做什么、做了多少年、怎么送货"),
    )

    def to_company(self, region: RegionCode) -> CompanyDetails:
        """The typed facts."""
        return CompanyDetails(
            name=self.name.data or "",
            kind=SellerKind(self.kind.data),
            region=region,
            credit_code=self.credit_code.data or "",
            about=(self.about.data or "").strip(),
        )


class LicenceForm(Form):
    """The scanned licence."""

    licence = PhotoField(
        _l("营业执照"),
        [Required(_l("先选一个文件"))],
        description=_l("照片或 PDF，最大 10 MB。只有审核人能看到"),
    )


class ContactForm(Form):
    """Whom the platform calls."""

    name = TextField(_l("联系人"), [Required()], maximum=60)
    phone = PhoneField(_l("手机号"), [Required()])

    def to_contact(self) -> ContactDetails:
        """The typed facts."""
        return ContactDetails(self.name.data or "", self.phone.data)


class ReturnsForm(Form):
    """Where returned goods go."""

    recipient = TextField(_l("收货人"), [Required()], maximum=60)
    phone = PhoneField(_l("手机号"), [Required()])
    returns_region = TextField(
        _l("所在县或乡镇"), [Required()], maximum=60, description=_PLACE_HINT
    )
    detail = TextField(_l("村、路和门牌"), [Required()], maximum=200)

    def to_address(self, region: RegionCode) -> ReturnsAddress:
        """The typed facts."""
        return ReturnsAddress(
            self.recipient.data or "", self.phone.data, region, self.detail.data or ""
        )


class PayoutForm(Form):
    """Where revenue is paid to."""

    holder = TextField(_l("户名"), [Required()], maximum=120, description=_l("要和企业名称一样"))
    bank = TextField(_l("开户银行"), [Required()], maximum=120)
    account = TextField(_l("银行账号"), [Required()], maximum=40)

    def validate_account(self, field: Field) -> None:
        """Digits only, of a plausible length."""
        field.data = re.sub(r"[\s-]", "", str(field.data))
        if not re.fullmatch(r"[0-9]{8,30}", field.data):
            raise ValidationError(str(_l("账号只写数字，8 到 30 位")))

    def to_account(self) -> PayoutAccount:
        """The typed facts."""
        return PayoutAccount(self.holder.data or "", self.bank.data or "", self.account.data or "")


class PledgesForm(Form):
    """What the seller binds itself to."""

    delivery = BooleanField(
        _l("我承诺按时发货"),
        description=_l("付款后在标明的备货天数内发出；晚了先告诉买家，买家可以退款"),
    )
    standards = BooleanField(
        _l("我确认产品符合强制性国家标准"),
        description=_l("有强制性标准的产品都符合标准，能拿出检测报告；不符合的不上架"),
    )


class AnswerForm(Form):
    """The answer to the reviewer's question."""

    answer = TextAreaField(
        _l("你的回复"),
        [Required(_l("写一句回复")), Length(max=1000, message=_l("最多写 1000 个字"))],
    )


class DecisionForm(Form):
    """A reviewer's words."""

    reason = TextAreaField(
        _l("问题或理由"),
        [Length(max=1000, message=_l("最多写 1000 个字"))],
        description=_l("对方会原样看到。通过时可以不写"),
    )


class AreaForm(Form):
    """A region to deliver to."""

    region = TextField(_l("送到哪里"), [Required()], maximum=60, description=_AREA_HINT)


class RateForm(Form):
    """The price of a shipment into a region."""

    region = TextField(_l("送到哪里"), [Required()], maximum=60, description=_AREA_HINT)
    base = YuanField(_l("每单起步价"), [Required()], maximum=_MOST_YUAN)
    per_kg = YuanField(_l("每公斤加"), [Required()], maximum=_MOST_YUAN)


class LastMileForm(Form):
    """A surcharge for the last stretch."""

    region = TextField(_l("县或乡镇"), [Required()], maximum=60, description=_PLACE_HINT)
    surcharge = YuanField(_l("每单加收"), [Required()], maximum=_MOST_YUAN)
    door_only = BooleanField(
        _l("只在送到家门口时收"), description=_l("村民在村口自提点取货时不收这一笔")
    )


class TrialForm(Form):
    """A freight to try out; a GET form, so it carries no token."""

    class Meta(Form.Meta):
        csrf = False

    place = TextField(_l("送到"), [Required()], maximum=60, description=_PLACE_HINT)
    weight = QuantityField(_l("重量"), [Required()], maximum=100_000)


class WarehouseForm(Form):
    """A place to keep stock."""

    name = TextField(_l("仓库名称"), [Required()], maximum=80)
    region = TextField(_l("所在县或乡镇"), [Required()], maximum=60, description=_PLACE_HINT)
    detail = TextField(_l("村、路和门牌"), [Required()], maximum=200)
    is_open = BooleanField(
        _l("在用"), default=True, description=_l("停用后不再从这里发货，库存记录还在")
    )

    def to_details(self, region: RegionCode) -> WarehouseDetails:
        """The typed facts."""
        return WarehouseDetails(self.name.data or "", region, self.detail.data or "")


class MemberForm(Form):
    """A colleague by phone number."""

    phone = PhoneField(_l("对方的手机号"), [Required()], description=_l("对方要先用这个手机号注册"))


class AboutForm(Form):
    """What the public reads."""

    about = TextAreaField(
        _l("店铺介绍"),
        [Length(max=1000, message=_l("最多写 1000 个字"))],
        description=_l("写给买家看：做什么、做了多少年、怎么送货"),
    )
