"""The maker's verbs on products, their pack sizes and their papers."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from market.audit import service as audit
from market.catalogue import access, attributes, changes, gates, rules
from market.catalogue.errors import (
    CarbonNotVerified,
    CertificateNotUsable,
    KindClosed,
    KindNotFound,
    NotPublishable,
    ProductArchived,
    ProductNotFound,
    UnknownMaterial,
    VariantInUse,
    VariantNotFound,
)
from market.catalogue.events import ProductsFilled
from market.catalogue.materials import materials
from market.catalogue.models import Kind, Listing, Product, Variant
from market.catalogue.product_views import evidence_json, product_view
from market.catalogue.queries import PHOTOS, own_product_row
from market.catalogue.types import Carbon, CarbonTrust, ProductDetails, VariantDetails
from market.certification import queries as certification
from market.certification.types import CertificateView
from market.kernel.actor import Actor
from market.kernel.errors import Conflict
from market.kernel.events import publish
from market.kernel.ids import new_id
from market.media import service as media
from market.sellers.errors import SellerNotFound

REPORTS = "product_report"


def add_product(
    session: Session, actor: Actor, maker_id: str, details: ProductDetails, now: datetime
) -> str:
    """Start a product as a draft; returns its id.

    Raises SellerNotFound for another seller's desk, KindNotFound, KindClosed,
    CertificateNotUsable, UnknownMaterial.
    """
    if not access.may_edit_product(actor, maker_id):
        raise SellerNotFound()
    kind = session.get(Kind, details.kind_code)
    if kind is None:
        raise KindNotFound(field="kind_code")
    if not kind.is_open:
        raise KindClosed(field="kind_code")
    product = start(maker_id, kind, details, now)
    fill(session, product, kind, details, now)
    session.add(product)
    session.flush()
    publish(session, ProductsFilled((product.id,)))
    return product.id


def start(maker_id: str, kind: Kind, details: ProductDetails, now: datetime) -> Product:
    """The row of a new product, before `fill`."""
    return Product(
        id=new_id(),
        maker_id=maker_id,
        kind_code=kind.code,
        unit=details.unit,
        state="draft",
        created_at=now,
    )


def edit_product(
    session: Session, actor: Actor, product_id: str, details: ProductDetails, now: datetime
) -> None:
    """Change what a product says. Kind and unit stay as they were at the start.

    Once it has been published the change waits for a reviewer (`changes`); before that its
    listings' gates follow in the same transaction. Raises ProductNotFound,
    ProductArchived, CertificateNotUsable, UnknownMaterial.
    """
    product = _own(session, actor, product_id)
    if product.state == "archived":
        raise ProductArchived()
    kind = session.get_one(Kind, product.kind_code)
    if changes.needs_review(product):
        tried = _tried(session, product, kind, details, now)
        changes.propose_details(session, actor, product, tried, now)
        return
    fill(session, product, kind, details, now)
    session.flush()
    changes.note_edit(session, product.id)
    gates.refresh(session, [product.id])
    publish(session, ProductsFilled((product.id,)))
    if product.certificate_id is not None:
        gates.report_outside(session, product.certificate_id, now)


def publish_product(session: Session, actor: Actor, product_id: str, now: datetime) -> None:
    """Put a product on the market: at once when a reviewer has let it there before, else ask
    for it. Raises NotPublishable with the codes of what is missing."""
    row = own_product_row(session, actor, product_id, now)
    if row.blockers:
        raise NotPublishable(reasons=[blocker.code for blocker in row.blockers])
    product = _own(session, actor, product_id)
    if product.published_at is None and product.state == "draft":
        changes.request_first(session, actor, product, now)
        return
    _move(session, actor, product, "publish", now)


def pause_product(session: Session, actor: Actor, product_id: str, now: datetime) -> None:
    """Take a product and all its listings off the market until it is published again."""
    _move(session, actor, _own(session, actor, product_id), "pause", now)


def archive_product(session: Session, actor: Actor, product_id: str, now: datetime) -> None:
    """Take a product off the market and out of the maker's list."""
    product = _own(session, actor, product_id)
    if (change := changes.open_change(session, product.id)) is not None:
        changes.withdraw(session, actor, change.id, now)
    _move(session, actor, product, "archive", now)


