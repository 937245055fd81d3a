"""Reading results of spot checks: all of them, or what changed since the last visit."""

from datetime import UTC, datetime
from typing import Any

from marshmallow import ValidationError, fields

from market.api import paging
from market.api.blueprint import PREFIX, blueprint
from market.api.fields import Document, said
from market.api.operation import ListQuery, operation
from market.api.paging import Slice
from market.api.read_schemas import INSTANT, page_of
from market.api.types import Call
from market.db.session import reading
from market.inspections import queries
from market.inspections.types import CheckView
from market.kernel.i18n import N_
from market.web.access import API, policy

TRUST = "trust"


class Instant(fields.AwareDateTime):
    """A moment with its offset, within what every database can store."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        moment = super()._deserialize(value, attr, data, **kwargs)
        if not isinstance(moment, datetime) or not 1970 < moment.year < 9000:
            raise ValidationError(self.error_messages["invalid"])
        return moment.astimezone(UTC)


class SpotCheckQuery(ListQuery):
    """Since when."""

    updated_since = Instant(metadata=said(N_("只要这个时刻以后变过的，例如 2026-11-01T00:00:00Z")))


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


@blueprint.get(f"{PREFIX}/spot-checks")
@policy(API)
@operation(
    N_("公布过的抽查结果，按最后变动的时间"), tag=TRUST, result=page_of(SpotCheckOut),
    query=SpotCheckQuery,
)  # fmt: skip
def list_spot_checks(call: Call) -> Slice[CheckView]:
    """Published results in the order of their last change."""
    key = paging.decode(call.args.get("cursor"), int, str)
    after = (paging.instant(key[0]), str(key[1])) if key is not None else None
    limit = call.args["limit"]
    with reading() as session:
        found = queries.changed_since(session, call.args.get("updated_since"), after, limit + 1)
    return paging.cut(found, limit, lambda check: (paging.micros(check.updated_at), check.id))


@blueprint.get(f"{PREFIX}/spot-checks/<check_id>")
@policy(API)
@operation(N_("一条抽查结果"), tag=TRUST, result=SpotCheckOut, errors=(404,))
def show_spot_check(call: Call, check_id: str) -> CheckView:
    """One published result."""
    with reading() as session:
        return queries.get_published(session, check_id)
