"""Permanent identifiers: /id/<prefix>/<suffix> names a thing for ever, whatever its page is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from market.batches import queries as batches
from market.batches.types import BatchView
from market.catalogue import queries as catalogue
from market.catalogue.errors import ProductNotFound
from market.certification import queries as certification
from market.certification.types import CertificateView
from market.kernel.quantity import decimal_text
from market.traceability import queries
from market.traceability.errors import IdentifierNotFound
from market.traceability.types import BatchFacts


@dataclass(frozen=True)
class PageOf:
    """The page that shows a thing now."""

    endpoint: str
    values: dict[str, Any]


def page_of(session: Session, prefix: str, suffix: str, now: datetime) -> PageOf | None:
    """The page of a product or certificate; None for a prefix without a page elsewhere.

    Raises ProductNotFound, CertificateNotFound.
    """
    if prefix == "product":
        _public_product(session, suffix)
        return PageOf("storefront.show_product", {"product_id": suffix})
    if prefix == "certificate":
        certification.get_public(session, suffix, now)
        return PageOf("certification.show_certificate", {"certificate_id": suffix})
    return None


def document(
    session: Session, prefix: str, suffix: str, base: str, now: datetime
) -> dict[str, Any]:
    """The thing as JSON. Raises IdentifierNotFound, or what its own package raises."""
    if prefix == "product":
        return _product(session, suffix, base)
    if prefix == "certificate":
        return {"id": _uri(base, prefix, suffix), "type": "certificate"} | _certificate(
            certification.get_public(session, suffix, now).view
        )
    if prefix == "batch":
        return _batch(queries.public_batch(session, suffix, now), base)
    raise IdentifierNotFound


def _public_product(session: Session, product_id: str) -> Any:
    about = catalogue.products_about(session, [product_id]).get(product_id)
    if about is None or about.published_at is None:
        raise ProductNotFound
    return about


def _product(session: Session, product_id: str, base: str) -> dict[str, Any]:
    about = _public_product(session, product_id)
    made = batches.list_of_product(session, product_id)
    return {
        "id": _uri(base, "product", product_id),
        "type": "product",
        "name_zh": about.name_zh,
        "name_en": about.name_en,
        "model": about.model,
        "kind": about.kind_code,
        "batches": [_uri(base, "batch", batch.id) for batch in made],
    }


def _batch(facts: BatchFacts, base: str) -> dict[str, Any]:
    batch = facts.batch
    return {
        "id": _uri(base, "batch", batch.id),
        "type": "batch",
        "product": _uri(base, "product", batch.product_id),
        "number": batch.number,
        "maker": batch.maker_name,
        "made_on": batch.made_on.isoformat(),
        "use_by": batch.use_by.isoformat() if batch.use_by else None,
        "quantity": decimal_text(batch.quantity),
        "unit": batch.unit,
        "withdrawn_at": batch.withdrawn_at.isoformat() if batch.withdrawn_at else None,
        "withdrawn_reason": batch.withdrawn_reason or None,
        "report": f"{base}/batches/{batch.id}/report" if batch.has_report else None,
        "manual": _manual(facts, base),
        "certificate_then": _then(batch, base),
        "certificate_now": _certificate(facts.certificate_now) if facts.certificate_now else None,
        "spot_checks": [
            {"id": f"{base}/spot-checks/{check.id}", "standing": str(check.standing)}
            for check in facts.checks
        ],
    }


def _manual(facts: BatchFacts, base: str) -> dict[str, Any] | None:
    if facts.manual is None:
        return None
    address = f"{base}/p/{facts.batch.product_id}/manual/{facts.manual}"
    return {"version": facts.manual, "url": address, "later": facts.manual_is_later}


def _then(batch: BatchView, base: str) -> dict[str, Any] | None:
    then = batch.certificate
    if then is None:
        return None
    return {
        "id": _uri(base, "certificate", then.id), "number": then.number, "issuer": then.issuer,
        "star": then.star, "state": then.state,
    }  # fmt: skip


def _certificate(view: CertificateView) -> dict[str, Any]:
    return {
        "number": view.number, "issuer": view.issuer_name, "holder": view.holder,
        "star": view.star, "kinds": list(view.kinds), "valid_from": view.valid_from.isoformat(),
        "valid_to": view.valid_to.isoformat(), "state": str(view.state),
    }  # fmt: skip


def _uri(base: str, prefix: str, suffix: str) -> str:
    return f"{base}/id/{prefix}/{suffix}"
