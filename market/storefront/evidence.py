"""The six dimensions of a product and its carbon figure: evidence with a link, or a visible gap."""

from datetime import date
from decimal import Decimal
from typing import Any

from flask import url_for

from market.catalogue.types import CarbonTrust, Dimension, Evidence, ProductView
from market.factories.words import badges
from market.kernel.clock import shanghai_date
from market.kernel.quantity import decimal_text
from market.sellers.types import SellerView
from market.storefront.types import EvidenceCell, ProductShow
from market.storefront.wording import unit_in_text
from market.web import context
from market.web.context import language
from market.web.i18n import gettext as _
from market.web.templating import day

DIMENSIONS = {
    Dimension.ENERGY: lambda: _("节能"),
    Dimension.EMISSION: lambda: _("减排"),
    Dimension.CARBON: lambda: _("低碳"),
    Dimension.SAFETY: lambda: _("安全"),
    Dimension.EASE: lambda: _("便利"),
    Dimension.CIRCULAR: lambda: _("可循环"),
}


def carbon_line(product: ProductView) -> str:
    """The carbon figure with how far it can be relied on; a gap is said."""
    carbon = product.carbon_on(_today())
    if carbon is None:
        return _("暂无数据，不等于 0")
    trust = {
        CarbonTrust.VERIFIED: _("第三方核验"),
        CarbonTrust.DECLARED: _("厂家声明，未核验"),
        CarbonTrust.AVERAGE: _("行业平均，估算"),
    }[carbon.trust]
    return _("%(carbon)s，%(trust)s", carbon=_per_unit(product, carbon.kg_per_unit), trust=trust)


def carbon_href(product: ProductView) -> str | None:
    """The declaration behind the label that holds today."""
    label = product.label
    if label is None or not label.holds_on(_today()):
        return None
    return url_for("footprints.show_declaration", declaration_id=label.declaration_id)


def maker_badges(seller: SellerView | None) -> list[dict[str, Any]]:
    """What officials confirmed of the maker's works and holds today."""
    return badges(seller.marks, _today()) if seller is not None else []


def cells(show: ProductShow) -> list[EvidenceCell]:
    """The six dimensions."""
    product = show.found.product
    return [
        (_carbon_cell(product, one) if one.dimension is Dimension.CARBON else None)
        or _cell(show, one)
        for one in product.evidence
    ]


def _carbon_cell(product: ProductView, evidence: Evidence) -> EvidenceCell | None:
    """The verified label, or the maker's own figure; None leaves it to other evidence."""
    key, label, today = DIMENSIONS[Dimension.CARBON](), product.label, _today()
    if label is not None:
        href = url_for("footprints.show_declaration", declaration_id=label.declaration_id)
        if label.holds_on(today):
            source = _(
                "碳标签，%(verifier)s核验，有效至 %(day)s",
                verifier=label.verifier, day=day(label.until),
            )  # fmt: skip
            return EvidenceCell(
                key, _per_unit(product, label.kg_per_unit), source, href, _("看声明")
            )
        if evidence.is_gap:
            over = _("碳标签 %(day)s 到期了，不等于 0", day=day(label.until))
            return EvidenceCell(key, None, over, href, _("看声明"))
    carbon = product.carbon
    if evidence.is_gap and carbon is not None and carbon.trust is CarbonTrust.DECLARED:
        source = _("厂家声明，未核验：%(source)s", source=carbon.source)
        return EvidenceCell(key, _per_unit(product, carbon.kg_per_unit), source)
    return None


def _cell(show: ProductShow, evidence: Evidence) -> EvidenceCell:
    """One of the six cells; a gap stays a gap."""
    key = DIMENSIONS[evidence.dimension]()
    if evidence.is_gap:
        gap = _("厂家还没交凭据，不等于 0")
        if evidence.dimension is Dimension.CARBON:
            gap = _("厂家还没交核验过的碳足迹，不等于 0")
        return EvidenceCell(key, None, gap)
    said = evidence.value_en if language() == "en" and evidence.value_en else evidence.value
    source = evidence.source or _("厂家声明")
    return EvidenceCell(key, said, *_proved(show, evidence, source))


def _proved(
    show: ProductShow, evidence: Evidence, source: str
) -> tuple[str, str | None, str | None]:
    """The source with the day of the paper it names, and the way to that paper."""
    found = show.found
    if evidence.proof == "certificate" and found.certificate is not None:
        until = _("，有效至 %(day)s", day=day(found.certificate.valid_to))
        href = url_for("certification.show_certificate", certificate_id=found.certificate.id)
        return source + until, href, _("看证书")
    if evidence.proof == "report" and found.product.report_file_id is not None:
        issued = found.product.report_issued_on
        dated = _("，%(day)s 的报告", day=day(issued)) if issued else ""
        return (
            source + dated,
            url_for("catalogue.show_report", product_id=found.product.id),
            _("看报告"),
        )
    return source, None, None


def _per_unit(product: ProductView, kg: Decimal) -> str:
    return _("每%(unit)s %(kg)s kgCO₂e", unit=unit_in_text(product.unit), kg=decimal_text(kg))


def _today() -> date:
    return shanghai_date(context.now())
