"""Forms of the seller's desk and of the operator's kinds."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget, TextArea

from market.catalogue import words
from market.catalogue.attributes import ATTRIBUTES, read_attributes, specs_for
from market.catalogue.materials import materials_of_kind
from market.catalogue.types import (
    PROOFS,
    Carbon,
    CarbonTrust,
    Dimension,
    Evidence,
    GroupView,
    KindDetails,
    KindView,
    ListingDetails,
    ListingView,
    ProductDetails,
    Risk,
    Scheme,
    VariantDetails,
    VariantView,
)
from market.certification.types import CertificateView
from market.kernel.quantity import decimal_text
from market.web.forms import (
    DayField,
    Form,
    IntField,
    PhotoField,
    QuantityField,
    Required,
    TextField,
    YuanField,
)

_EVIDENCE = ("ev", "src", "evn", "pr")  # parts of the names of fields
_CODE = re.compile(r"[A-Z][A-Z0-9]{1,10}")


class TextBlock(TextField):
    """A text of several lines."""

    widget = TextArea()


class Checkboxes(SelectMultipleField):
    """Several of a list, as checkbox rows."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ProductForm(Form):
    """What is the same for products of every kind; `product_form` adds what the kind asks."""

    name_zh = TextField(_l("产品名称"), [Required()], maximum=80)
    name_en = TextField(_l("英文名称"), maximum=120)
    model = TextField(_l("型号"), maximum=80)
    use_zh = TextBlock(_l("用在哪里、怎么用"), maximum=600)
    use_en = TextBlock(_l("英文用途"), maximum=900)
    unit = SelectField(_l("计价单位"))
    certificate_id = SelectField(_l("绿色建材证书"))
    standard = TextField(_l("强制标准"), maximum=120, description=_l("例如 GB 175-2023"))
    report_number = TextField(_l("检测报告编号"), maximum=80)
    report_issued_on = DayField(_l("报告日期"))
    life_years = IntField(_l("设计使用年限"), minimum=1, maximum=200)
    carbon_value = QuantityField(_l("每单位碳足迹"), places=4, maximum=1_000_000)
    carbon_source = TextField(_l("碳数据来源"), maximum=200)
    carbon_trust = SelectField(_l("数据类型"))
    material_key = SelectField(_l("对应的方案材料"), default="")

    kind: ClassVar[KindView]

    def attribute_fields(self) -> list[tuple[Any, str | None]]:
        """(field, unit) of each parameter of the kind."""
        return [(self[f"attr_{s.key}"], s.unit) for s in specs_for(self.kind.attribute_keys)]

    def evidence_fields(self) -> list[tuple[str, Any, Any, Any, Any]]:
        """(name of the dimension, fields of value, source, English and paper), six times."""
        return [
            (
                gettext(words.DIMENSIONS[d.value]),
                *(self[f"{part}_{d.value}"] for part in _EVIDENCE),
            )
            for d in Dimension
        ]

    def has_evidence(self) -> bool:
        """Whether some of the six dimensions is filled in, or wrongly so."""
        return any(
            field.data or field.errors
            for _name, *fields in self.evidence_fields()
            for field in fields
        )

    def validate(self, extra_validators: Any = None) -> bool:
        """Field checks, then the parameters' and those between fields."""
        good = super().validate(extra_validators)
        raw = {s.key: self[f"attr_{s.key}"].data or "" for s in specs_for(self.kind.attribute_keys)}
        _values, errors = read_attributes(raw, self.kind.attribute_keys)
        for key, message in errors.items():
            _complain(self[f"attr_{key}"], gettext(message))
        for dimension in Dimension:
            proof = self[f"pr_{dimension.value}"]
            if proof.data and proof.data not in PROOFS:
                _complain(proof, gettext("从列表里选一个"))
        if self.carbon_value.data is not None and not self.carbon_source.data:
            _complain(self.carbon_source, gettext("写明碳数据来自哪里，例如报告编号"))
        return good and not any(field.errors for field in self)

    def refuse_future_report(self, today: date) -> bool:
        """Whether the report's date is in the past, as it must be."""
        day = self.report_issued_on.data
        if day is not None and day > today:
            _complain(self.report_issued_on, gettext("报告日期不能在今天以后"))
            return False
        return True

    def to_product(self) -> ProductDetails:
        """The product as filled in."""
        raw = {s.key: self[f"attr_{s.key}"].data or "" for s in specs_for(self.kind.attribute_keys)}
        values, _errors = read_attributes(raw, self.kind.attribute_keys)
        return ProductDetails(
            kind_code=self.kind.code,
            name_zh=self.name_zh.data or "",
            name_en=self.name_en.data or "",
            model=self.model.data or "",
            use_zh=self.use_zh.data or "",
            use_en=self.use_en.data or "",
            unit=self.unit.data if self.unit else "",
            certificate_id=(self.certificate_id.data or None) if self.certificate_id else None,
            standard=self.standard.data or "",
            report_number=self.report_number.data or "",
            report_issued_on=self.report_issued_on.data,
            life_years=self.life_years.data,
            carbon=self._carbon(),
            material_key=self.material_key.data or None,
            attributes=values,
            evidence=tuple(
                Evidence(d, *(self[f"{p}_{d.value}"].data or None for p in _EVIDENCE))
                for d in Dimension
            ),
        )

    def _carbon(self) -> Carbon | None:
        if self.carbon_value.data is None:
            return None
        trust = CarbonTrust(self.carbon_trust.data)
        return Carbon(self.carbon_value.data, self.carbon_source.data or "", trust)


