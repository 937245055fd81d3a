"""Adoption databases for programs: entries, mapping tables, signed batches in both directions."""

from typing import Any

from flask_babel import gettext
from marshmallow import ValidationError, fields

from market.adoptions import queries
from market.adoptions.types import EntryState, EntryView
from market.api import paging
from market.api.blueprint import PREFIX, blueprint
from market.api.fields import Amount, Chars, Count, Document, Exact, Word, said
from market.api.operation import ListQuery, operation
from market.api.paging import Slice
from market.api.read_schemas import INSTANT, UNIT, ChangesQuery, page_of
from market.api.trust_views import after_of
from market.api.types import Call, Scope
from market.db.session import reading, unit_of_work
from market.interchange import queries as interchange
from market.interchange import service
from market.interchange.errors import BatchNotFound
from market.interchange.types import Answer, Envelope, Subject
from market.kernel.i18n import N_
from market.web.access import API, policy
from market.web.context import now, settings

ADOPTIONS = "adoptions"
_STATES = [one.value for one in EntryState]


class AdoptionOut(Document):
    """An entry that is or was listed."""

    id = fields.String(required=True)
    number = fields.String(required=True)
    state = fields.String(
        required=True,
        metadata={"enum": _STATES, **said(N_("listed 在库，exited 和 returning 已退出"))},
    )
    product_id = fields.String(required=True)
    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)
    model = fields.String(required=True)
    kind = fields.String(required=True, attribute="kind_code")
    maker_id = fields.String(required=True, attribute="seller_id")
    maker = fields.String(required=True, attribute="maker_name")
    certificate_id = fields.String(required=True)
    certificate_number = fields.String(required=True)
    region = fields.String(required=True, attribute="region.digits")
    use_scope = fields.String(required=True)
    document_no = fields.String(required=True)
    list_no = fields.String(required=True, metadata=said(N_("合作方自己的编号，没有是空的")))
    starts_on = fields.Date(required=True, allow_none=True)
    ends_on = fields.Date(required=True)
    exit_cause = fields.String(required=True, metadata=said(N_("为什么退出，在库的是空的")))
    exited_at = fields.AwareDateTime(required=True, allow_none=True, metadata=INSTANT)
    listed_at = fields.AwareDateTime(required=True, allow_none=True, metadata=INSTANT)
    updated_at = fields.AwareDateTime(required=True, metadata=INSTANT)
    revision = fields.Integer(required=True)


class AdoptionStepOut(Document):
    """One act on an entry."""

    at = fields.AwareDateTime(required=True, metadata=INSTANT)
    action = fields.String(required=True)
    level = fields.String(required=True)
    office = fields.String(required=True, attribute="office.digits")
    who = fields.String(required=True)
    reason = fields.String(required=True)
    cause = fields.String(required=True)


class AdoptionUseOut(Document):
    """A project with an amount of the product."""

    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)
    region = fields.String(required=True, attribute="region.digits")
    year = fields.Integer(required=True)
    quantity = Amount(required=True)
    unit = fields.String(required=True, metadata=UNIT)
    demonstration_id = fields.String(
        required=True, metadata=said(N_("按示范工程收到的货算的；主管部门登记的是空的"))
    )


class AdoptionTotalOut(Document):
    """What the uses of one unit come to; different units are never added."""

    unit = fields.String(required=True, metadata=UNIT)
    quantity = Amount(required=True)


class AdoptionSourceOut(Document):
    """Where a field comes from."""

    field = fields.String(required=True)
    kind = fields.String(required=True, metadata={"enum": ["seller", "official", "partner"]})
    who = fields.String(required=True)
    batch = fields.String(required=True)
    at = fields.AwareDateTime(required=True, metadata=INSTANT)


