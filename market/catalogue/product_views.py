"""From rows of products and variants to what others may see of them."""

from collections.abc import Iterable, Mapping
from typing import Any

from market.catalogue.cited import decode_cited
from market.catalogue.contents import decoded
from market.catalogue.models import Product, Variant
from market.catalogue.types import (
    Carbon,
    CarbonTrust,
    Dimension,
    Evidence,
    ProductState,
    ProductView,
    VariantView,
    label_of,
)


def product_view(row: Product, maker_name: str) -> ProductView:
    """The view of a row."""
    return ProductView(
        id=row.id,
        maker_id=row.maker_id,
        maker_name=maker_name,
        kind_code=row.kind_code,
        name_zh=row.name_zh,
        name_en=row.name_en,
        model=row.model,
        use_zh=row.use_zh,
        use_en=row.use_en,
        unit=row.unit,
        state=ProductState(row.state),
        certificate_id=row.certificate_id,
        standard=row.standard,
        report_number=row.report_number,
        report_issued_on=row.report_issued_on,
        report_file_id=row.report_file_id,
        life_years=row.life_years,
        carbon=carbon_of(row),
        material_key=row.material_key,
        attributes=dict(row.attributes),
        evidence=evidence_of(row.evidence),
        created_at=row.created_at,
        published_at=row.published_at,
        held_since=row.held_since,
        barred_since=row.barred_since,
        barred_until=row.barred_until,
        local_areas=row.local_areas,
        batches_until=row.batches_until,
        manual_version=row.manual_version,
        contents=decoded(row.contents),
        unfit_from=row.unfit_from,
        cited=decode_cited(row.cited),
        label=label_of(row.carbon_label),
    )


def variant_view(row: Variant) -> VariantView:
    """The view of a row."""
    return VariantView(
        id=row.id,
        product_id=row.product_id,
        label_zh=row.label_zh,
        label_en=row.label_en,
        pack_size=row.pack_size,
        unit=row.unit,
        weight_g=row.weight_g,
        is_open=row.is_open,
    )


def carbon_of(row: Product) -> Carbon | None:
    """The maker's own figure with its source; None is a gap, never zero."""
    if row.carbon_kg_per_unit is None or row.carbon_trust is None:
        return None
    return Carbon(row.carbon_kg_per_unit, row.carbon_source, CarbonTrust(row.carbon_trust))


def evidence_of(stored: Mapping[str, Any]) -> tuple[Evidence, ...]:
    """All six dimensions in their order; a missing one is a gap."""
    return tuple(_evidence(dimension, stored.get(dimension)) for dimension in Dimension)


def evidence_json(evidence: Iterable[Evidence]) -> dict[str, dict[str, str]]:
    """What is stored; gaps are left out."""
    return {
        item.dimension.value: {
            key: text
            for key, text in (
                ("value", item.value),
                ("source", item.source),
                ("value_en", item.value_en),
                ("proof", item.proof),
            )
            if text
        }
        for item in evidence
        if not item.is_gap
    }


def _evidence(dimension: Dimension, stored: Mapping[str, Any] | None) -> Evidence:
    if not stored:
        return Evidence(dimension)
    return Evidence(dimension, *map(stored.get, ("value", "source", "value_en", "proof")))