def product_form(
    kind: KindView,
    certificates: Sequence[CertificateView],
    details: ProductDetails | None = None,
) -> ProductForm:
    """The form of one kind, filled with `details` when editing."""
    fields: dict[str, Any] = {"kind": kind}
    for spec in specs_for(kind.attribute_keys):
        fields[f"attr_{spec.key}"] = TextField(_l(spec.label), maximum=80)
    for dimension in Dimension:
        fields[f"ev_{dimension.value}"] = TextField(_l("事实"), maximum=160)
        fields[f"src_{dimension.value}"] = TextField(_l("依据"), maximum=160)
        fields[f"evn_{dimension.value}"] = TextField(_l("英文"), maximum=160)
        fields[f"pr_{dimension.value}"] = SelectField(_l("写在哪份材料里"), validate_choice=False)
    form = type("ProductFormOfKind", (ProductForm,), fields)(data=_product_data(kind, details))
    _offer(form, kind, certificates, details)
    return form


def _offer(
    form: ProductForm,
    kind: KindView,
    certificates: Sequence[CertificateView],
    details: ProductDetails | None,
) -> None:
    form.unit.choices = words.unit_choices()
    form.certificate_id.choices = [("", gettext("还没有，以后再选"))] + [
        (c.id, _certificate_label(c)) for c in certificates if kind.code in c.kinds
    ]
    form.material_key.choices = [("", gettext("不对应"))] + [
        (m.key, m.label) for m in materials_of_kind(kind.code)
    ]
    trusts = [CarbonTrust.DECLARED, CarbonTrust.AVERAGE]
    papers = [
        ("", gettext("没有传过的材料")),
        ("certificate", gettext("绿色建材证书")),
        ("report", gettext("检测报告")),
    ]
    for dimension in Dimension:
        form[f"pr_{dimension.value}"].choices = papers
    form.carbon_trust.choices = [(t.value, gettext(words.TRUSTS[t.value])) for t in trusts]
    if not kind.certifiable:
        del form.certificate_id
    if details is not None:
        del form.unit


def _certificate_label(certificate: CertificateView) -> str:
    stars = gettext("%(count)s 星", count=certificate.star) if certificate.star else gettext("合格")
    day = certificate.valid_to.isoformat()
    return gettext("%(number)s，%(stars)s，至 %(day)s", number=certificate.number, stars=stars,
                   day=day)  # fmt: skip


