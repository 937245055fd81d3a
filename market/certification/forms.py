"""Forms of certification: shape and words."""

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag
from wtforms.validators import Length, ValidationError

from market.certification import rules
from market.certification.errors import NumberMalformed
from market.certification.registry_types import RegistryRecord
from market.certification.types import (
    SCHEME_NAMES,
    BodyDetails,
    CertificateEntry,
    ManualCheck,
    Papers,
    Scheme,
)
from market.media.uploads import stored
from market.web.forms import DayField, Form, PhotoField, Required, TextField

_STARS = [
    SelectChoice("3", _l("三星")),
    SelectChoice("2", _l("二星")),
    SelectChoice("1", _l("一星")),
    SelectChoice("0", _l("没有星级")),
]
_LONG = Length(max=1000, message=_l("最多写 1000 个字"))


def codes(text: str | None) -> tuple[str, ...]:
    """The kind codes in a text, in order, each once."""
    found = re.split(r"[\s,，、;；]+", (text or "").strip().upper())
    return tuple(dict.fromkeys(code for code in found if code))


class CertificateForm(Form):
    """A certificate as it stands on paper."""

    number = TextField(
        _l("证书编号"),
        [Required()],
        maximum=60,
        description=_l("和证书上一样，例如 CABR-01(02)-(2025)-CGP-035"),
    )
    scheme = RadioField(
        _l("认证类别"),
        [Required()],
        choices=[SelectChoice(key.value, _l(name)) for key, name in SCHEME_NAMES.items()],
    )
    star = RadioField(_l("星级"), [Required()], choices=_STARS)
    body_id = SelectField(_l("发证机构"), [Required(_l("请选发证机构"))])
    holder = TextField(_l("证书持有人（认证委托人）"), [Required()], maximum=200)
    manufacturer = TextField(_l("制造商"), [Required()], maximum=200)
    factory = TextField(_l("生产厂和地址"), [Required()], maximum=300)
    product_scope = TextField(_l("产品名称或系列"), [Required()], maximum=300)
    models = TextAreaField(_l("规格型号"), [_LONG])
    kinds = TextField(
        _l("产品种类"),
        [Required(_l("至少选一个产品种类"))],
        maximum=200,
        description=_l("写种类代码，几个就用逗号隔开，例如 G202"),
    )
    standard = TextField(
        _l("认证依据标准"), [Required()], maximum=120, description=_l("例如 T/CECS 10026-2019")
    )
    rule_no = TextField(_l("实施规则编号"), maximum=120)
    first_issued_on = DayField(_l("首次发证日期"))
    valid_from = DayField(_l("发证日期"), [Required()])
    valid_to = DayField(_l("有效期至"), [Required()])
    evidence = PhotoField(
        _l("证书照片或 PDF"),
        description=_l("照片或 PDF，最大 10 MB。只有审核人能看到"),
    )

    def offer(self, bodies: list[tuple[str, str]]) -> "CertificateForm":
        """The bodies to choose from."""
        self.body_id.choices = [
            SelectChoice("", _l("请选")),
            *(SelectChoice(key, name) for key, name in bodies),
        ]
        return self

    def fill(self, entry: CertificateEntry) -> None:
        """Show an entry again."""
        for name in (
            "number", "body_id", "holder", "manufacturer", "factory", "product_scope", "models",
            "standard", "rule_no", "first_issued_on", "valid_from", "valid_to",
        ):  # fmt: skip
            self[name].data = getattr(entry, name)
        self.scheme.data, self.star.data = entry.scheme.value, str(entry.star or 0)
        self.kinds.data = ", ".join(entry.kinds)

    def fill_from(self, record: RegistryRecord, body_id: str | None) -> tuple[str, ...]:
        """Show what a registry knows; returns the fields it filled."""
        values: dict[str, Any] = {
            "number": record.number, "scheme": record.scheme.value, "star": str(record.star or 0),
            "holder": record.holder, "kinds": ", ".join(record.kinds),
            "standard": record.standard, "valid_from": record.valid_from,
            "valid_to": record.valid_to,
        }  # fmt: skip
        if body_id is not None:
            values["body_id"] = body_id
        for name, value in values.items():
            self[name].data = value
        return tuple(values)

    def to_entry(self) -> CertificateEntry:
        """The typed certificate."""
        return CertificateEntry(
            number=self.number.data or "",
            scheme=Scheme(self.scheme.data),
            star=int(self.star.data) or None,
            body_id=self.body_id.data,
            holder=self.holder.data or "",
            manufacturer=self.manufacturer.data or "",
            factory=self.factory.data or "",
            product_scope=self.product_scope.data or "",
            models=(self.models.data or "").strip(),
            kinds=codes(self.kinds.data),
            standard=self.standard.data or "",
            rule_no=self.rule_no.data or "",
            first_issued_on=self.first_issued_on.data,
            valid_from=self.valid_from.data,
            valid_to=self.valid_to.data,
        )