def add_variant(
    session: Session, actor: Actor, product_id: str, details: VariantDetails, now: datetime
) -> str:
    """Add a pack size; returns its id. To a published product it is added when a reviewer
    has confirmed it, under this id. Raises ProductNotFound, ProductArchived."""
    product = _own(session, actor, product_id)
    if product.state == "archived":
        raise ProductArchived()
    variant_id = new_id()
    if changes.needs_review(product):
        changes.propose_variant(session, actor, product, variant_id, details, now)
        return variant_id
    session.add(variant_row(product, variant_id, details, now))
    session.flush()
    changes.note_edit(session, product.id)
    gates.refresh(session, [product.id])
    return variant_id


def variant_row(
    product: Product, variant_id: str, details: VariantDetails, now: datetime
) -> Variant:
    """The row of a new pack size."""
    return Variant(
        id=variant_id,
        product_id=product.id,
        unit=product.unit,
        created_at=now,
        is_open=True,
        **_variant_columns(details),
    )


def edit_variant(
    session: Session, actor: Actor, variant_id: str, details: VariantDetails, now: datetime
) -> None:
    """Change a pack size. Raises VariantNotFound, and VariantInUse when size or weight would
    change under listings that are priced by them."""
    variant = _own_variant(session, actor, variant_id)
    product = session.get_one(Product, variant.product_id)
    refuse_resizing(session, variant, details)
    if changes.needs_review(product):
        changes.propose_variant(session, actor, product, variant.id, details, now)
        return
    fill_variant(variant, details)
    session.flush()
    changes.note_edit(session, product.id)
    gates.refresh(session, [variant.product_id])


def refuse_resizing(session: Session, variant: Variant, details: VariantDetails) -> None:
    """Raises VariantInUse when size or weight would change under listings."""
    changed = (details.pack_size, details.weight_g) != (variant.pack_size, variant.weight_g)
    if changed and session.scalar(select(exists().where(Listing.variant_id == variant.id))):
        raise VariantInUse()


def fill_variant(variant: Variant, details: VariantDetails) -> None:
    """Rewrite the columns of a pack size."""
    for name, value in _variant_columns(details).items():
        setattr(variant, name, value)


def close_variant(session: Session, actor: Actor, variant_id: str, now: datetime) -> None:
    """Stop new listings of a pack size; standing ones go on. Raises VariantNotFound."""
    variant = _own_variant(session, actor, variant_id)
    variant.is_open = False
    session.flush()
    gates.refresh(session, [variant.product_id])


def add_photo(
    session: Session, actor: Actor, product_id: str, photo: media.NewFile, now: datetime
) -> None:
    """Add a photo that `media.store_photo` has written. Raises ProductNotFound."""
    product = _own(session, actor, product_id)
    media.attach(session, photo, PHOTOS, product.id, now=now)
    gates.refresh(session, [product.id])


def remove_photo(session: Session, actor: Actor, product_id: str, file_id: str) -> None:
    """Take a photo away. Raises ProductNotFound, FileMissing."""
    product = _own(session, actor, product_id)
    media.detach(session, file_id, PHOTOS, product.id)
    gates.refresh(session, [product.id])


def set_report(
    session: Session, actor: Actor, product_id: str, file: media.NewFile, now: datetime
) -> None:
    """Attach the test report that `media.store_document` has written; older ones stay on
    file. Of a published product it waits for a reviewer. Raises ProductNotFound."""
    product = _own(session, actor, product_id)
    stored = media.attach(session, file, REPORTS, product.id, now=now)
    if changes.needs_review(product):
        changes.propose_report(session, actor, product, stored, now)
        return
    product.report_file_id, product.updated_at = stored, now
    session.flush()
    changes.note_edit(session, product.id)
    gates.refresh(session, [product.id])


def _tried(
    session: Session, product: Product, kind: Kind, details: ProductDetails, now: datetime
) -> ProductDetails:
    """What the product would say, after every check of `fill`; nothing is kept."""
    point = session.begin_nested()
    try:
        fill(session, product, kind, details, now)
        session.flush()
        return product_view(product, "").details
    finally:
        point.rollback()