def _product_data(kind: KindView, details: ProductDetails | None) -> dict[str, Any]:
    if details is None:
        return {"unit": kind.default_unit}
    data: dict[str, Any] = {
        name: getattr(details, name)
        for name in (
            "name_zh", "name_en", "model", "use_zh", "use_en", "unit", "certificate_id",
            "standard", "report_number", "report_issued_on", "life_years", "material_key",
        )
    }  # fmt: skip
    # The page leaves it out where there is nothing to choose.
    data["material_key"] = details.material_key or ""
    if details.carbon:
        data["carbon_value"] = details.carbon.kg_per_unit
        data["carbon_source"] = details.carbon.source
        data["carbon_trust"] = details.carbon.trust.value
    for key, value in details.attributes.items():
        data[f"attr_{key}"] = value if isinstance(value, str) else _plain(value)
    for item in details.evidence:
        data[f"ev_{item.dimension.value}"] = item.value
        data[f"src_{item.dimension.value}"] = item.source
        data[f"evn_{item.dimension.value}"] = item.value_en
        data[f"pr_{item.dimension.value}"] = item.proof or ""
    return data


def _plain(number: float) -> str:
    return decimal_text(Decimal(str(number))).replace(",", "")


def _complain(field: Any, message: str) -> None:
    field.errors = [*field.errors, message]


class VariantForm(Form):
    """A pack size."""

    label_zh = TextField(_l("规格名称"), [Required()], maximum=80,
                         description=_l("例如 1200×600×100 mm，每包 4 块"))  # fmt: skip
    label_en = TextField(_l("英文规格名称"), maximum=120)
    pack_size = QuantityField(_l("每包含量"), [Required()], minimum=Decimal("0.001"))
    weight_kg = QuantityField(
        _l("每包重量"), [Required()], minimum=Decimal("0.001"), maximum=100_000,
        description=_l("运费按它算"),
    )  # fmt: skip

    @classmethod
    def of(cls, variant: VariantView | None) -> "VariantForm":
        """The form, filled with a variant when editing."""
        if variant is None:
            return cls()
        return cls(
            data={
                "label_zh": variant.label_zh,
                "label_en": variant.label_en,
                "pack_size": variant.pack_size,
                "weight_kg": Decimal(variant.weight_g) / 1000,
            }
        )

    def to_variant(self) -> VariantDetails:
        """The pack size as filled in."""
        return VariantDetails(
            label_zh=self.label_zh.data or "",
            label_en=self.label_en.data or "",
            pack_size=self.pack_size.data,
            weight_g=int(self.weight_kg.data * 1000),
        )


class ListingForm(Form):
    """Price and terms of a listing."""

    price = YuanField(_l("每包售价"), [Required()], minimum=1, maximum=10**10)
    min_packs = IntField(_l("最少买几包"), [Required()], minimum=1, maximum=100_000)
    lead_days = IntField(_l("几天内发货"), [Required()], minimum=0, maximum=365)
    made_to_order = BooleanField(_l("按订单生产"), description=_l("不记库存，发货时间从付款那天算"))

    @classmethod
    def of(cls, listing: ListingView | None) -> "ListingForm":
        """The form, filled with a listing when editing."""
        if listing is None:
            return cls(data={"min_packs": 1, "lead_days": 3})
        return cls(
            data={
                "price": listing.price_fen,
                "min_packs": listing.min_packs,
                "lead_days": listing.lead_days,
                "made_to_order": listing.made_to_order,
            }
        )

    def to_listing(self) -> ListingDetails:
        """The terms as filled in."""
        return ListingDetails(
            price_fen=self.price.data,
            min_packs=self.min_packs.data,
            lead_days=self.lead_days.data,
            made_to_order=bool(self.made_to_order.data),
        )


class StockForm(Form):
    """Goods in, or a count, in one warehouse."""

    warehouse_id = SelectField(_l("仓库"))
    action = SelectField(_l("做什么"))
    quantity = IntField(_l("数量"), [Required()], minimum=0, maximum=1_000_000)
    reason = TextField(_l("说明"), maximum=200)


class PhotoForm(Form):
    """One photo."""

    photo = PhotoField(
        _l("拍照或选照片"), [Required(_l("请选一张照片"))],
        description=_l("JPG、PNG 或 WebP，照片里的位置信息会去掉"),
        render_kw={"accept": "image/jpeg,image/png,image/webp"},
    )  # fmt: skip


class ReportForm(Form):
    """The test report of a product that no scheme certifies."""

    report = PhotoField(
        _l("检测报告"), [Required(_l("请选检测报告文件"))],
        description=_l("PDF、JPG 或 PNG，最大 10 MB。买家可以打开看"),
        render_kw={"accept": "application/pdf,image/jpeg,image/png"},
    )  # fmt: skip


