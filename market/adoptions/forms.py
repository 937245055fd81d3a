"""Forms of adoption databases: shape and words."""

from datetime import date
from decimal import Decimal

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, TextAreaField
from wtforms.validators import Length

from market.adoptions.types import Proposal, UsageDraft
from market.kernel.quantity import UNITS
from market.web.forms import (
    DayField,
    Form,
    IntField,
    PhotoField,
    QuantityField,
    RegionField,
    Required,
    TextField,
)

_LONG = Length(max=1000, message=_l("最多写 1000 个字"))
_PROOF = _l("照片或 PDF，最大 10 MB，只有审核人能看")


class ProposalForm(Form):
    """A product for a province's list."""

    region = RegionField(_l("在哪个市或县申报"), [Required(_l("先选市或县"))])
    use_scope = TextField(
        _l("适用范围"), [Required()], maximum=300, description=_l("例如 农房外墙保温")
    )
    document_no = TextField(_l("文号"), maximum=80, description=_l("有采信文件的写文号"))
    starts_on = DayField(_l("开始日期"), description=_l("不填就从入库那天起"))
    ends_on = DayField(_l("有效期"), [Required()], description=_l("不能晚于证书的有效期"))
    evidence = PhotoField(_l("证明材料"), [Required(_l("先选一个文件"))], description=_PROOF)

    def to_proposal(self) -> Proposal:
        """The typed proposal."""
        assert isinstance(self.ends_on.data, date)
        return Proposal(
            self.region.data, self.ends_on.data, self.document_no.data or "",
            self.use_scope.data or "", self.starts_on.data,
        )  # fmt: skip


class AnswerForm(Form):
    """A maker's answer."""

    answer = TextAreaField(_l("补充说明"), [Required(_l("写下你的说明")), _LONG])


class ReturnForm(Form):
    """Coming back until a day."""

    ends_on = DayField(_l("新的有效期"), [Required()], description=_l("不能晚于证书的有效期"))


class DecisionForm(Form):
    """A reviewer's words, and the last day for the province."""

    reason = TextAreaField(_l("意见或问题"), [_LONG])
    ends_on = DayField(_l("有效期"), description=_l("不能晚于证书的有效期；不改就照申报的"))


class WordsForm(Form):
    """A reason alone."""

    reason = TextAreaField(_l("理由"), [_LONG])


class UsageForm(Form):
    """A project that used the product."""

    project_name = TextField(_l("工程名称"), [Required()], maximum=120)
    region = RegionField(
        _l("工程所在地代码"), [Required()], description=_l("行政区划代码，例如 130624")
    )
    year = IntField(_l("哪一年"), [Required()], minimum=2000, maximum=2100)
    quantity = QuantityField(_l("用量"), [Required()], minimum=Decimal("0.001"), maximum=10_000_000)
    unit = SelectField(_l("单位"), validate_choice=False)
    evidence = PhotoField(_l("证明材料"), [Required(_l("先选一个文件"))], description=_PROOF)

    def offer(self, usual: str) -> None:
        """Every unit of sale, that of the product first chosen."""
        self.unit.choices = [(key, gettext(word)) for key, word in UNITS.items()]
        if self.unit.data is None:
            self.unit.data = usual

    def to_draft(self) -> UsageDraft:
        """The typed record."""
        return UsageDraft(
            self.project_name.data or "", self.region.data, self.year.data or 0,
            self.quantity.data or Decimal(0), self.unit.data or "",
        )  # fmt: skip
