"""Permanent identifiers: /id/<prefix>/<suffix> names a thing for ever, whatever its page is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from market.audit import queries as audit
from market.batches import queries as batches
from market.batches.types import BatchView
from market.catalogue import queries as catalogue
from market.catalogue.errors import ProductNotFound
from market.catalogue.types import KindView
from market.certification import queries as certification
from market.certification.types import CertificateView
from market.inspections import queries as inspections
from market.inspections.types import CheckView
from market.kernel.quantity import decimal_text
from market.manuals import queries as manuals
from market.sellers import queries as sellers
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

    None, too, for a product that is no longer offered: see `tombstone`. Raises
    ProductNotFound, CertificateNotFound.
    """
    if prefix == "product":
        if _public_product(session, suffix).state == "archived":
            return None
        return PageOf("storefront.show_product", {"product_id": suffix})
    if prefix == "certificate":
        certification.get_public(session, suffix, now)
        return PageOf("certification.show_certificate", {"certificate_id": suffix})
    return None


@dataclass(frozen=True)
class Tombstone:
    """What a product that is no longer offered was: who made it, and the papers that stay."""

    product_id: str
    name_zh: str
    name_en: str
    model: str
    kind: KindView
    maker_id: str
    maker_name: str
    offered_from: datetime
    offered_until: datetime | None
    certificate: CertificateView | None
    batches: tuple[BatchView, ...]
    manuals: tuple[int, ...]
    checks: tuple[CheckView, ...]


def tombstone(session: Session, product_id: str, now: datetime) -> Tombstone:
    """What stays of an archived product. Raises ProductNotFound."""
    about = _public_product(session, product_id)
    if about.state != "archived":
        raise ProductNotFound
    maker = sellers.find_seller(session, about.maker_id)
    papers = certification.certificates_by_ids(
        session, [about.certificate_id] if about.certificate_id else [], now
    )
    return Tombstone(
        product_id, about.name_zh, about.name_en, about.model,
        catalogue.get_kind(session, about.kind_code), about.maker_id,
        maker.name if maker else "", about.published_at, _archived_at(session, product_id),
        next(iter(papers.values()), None), tuple(batches.list_of_product(session, product_id)),
        tuple(view.version for view in manuals.versions_of(session, product_id) if view.version),
        tuple(inspections.history_of(session, product_id)),
    )  # fmt: skip


def _archived_at(session: Session, product_id: str) -> datetime | None:
    return audit.last_at(session, "product", product_id, "product.archive")


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
    gone = about.state == "archived"
    ended = _archived_at(session, product_id) if gone else None
    maker = sellers.find_seller(session, about.maker_id)
    versions = [view.version for view in manuals.versions_of(session, product_id)]
    return {
        "id": _uri(base, "product", product_id),
        "type": "product",
        "name_zh": about.name_zh,
        "name_en": about.name_en,
        "model": about.model,
        "kind": about.kind_code,
        "maker": maker.name if maker else None,
        "status": "archived" if gone else "offered",
        "archived_at": ended.isoformat() if ended else None,
        "certificate": (
            _uri(base, "certificate", about.certificate_id) if about.certificate_id else None
        ),
        "manuals": [f"{base}/p/{product_id}/manual/{version}" for version in versions],
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
        "held": [{"since": hold.since.isoformat(), "reason": hold.reason} for hold in batch.holds],
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