class AdoptionDetailOut(AdoptionOut):
    """A whole entry."""

    history = fields.List(fields.Nested(AdoptionStepOut), required=True)
    uses = fields.List(fields.Nested(AdoptionUseOut), required=True)
    totals = fields.List(fields.Nested(AdoptionTotalOut), required=True)
    sources = fields.List(fields.Nested(AdoptionSourceOut), required=True)


class MappingQuery(ListQuery):
    """Those of a partner."""

    partner = Word(most=30)


class MappingOut(Document):
    """One of a partner's codes or words as ours."""

    id = fields.String(required=True)
    partner = fields.String(required=True)
    subject = fields.String(required=True, metadata={"enum": [one.value for one in Subject]})
    theirs = fields.String(required=True)
    ours = fields.String(required=True)
    version = fields.Integer(required=True)
    since = fields.AwareDateTime(required=True, metadata=INSTANT)


class EnvelopeIn(Document):
    """A signed batch on its way in."""

    id = Word(most=64, required=True, metadata=said(N_("自己定的编号，一起签名")))
    timestamp = Count(required=True, metadata=said(N_("签名的时刻，1970 年起的秒数，UTC")))
    content = Exact(
        required=True, validate=Chars(min=2, max=60_000),
        metadata=said(N_("JSON 文字：sequence、previous_sha256、records；签名后一个字也不能改")),
    )  # fmt: skip
    signature = Exact(
        required=True, validate=Chars(min=3, max=300),
        metadata=said(N_("v1,Base64(HMAC-SHA256(密钥, id.timestamp.content))")),
    )  # fmt: skip


class EnvelopeOut(Document):
    """A signed batch on its way out; the content stays as it was made."""

    id = fields.String(required=True)
    timestamp = fields.Integer(required=True)
    content = fields.String(required=True)
    signature = fields.String(required=True)
    sequence = fields.Integer(required=True)
    sha256 = fields.String(required=True)
    previous_sha256 = fields.String(required=True)


class TakenRowOut(Document):
    """What became of a record."""

    entry = fields.String(required=True)
    outcome = fields.String(
        required=True, metadata={"enum": ["proposed", "followed", "differs", "same"]}
    )


class TakenOut(Document):
    """What became of a batch that was taken over whole."""

    sequence = fields.Integer(required=True)
    sha256 = fields.String(required=True, attribute="digest")
    repeated = fields.Boolean(
        required=True, metadata=said(N_("同一批再发一次：答复和上次一样，什么都没有再做"))
    )
    rows = fields.List(fields.Nested(TakenRowOut), required=True)


@blueprint.get(f"{PREFIX}/adoptions")
@policy(API)
@operation(
    N_("各省采信应用数据库里在库和退出过的产品，按最后变动的时间"), tag=ADOPTIONS,
    result=page_of(AdoptionOut), query=ChangesQuery,
)  # fmt: skip
def list_adoptions(call: Call) -> Slice[EntryView]:
    """Entries in the order of their last change."""
    after, limit = after_of(call), call.args["limit"]
    with reading() as session:
        found = queries.changed_since(
            session, call.args.get("updated_since"), after, limit + 1, now()
        )
    return paging.cut(found, limit, lambda one: (paging.micros(one.updated_at), one.id))


@blueprint.get(f"{PREFIX}/adoptions/<adoption_id>")
@policy(API)
@operation(
    N_("一条采信：全部经过、用在哪些工程、每一项从哪来"), tag=ADOPTIONS,
    result=AdoptionDetailOut, errors=(404,),
)  # fmt: skip
def show_adoption(call: Call, adoption_id: str) -> dict[str, Any]:
    """One entry with its history."""
    with reading() as session:
        entry = queries.get_public(session, adoption_id, now())
        history = queries.history_of(session, adoption_id)
        uses = queries.uses_of_entry(session, entry)
    return {
        **vars(entry), "history": history, "uses": uses.items,
        "totals": [{"unit": key, "quantity": value} for key, value in uses.totals.items()],
        "sources": [
            {"field": name, "kind": one.kind, "who": one.who, "batch": one.batch, "at": one.at}
            for name, one in sorted(entry.sources.items())
        ],
    }  # fmt: skip


