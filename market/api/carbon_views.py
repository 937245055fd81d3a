"""A verified carbon declaration with the names an exchange of EPDs knows."""

from decimal import Decimal
from typing import Any

from marshmallow import fields

from market.api.blueprint import PREFIX, blueprint
from market.api.fields import Amount, Document, said
from market.api.operation import operation
from market.api.read_schemas import INSTANT, UNIT, PartyOut
from market.api.trust_views import TRUST
from market.api.types import Call
from market.db.session import reading
from market.footprints import queries
from market.footprints.types import DeclarationView, Stage, Standing
from market.kernel.i18n import N_
from market.web.access import API, policy
from market.web.context import now

_PUBLIC = (Standing.VERIFIED, Standing.EXPIRED, Standing.SUPERSEDED, Standing.WITHDRAWN)


class DeclaredUnitOut(Document):
    """What the values are for."""

    qty = Amount(required=True)
    unit = fields.String(required=True)


class StageOut(Document):
    """One stage of a product's life."""

    stage = fields.String(required=True, metadata={"enum": [stage.value for stage in Stage]})
    kg_co2e = Amount(
        required=True, allow_none=True, metadata=said(N_("每个声明单位；没有算的是 null，不是 0"))
    )


class DeclarationOut(Document):
    """A declaration that was verified once, whatever became of it."""

    id = fields.String(required=True)
    product_id = fields.String(required=True)
    product_name_zh = fields.String(required=True, attribute="name_zh")
    product_name_en = fields.String(required=True, attribute="name_en")
    model = fields.String(required=True)
    kind = fields.String(required=True, attribute="kind_code")
    manufacturer = fields.Nested(PartyOut, required=True)
    version = fields.Integer(required=True)
    standing = fields.String(required=True, metadata={"enum": [one.value for one in _PUBLIC]})
    declared_unit = fields.Nested(DeclaredUnitOut, required=True)
    pcr = fields.String(required=True, allow_none=True)
    method = fields.String(required=True)
    third_party_verifier = fields.String(required=True, attribute="verifier")
    verification_number = fields.String(required=True, allow_none=True)
    date_of_issue = fields.Date(required=True, allow_none=True)
    valid_until = fields.Date(required=True, allow_none=True)
    gwp = fields.List(
        fields.Nested(StageOut), required=True, metadata=said(N_("全球变暖潜势，按阶段"))
    )
    kg_per_product_unit = Amount(
        required=True, allow_none=True, attribute="label_kg",
        metadata=said(N_("A1–A3，换算到一个销售单位")),
    )  # fmt: skip
    product_unit = fields.String(required=True, metadata=UNIT)
    updated_at = fields.AwareDateTime(required=True, metadata=INSTANT)


@blueprint.get(f"{PREFIX}/carbon-declarations/<declaration_id>")
@policy(API)
@operation(
    N_("一份核验过的碳足迹声明。standing 不是 verified 的已经不能当标签用"),
    tag=TRUST, result=DeclarationOut, errors=(404,),
)  # fmt: skip
def show_declaration(call: Call, declaration_id: str) -> dict[str, Any]:
    """One declaration."""
    with reading() as session:
        return _document(queries.get_public(session, declaration_id, now()))


def _document(found: DeclarationView) -> dict[str, Any]:
    draft = found.draft
    names = (
        "id", "product_id", "name_zh", "name_en", "model", "kind_code", "version", "standing",
        "verifier", "label_kg", "product_unit", "updated_at",
    )  # fmt: skip
    return {name: getattr(found, name) for name in names} | {
        "manufacturer": {"id": found.maker_id, "name": found.maker_name},
        "declared_unit": {"qty": Decimal(1), "unit": draft.unit},
        "pcr": draft.pcr or None,
        "method": draft.method,
        "verification_number": draft.verifier_number or None,
        "date_of_issue": draft.valid_from,
        "valid_until": draft.valid_to,
        "gwp": [{"stage": stage.value, "kg_co2e": kg} for stage, kg in found.stages],
    }