class KindForm(Form):
    """A kind, as the operator edits it."""

    code = TextField(_l("代码"), maximum=12, description=_l("大写字母开头，2 到 11 位字母或数字"))
    group_code = SelectField(_l("大类"))
    name_zh = TextField(_l("中文名称"), [Required()], maximum=60)
    name_en = TextField(_l("英文名称"), [Required()], maximum=120)
    scheme = SelectField(_l("认证目录"))
    certifiable = BooleanField(
        _l("必须有证书才能卖"), description=_l("不勾选时，凭强制标准和检测报告销售")
    )
    standard = TextField(_l("评价标准"), maximum=80)
    default_unit = SelectField(_l("默认计价单位"))
    picture = SelectField(_l("图画"))
    house_part = SelectField(_l("首页房屋部位"))
    spot_check_risk = SelectField(_l("抽检风险"))
    traced = BooleanField(
        _l("必须按批次追溯"), description=_l("勾选后，没有带检测报告的批次不能上架，发货要写批次")
    )
    catalogue_batch = TextField(_l("目录批次"), maximum=40)
    attribute_keys = Checkboxes(_l("要填的参数"))
    is_open = BooleanField(_l("可以上新产品"))

    @classmethod
    def of(
        cls, kind: KindView | None, groups: Sequence[GroupView], kinds: Sequence[KindView]
    ) -> "KindForm":
        """The form, filled with a kind when editing."""
        form = cls(data=_kind_data(kind))
        form.group_code.choices = [(g.code, words.name(g)) for g in groups]
        form.scheme.choices = _choices(words.SCHEMES)
        form.spot_check_risk.choices = _choices(words.RISKS)
        form.default_unit.choices = words.unit_choices()
        form.picture.choices = [("", gettext("跟大类一样"))] + [
            (k.code, f"{k.code} {words.name(k)}") for k in kinds
        ]
        form.house_part.choices = [("", gettext("不在首页"))] + [
            (str(number), f"{number} {gettext(word)}") for number, word in words.HOUSE_PARTS.items()
        ]
        form.attribute_keys.choices = [(k, gettext(s.label)) for k, s in ATTRIBUTES.items()]
        if kind is not None:
            del form.code
        return form

    def validate(self, extra_validators: Any = None) -> bool:
        """Field checks, the code's shape, and a scheme where a certificate is needed."""
        good = super().validate(extra_validators)
        if self.code and not _CODE.fullmatch(self.code.data or ""):
            _complain(self.code, gettext("代码要大写字母开头，2 到 11 位字母或数字"))
        if self.certifiable.data and self.scheme.data == Scheme.NONE.value:
            _complain(self.certifiable, gettext("暂无认证目录的品类不能要求证书"))
        return good and not any(field.errors for field in self)

    def to_kind(self, code: str | None = None) -> KindDetails:
        """The kind as filled in; an existing one keeps its code."""
        part = self.house_part.data
        return KindDetails(
            code=code or self.code.data or "",
            group_code=self.group_code.data,
            name_zh=self.name_zh.data or "",
            name_en=self.name_en.data or "",
            scheme=Scheme(self.scheme.data),
            certifiable=bool(self.certifiable.data),
            standard=self.standard.data or "",
            default_unit=self.default_unit.data,
            picture=self.picture.data or "",
            house_part=int(part) if part else None,
            spot_check_risk=Risk(self.spot_check_risk.data),
            catalogue_batch=self.catalogue_batch.data or "",
            attribute_keys=tuple(self.attribute_keys.data or ()),
            is_open=bool(self.is_open.data),
            traced=bool(self.traced.data),
        )


def _kind_data(kind: KindView | None) -> dict[str, Any]:
    if kind is None:
        return {"is_open": True, "scheme": "none", "spot_check_risk": "medium", "group_code": "X"}
    data = {name: getattr(kind, name) for name in KindDetails.__dataclass_fields__}
    data["house_part"] = str(kind.house_part or "")
    data["picture"] = kind.picture
    return data


def _choices(texts: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(key, gettext(word)) for key, word in texts.items()]