@blueprint.get(f"{PREFIX}/adoption-mappings")
@policy(API)
@operation(
    N_("数据合作方的代码和说法在本站是什么，只给现在用的版本"), tag=ADOPTIONS,
    result=page_of(MappingOut), query=MappingQuery,
)  # fmt: skip
def list_mappings(call: Call) -> Slice[dict[str, Any]]:
    """The mapping tables in force."""
    after, limit = paging.decode(call.args.get("cursor"), str), call.args["limit"]
    with reading() as session:
        found = interchange.mappings_after(
            session, call.args.get("partner", ""), after, limit + 1
        )  # fmt: skip
    rows = [
        {"id": one.id, "partner": code, "subject": one.subject.value, "theirs": one.theirs,
         "ours": one.ours, "version": one.version_from, "since": one.made_at}
        for code, one in found
    ]  # fmt: skip
    return paging.cut(rows, limit, lambda row: (row["id"],))


@blueprint.post(f"{PREFIX}/adoption-batches")
@policy(API)
@operation(
    N_("推送一批采信记录：验签名，按顺序，要么全收要么整批退回；退回时逐行列在 fields 里"),
    tag=ADOPTIONS, result=TakenOut, scope=Scope.ADOPTIONS, body=EnvelopeIn, errors=(409,),
)  # fmt: skip
def push_batch(call: Call) -> Answer:
    """Take a partner's batch over, or say what is wrong with which row."""
    envelope = Envelope(**call.body)
    with unit_of_work() as session:
        answer = service.receive(
            session, call.caller.actor, envelope, settings().secret_key, now=now()
        )
    if answer.faults:
        refused: dict[str, list[str]] = {}
        for one in answer.faults:
            said_so = gettext(one.reason, **one.params) if one.params else gettext(one.reason)
            refused.setdefault(one.path, []).append(said_so)
        raise ValidationError(dict(refused))
    return answer


@blueprint.post(f"{PREFIX}/adoption-batches/next")
@policy(API)
@operation(
    N_("做下一批：上一批以后的变化，签好名；没有变化是 409"), tag=ADOPTIONS, result=EnvelopeOut,
    scope=Scope.ADOPTIONS, status=201, errors=(409,),
)  # fmt: skip
def make_batch(call: Call) -> dict[str, Any]:
    """Freeze what changed since the last batch."""
    who, at = call.caller.actor, now()
    with unit_of_work() as session:
        batch = service.make_next(session, who, now=at)
        envelope = service.sealed(session, who, batch, settings().secret_key, now=at)
    return _sealed(envelope, batch)


@blueprint.get(f"{PREFIX}/adoption-batches/<sequence>")
@policy(API)
@operation(
    N_("再取一批做过的：内容和当时一个字不差，签名是现在的"), tag=ADOPTIONS, result=EnvelopeOut,
    scope=Scope.ADOPTIONS, errors=(404, 409),
)  # fmt: skip
def show_batch(call: Call, sequence: str) -> dict[str, Any]:
    """A batch that was made."""
    if not (sequence.isascii() and sequence.isdigit() and len(sequence) < 10):
        raise BatchNotFound
    who = call.caller.actor
    with reading() as session:
        batch = service.get_batch(session, who, int(sequence))
        envelope = service.sealed(session, who, batch, settings().secret_key, now=now())
    return _sealed(envelope, batch)


def _sealed(envelope: Envelope, batch: Any) -> dict[str, Any]:
    return {
        "id": envelope.id, "timestamp": envelope.timestamp, "content": envelope.content,
        "signature": envelope.signature, "sequence": batch.sequence, "sha256": batch.digest,
        "previous_sha256": batch.previous_digest,
    }  # fmt: skip