class LookForm(Form):
    """The number of a certificate, to see what the registry says of it."""

    class Meta(Form.Meta):
        csrf = False  # a question, sent by GET

    look = TextField(
        _l("先写证书编号，查登记库"), [Required()], maximum=60,
        description=_l("登记库有的资料会替你填好，你再补上其余的"),
    )  # fmt: skip

    def validate_look(self, field: TextField) -> None:
        """It has the shape of a number."""
        if not rules.is_number(field.data or ""):
            raise ValidationError(_(NumberMalformed.message))


class AmendForm(CertificateForm):
    """A certificate with the answer to the reviewer's question."""

    reply = TextAreaField(_l("你的回复"), [Required(_l("写一句回复")), _LONG])


class CheckForm(Form):
    """The manual check that an approval rests on."""

    note = TextAreaField(
        _l("核对记录"),
        [Required(_l("写明在哪里核对、看到了什么")), _LONG],
        description=_l("例如 在发证机构网站查到，编号、持有人、有效期一致"),
    )
    next_check_on = DayField(_l("下次核对日期"), [Required()])
    surveillance_due_on = DayField(
        _l("下次年度监督截止日期"), description=_l("不填就按发证日每满一年推算")
    )
    holder_confirmed = BooleanField(
        _l("已核对持有人和商家的关系"),
        description=_l("持有人和商家名称不一样时要勾选，并上传授权证明"),
    )
    evidence = PhotoField(
        _l("核对凭证"), description=_l("查询结果的截图等，照片或 PDF，最大 10 MB。只有审核人能看到")
    )
    authorisation = PhotoField(
        _l("授权证明"), description=_l("持有人和商家名称不一样时要有。照片或 PDF，最大 10 MB")
    )

    def to_papers(self) -> Papers:
        """What was uploaded, written. Raises what `stored` raises."""
        return Papers(stored(self.evidence), stored(self.authorisation))

    def to_check(self) -> ManualCheck:
        """The typed record."""
        return ManualCheck(
            self.note.data or "", self.next_check_on.data, bool(self.holder_confirmed.data),
            self.surveillance_due_on.data,
        )  # fmt: skip


class DecisionForm(Form):
    """A reviewer's words for everything but an approval."""

    reason = TextAreaField(
        _l("问题或理由"),
        [Required(_l("写明理由，对方才知道为什么")), _LONG],
        description=_l("商家会原样看到；暂停、撤销和注销的理由会公开"),
    )


class BodyForm(Form):
    """A certification body."""

    name = TextField(_l("机构名称"), [Required()], maximum=120)
    approval_no = TextField(_l("批准书号"), [Required()], maximum=60)
    is_approved = BooleanField(
        _l("资格有效"), default=True, description=_l("取消后不能再录入它的新证书，已有的不变")
    )
    scope = TextAreaField(
        _l("可以认证的种类"),
        [_LONG],
        description=_l("写种类代码，用逗号隔开；不写表示全部种类"),
    )
    note = TextAreaField(_l("备注"), [_LONG])

    def to_details(self) -> BodyDetails:
        """The typed body."""
        return BodyDetails(
            name=self.name.data or "",
            approval_no=self.approval_no.data or "",
            is_approved=bool(self.is_approved.data),
            scope_kinds=codes(self.scope.data),
            note=(self.note.data or "").strip(),
        )


def body_values(details: Any) -> dict[str, Any]:
    """What an existing body shows in its form."""
    return {
        "name": details.name,
        "approval_no": details.approval_no,
        "is_approved": details.is_approved,
        "scope": ", ".join(details.scope_kinds),
        "note": details.note,
    }
