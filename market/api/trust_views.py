"""Reading certificates and results of spot checks: all, or what changed since the last visit."""

from datetime import datetime

from marshmallow import fields

from market.api import paging
from market.api.blueprint import PREFIX, blueprint
from market.api.fields import Amount, Document, said
from market.api.operation import operation
from market.api.paging import Slice
from market.api.read_schemas import INSTANT, CertificateOut, ChangesQuery, page_of
from market.api.types import Call
from market.certification import queries as certification
from market.certification.types import CertificateView
from market.db.session import reading
from market.footprints import queries as footprints
from market.footprints.rules import CATEGORIES, FACTOR_UNITS
from market.footprints.types import FactorView
from market.inspections import queries
from market.inspections.types import CheckView
from market.kernel.i18n import N_
from market.web.access import API, policy
from market.web.context import now

TRUST = "trust"


class SpotCheckOut(Document):
    """A published result of a spot check."""

    id = fields.String(required=True)
    notice_no = fields.String(required=True)
    region = fields.String(required=True, attribute="region_code")
    product_id = fields.String(required=True)
    product_name_zh = fields.String(required=True, attribute="name_zh")
    product_name_en = fields.String(required=True, attribute="name_en")
    model = fields.String(required=True)
    kind = fields.String(required=True, attribute="kind_code")
    maker_id = fields.String(required=True)
    maker_name = fields.String(required=True)
    sampled_at_seller = fields.String(required=True, attribute="seller_name")
    purpose = fields.String(required=True, metadata={"enum": ["first", "recheck"]})
    batch_no = fields.String(required=True, attribute="result.batch_no")
    sampled_on = fields.Date(required=True, attribute="result.sampled_on")
    laboratory = fields.String(required=True, attribute="result.laboratory")
    report_number = fields.String(required=True, attribute="result.report_number")
    standard = fields.String(required=True, attribute="result.standard")
    passed = fields.Boolean(required=True, attribute="result.passed")
    findings = fields.String(required=True, attribute="result.findings")
    standing = fields.String(
        required=True,
        metadata={
            "enum": ["passed", "failed", "cleared", "annulled"],
            **said(N_("failed 停售中，cleared 复查已合格，annulled 申诉成立")),
        },
    )
    published_at = fields.AwareDateTime(required=True, metadata=INSTANT)
    recheck_due_on = fields.Date(required=True, allow_none=True)
    barred_until = fields.AwareDateTime(required=True, allow_none=True, metadata=INSTANT)
    updated_at = fields.AwareDateTime(required=True, metadata=INSTANT)


class ListedCertificateOut(CertificateOut):
    """A certificate with what it covers and since when it is in its state."""

    kinds = fields.List(fields.String(), required=True)
    models = fields.String(required=True, metadata=said(N_("空的表示不限型号")))
    standard = fields.String(required=True)
    seller_id = fields.String(required=True)
    state_since = fields.AwareDateTime(
        required=True, allow_none=True, attribute="since", metadata=INSTANT
    )
    state_reason = fields.String(required=True, attribute="reason")
    surveillance_due_on = fields.Date(required=True, allow_none=True)
    updated_at = fields.AwareDateTime(required=True, metadata=INSTANT)


class FactorOut(Document):
    """One version of a background factor of carbon footprints."""

    id = fields.String(required=True)
    code = fields.String(required=True)
    version = fields.Integer(required=True)
    category = fields.String(required=True, metadata={"enum": list(CATEGORIES)})
    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)
    unit = fields.String(required=True, metadata={"enum": list(FACTOR_UNITS)})
    kg_per_unit = Amount(required=True, metadata=said(N_("千克，每个单位；计哪些气体看 gas")))
    gas = fields.String(required=True, metadata={"enum": ["CO2e", "CO2"]})
    region = fields.String(
        required=True, metadata=said(N_("空的是全国，两位是省，R- 开头是区域电网"))
    )
    year = fields.Integer(required=True, allow_none=True)
    stage = fields.String(required=True)
    source = fields.String(required=True)
    basis = fields.String(required=True)
    quality = fields.String(
        required=True,
        metadata={"enum": ["A", "B", "C", "D", "E"], **said(N_("A 最可靠，E 是估算"))},
    )
    supersedes_id = fields.String(required=True, allow_none=True)
    superseded_at = fields.AwareDateTime(required=True, allow_none=True, metadata=INSTANT)
    updated_at = fields.AwareDateTime(required=True, metadata=INSTANT)


def after_of(call: Call) -> tuple[datetime, str] | None:
    """The last change given out, which the next ones follow."""
    key = paging.decode(call.args.get("cursor"), int, str)
    return (paging.instant(key[0]), str(key[1])) if key is not None else None


@blueprint.get(f"{PREFIX}/certificates")
@policy(API)
@operation(
    N_("审核通过的证书和现在的状态，按最后变动的时间。到期这样由日期决定的变化不算变动"),
    tag=TRUST, result=page_of(ListedCertificateOut), query=ChangesQuery,
)  # fmt: skip
def list_certificates(call: Call) -> Slice[CertificateView]:
    """Approved certificates in the order of their last change."""
    after, limit = after_of(call), call.args["limit"]
    with reading() as session:
        found = certification.changed_since(
            session, call.args.get("updated_since"), after, limit + 1, now()
        )
    return paging.cut(found, limit, lambda one: (paging.micros(_changed(one)), one.id))


@blueprint.get(f"{PREFIX}/certificates/<certificate_id>")
@policy(API)
@operation(N_("一张证书"), tag=TRUST, result=ListedCertificateOut, errors=(404,))
def show_certificate(call: Call, certificate_id: str) -> CertificateView:
    """One approved certificate."""
    with reading() as session:
        return certification.get_public(session, certificate_id, now()).view


def _changed(certificate: CertificateView) -> datetime:
    assert certificate.updated_at is not None  # only a certificate never stored has none
    return certificate.updated_at


@blueprint.get(f"{PREFIX}/spot-checks")
@policy(API)
@operation(
    N_("公布过的抽查结果，按最后变动的时间"), tag=TRUST, result=page_of(SpotCheckOut),
    query=ChangesQuery,
)  # fmt: skip
def list_spot_checks(call: Call) -> Slice[CheckView]:
    """Published results in the order of their last change."""
    after = after_of(call)
    limit = call.args["limit"]
    with reading() as session:
        found = queries.changed_since(session, call.args.get("updated_since"), after, limit + 1)
    return paging.cut(found, limit, lambda check: (paging.micros(check.updated_at), check.id))


@blueprint.get(f"{PREFIX}/factors")
@policy(API)
@operation(
    N_("碳足迹背景因子的全部版本，按最后变动的时间。superseded_at 不空的已有新版本"),
    tag=TRUST, result=page_of(FactorOut), query=ChangesQuery,
)  # fmt: skip
def list_factors(call: Call) -> Slice[FactorView]:
    """Versions of factors in the order of their last change."""
    after, limit = after_of(call), call.args["limit"]
    with reading() as session:
        found = footprints.changed_since(session, call.args.get("updated_since"), after, limit + 1)
    return paging.cut(found, limit, lambda one: (paging.micros(one.updated_at), one.id))


@blueprint.get(f"{PREFIX}/spot-checks/<check_id>")
@policy(API)
@operation(N_("一条抽查结果"), tag=TRUST, result=SpotCheckOut, errors=(404,))
def show_spot_check(call: Call, check_id: str) -> CheckView:
    """One published result."""
    with reading() as session:
        return queries.get_published(session, check_id)
