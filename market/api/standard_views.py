"""Reading the library of standards: all editions, or what changed since the last visit."""

from typing import Any

from flask import url_for
from marshmallow import fields

from market.api import paging
from market.api.blueprint import PREFIX, blueprint
from market.api.fields import Document, said
from market.api.operation import operation
from market.api.paging import Slice
from market.api.read_schemas import INSTANT, ChangesQuery, page_of
from market.api.trust_views import TRUST, after_of
from market.api.types import Call
from market.db.session import reading
from market.kernel.clock import shanghai_date
from market.kernel.i18n import N_
from market.standards import queries
from market.standards.types import EditionView, State
from market.web.access import API, policy
from market.web.context import now, settings


class StandardOut(Document):
    """An edition of a standard, and how it stands today."""

    id = fields.String(required=True)
    code = fields.String(required=True)
    url = fields.String(required=True, metadata=said(N_("这个标准的页面")))
    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)
    mandatory = fields.Boolean(required=True)
    kinds = fields.List(fields.String(), required=True)
    state = fields.String(
        required=True,
        metadata={
            "enum": [state.value for state in State],
            **said(
                N_("今天的状态：coming 还没实施，in_force 现行，superseded 被代替，withdrawn 废止")
            ),
        },
    )
    published_on = fields.Date(required=True, allow_none=True)
    effective_on = fields.Date(required=True)
    ended_on = fields.Date(
        required=True, allow_none=True, metadata=said(N_("被代替或废止的那天，没有登记是 null"))
    )
    superseded_by = fields.String(
        required=True, allow_none=True, metadata=said(N_("代替它的标准号，废止的是 null"))
    )
    transition_until = fields.Date(required=True, allow_none=True)
    source = fields.String(required=True)
    basis = fields.String(required=True)
    verified = fields.Boolean(
        required=True, metadata=said(N_("登记的资料是不是和标准原文或公开系统对过"))
    )
    updated_at = fields.AwareDateTime(required=True, metadata=INSTANT)


@blueprint.get(f"{PREFIX}/standards")
@policy(API)
@operation(
    N_("标准库里的全部版本，按最后变动的时间。到日期才被代替这样由日期决定的变化不算变动"),
    tag=TRUST, result=page_of(StandardOut), query=ChangesQuery,
)  # fmt: skip
def list_standards(call: Call) -> Slice[dict[str, Any]]:
    """Editions in the order of their last change."""
    after, limit = after_of(call), call.args["limit"]
    with reading() as session:
        found = queries.changed_since(session, call.args.get("updated_since"), after, limit + 1)
    page = paging.cut(found, limit, lambda one: (paging.micros(one.updated_at), one.id))
    return Slice([_standard(one) for one in page.items], page.next)


@blueprint.get(f"{PREFIX}/standards/<edition_id>")
@policy(API)
@operation(N_("标准库里的一个版本"), tag=TRUST, result=StandardOut, errors=(404,))
def show_standard(call: Call, edition_id: str) -> dict[str, Any]:
    """One edition."""
    with reading() as session:
        return _standard(queries.get_edition(session, edition_id))


def _standard(one: EditionView) -> dict[str, Any]:
    end = one.ending
    address = url_for("standards.show_standard", code=one.slug)
    return {
        "id": one.id, "code": one.code, "url": settings().base_url.rstrip("/") + address,
        "name_zh": one.name_zh, "name_en": one.name_en, "mandatory": one.mandatory,
        "kinds": list(one.kinds), "state": one.state_on(shanghai_date(now())).value,
        "published_on": one.published_on, "effective_on": one.effective_on,
        "ended_on": end.from_on if end else None,
        "superseded_by": (end.by or None) if end else None,
        "transition_until": end.until if end else None,
        "source": one.source, "basis": one.basis, "verified": one.verified,
        "updated_at": one.updated_at,
    }  # fmt: skip
