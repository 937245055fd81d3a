"""What a product page says of a shut gate: why, since when, and the paper that says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from market.batches.types import HoldView
from market.catalogue.errors import REASONS
from market.catalogue.types import Blocker
from market.storefront.types import ProductShow
from market.web.i18n import gettext as _
from market.web.templating import name_of


@dataclass(frozen=True)
class WhyShut:
    """Why nobody may sell the product, with where to read on."""

    text: str
    href: str = ""
    link: str = ""


def said(one: Blocker) -> str:
    """What shuts a gate, and since when, without a full stop."""
    told = {k: name_of(v) if isinstance(v, Mapping) else v for k, v in one.told.items()}
    return _(REASONS[one.code], **told)


def explain(show: ProductShow, one: Blocker, holds: Sequence[HoldView]) -> WhyShut:
    """The sentence of one thing that shuts the gate, and the page that shows it."""
    product, text = show.found.product, said(one) + _("。")
    if one.code.startswith("substance_"):
        href = url_for("substances.show_contents", product_id=product.id)
        return WhyShut(text, href, _("看含量和限值"))
    if one.code in ("spot_check_failed", "kind_barred"):
        failed = next((hold for hold in holds if hold.check_id), None)
        if one.code == "spot_check_failed" and failed is not None:
            text = _(
                "监督抽查不合格，从 %(since)s 起停售：%(findings)s。批次 %(batch)s。",
                since=one.told["since"], findings=failed.reason.rstrip("。."), batch=failed.number,
            )  # fmt: skip
            href = url_for("inspections.show_notice", check_id=failed.check_id)
            return WhyShut(text, href, _("看公示"))
        if one.code == "kind_barred":  # the failures may be those of other goods of the maker
            href = url_for("inspections.list_notices", only="failed", maker=product.maker_id)
        else:
            href = url_for("inspections.show_history", product_id=product.id)
        return WhyShut(text, href, _("看抽查公示"))
    if one.code.startswith("certificate_") and show.found.certificate is not None:
        href = url_for("certification.show_certificate", certificate_id=show.found.certificate.id)
        return WhyShut(text, href, _("看证书"))
    return WhyShut(text)
