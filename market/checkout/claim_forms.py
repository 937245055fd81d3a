"""Forms of claims and loans that households file: shape and words."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, TextAreaField
from wtforms.validators import Length

from market.kernel.clock import shanghai_date
from market.media.uploads import FilesForm
from market.subsidies.types import REPAYMENTS, AidLine, Invoice, LoanTerms, Repayment
from market.web import context
from market.web.choices import ChecksField, RadioField, choice
from market.web.forms import DayField, Form, IntField, QuantityField, Required, TextField, YuanField

_LONG = Length(max=500, message=_l("最多写 500 个字"))


class OrderClaimForm(FilesForm):
    """For an order of this site."""

    order = RadioField(_l("哪个订单"), [Required(_l("先选一个订单"))], choices=[])
    note = TextAreaField(_l("要说明的"), [_LONG])


class InvoiceClaimForm(FilesForm):
    """For goods bought elsewhere."""

    number = TextField(_l("发票号码"), [Required()], maximum=40)
    seller = TextField(_l("开票的商家"), [Required()], maximum=60)
    issued_on = DayField(_l("开票日期"), [Required()])
    kind = SelectField(_l("买了什么"), choices=[])
    price_fen = YuanField(_l("发票金额"), [Required()], minimum=1)
    packs = IntField(_l("几件"), minimum=1, maximum=9999, default=1)
    units = QuantityField(_l("多少个计价单位"), description=_l("例如多少平方米；按比例补的不用填"))
    star = RadioField(
        _l("星级"),
        choices=[choice("0", _l("没有星级")), choice("1", _l("一星")), choice("2", _l("二星")),
                 choice("3", _l("三星"))],
        default="0",
    )  # fmt: skip
    certified = ChecksField(_l("证书"), choices=[choice("y", _l("商品有有效的绿色认证"))])
    note = TextAreaField(_l("要说明的"), [_LONG])

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """An invoice is not of tomorrow."""
        super().validate(*args, **kwargs)
        day = self.issued_on.data
        if day is not None and day > shanghai_date(context.now()):
            self.issued_on.errors = [*self.issued_on.errors, _l("开票日期还没到")]
        return not self.all_errors()

    def to_line(self) -> AidLine:
        """The goods as the invoice says."""
        return AidLine(
            key="invoice",
            kind_code=self.kind.data or "",
            price_fen=self.price_fen.data or 0,
            packs=self.packs.data or 1,
            units_milli=int((self.units.data or 1) * 1000),
            star=int(self.star.data or 0) or None,
            certified=bool(self.certified.data),
        )

    def to_invoice(self) -> Invoice:
        """The invoice itself."""
        return Invoice(self.number.data or "", self.seller.data or "", self.issued_on.data)


class LoanTermsForm(Form):
    """The figures of a loan, to be tried by GET."""

    class Meta(Form.Meta):
        csrf = False

    principal_fen = YuanField(_l("贷款本金"), [Required()], minimum=1)
    rate = QuantityField(_l("贷款年利率"), [Required()], maximum=24, places=2)
    starts_on = DayField(_l("放款日期"), [Required()])
    months = IntField(_l("几个月"), [Required()], minimum=1, maximum=360)
    repayment = RadioField(
        _l("还款方式"), [Required(_l("请选一种"))],
        choices=[choice(key, _l(text)) for key, text in REPAYMENTS.items()],
    )  # fmt: skip

    def to_terms(self) -> LoanTerms:
        """The figures as the contract says."""
        return LoanTerms(
            self.principal_fen.data or 0,
            int((self.rate.data or 0) * 100),
            self.starts_on.data,
            self.months.data or 1,
            Repayment(self.repayment.data),
        )


class LoanForm(LoanTermsForm, FilesForm):
    """An application with its contract."""

    class Meta(FilesForm.Meta):
        csrf = FilesForm.Meta.csrf  # as the settings say; the terms alone are sent by GET

    lender = TextField(_l("哪家银行"), [Required()], maximum=60)
    contract_no = TextField(_l("合同编号"), [Required()], maximum=60)
    purpose = TextField(_l("贷款买什么"), [Required()], maximum=300)