def fill(
    session: Session, product: Product, kind: Kind, details: ProductDetails, now: datetime
) -> None:
    """Write what the maker filled in. Raises CertificateNotUsable, CarbonNotVerified,
    UnknownMaterial."""

    def find(certificate_id: str) -> CertificateView | None:
        return certification.certificates_by_ids(session, [certificate_id], now).get(certificate_id)

    fill_with(product, kind, details, now, find)


FindCertificate = Callable[[str], CertificateView | None]


def fill_with(
    product: Product, kind: Kind, details: ProductDetails, now: datetime, find: FindCertificate
) -> None:
    """`fill` with certificates from wherever they are known."""
    values = {k: v for k, v in details.attributes.items() if k in attributes.ATTRIBUTES}
    product.name_zh, product.name_en = details.name_zh, details.name_en
    product.model = details.model
    product.use_zh, product.use_en = details.use_zh, details.use_en
    product.certificate_id = _usable_certificate(product, kind, details, find)
    product.standard = details.standard
    product.report_number = details.report_number
    product.report_issued_on = details.report_issued_on
    product.life_years = details.life_years
    product.material_key = _known_material(kind, details.material_key)
    product.attributes = values
    product.evidence = evidence_json(details.evidence)
    carbon = _honest_carbon(details.carbon)
    product.carbon_kg_per_unit = carbon.kg_per_unit if carbon else None
    product.carbon_source = carbon.source if carbon else ""
    product.carbon_trust = carbon.trust.value if carbon else None
    product.updated_at = now


def _usable_certificate(
    product: Product, kind: Kind, details: ProductDetails, find: FindCertificate
) -> str | None:
    """The certificate, when it is the maker's and covers the kind; it may still be pending."""
    if details.certificate_id is None or not kind.certifiable:
        return None
    view = find(details.certificate_id)
    if view is None or rules.certificate_fits(view, product.maker_id, kind.code):
        raise CertificateNotUsable(field="certificate_id")
    return view.id


def _honest_carbon(carbon: Carbon | None) -> Carbon | None:
    """What a maker says is declared or an average; verified comes from a declaration only."""
    if carbon is not None and carbon.trust is CarbonTrust.VERIFIED:
        raise CarbonNotVerified(field="carbon_trust")
    return carbon


def _known_material(kind: Kind, key: str | None) -> str | None:
    if key is None:
        return None
    material = materials().get(key)
    if material is None or material.kind_code != kind.code:
        raise UnknownMaterial(field="material_key")
    return key


def put_on_market(session: Session, actor: Actor, product: Product, now: datetime) -> None:
    """A reviewer lets a draft there for the first time. Raises Conflict."""
    _move(session, actor, product, "publish", now)


def _move(session: Session, actor: Actor, product: Product, verb: str, now: datetime) -> None:
    before = product.state
    after = rules.next_state(before, verb)
    if after is None:
        raise Conflict()
    product.state, product.updated_at = after, now
    if after == "live" and product.published_at is None:
        product.published_at = now
    session.flush()
    gates.refresh(session, [product.id])
    if product.certificate_id is not None:
        gates.report_outside(session, product.certificate_id, now)
    audit.record(
        session, actor, f"product.{verb}", "product", product.id, now=now,
        before={"state": before}, after={"state": after},
    )  # fmt: skip


def _own(session: Session, actor: Actor, product_id: str) -> Product:
    product = session.get(Product, product_id)
    if product is None or not access.may_edit_product(actor, product.maker_id):
        raise ProductNotFound()
    return product


def _own_variant(session: Session, actor: Actor, variant_id: str) -> Variant:
    variant = session.get(Variant, variant_id)
    product = session.get(Product, variant.product_id) if variant else None
    if variant is None or product is None or not access.may_edit_product(actor, product.maker_id):
        raise VariantNotFound()
    return variant


def _variant_columns(details: VariantDetails) -> dict[str, Any]:
    return {
        "label_zh": details.label_zh,
        "label_en": details.label_en,
        "pack_size": details.pack_size,
        "weight_g": details.weight_g,
    }
