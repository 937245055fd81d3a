"""Renovation requests as documents."""

from typing import Any

from flask_babel import gettext
from marshmallow import ValidationError, fields

from market.api.fields import (
    Amount,
    Chars,
    Choice,
    Count,
    Document,
    Flag,
    Phone,
    Region,
    Text,
    fen,
    plain,
    said,
)
from market.api.read_schemas import INSTANT
from market.kernel.i18n import N_
from market.providers import queries as providers
from market.renovations.facts import HOUSE_FACTS, Fact
from market.renovations.projects import project_types
from market.renovations.types import CONTRACT_MODES, UNKNOWN, RequestState

MOST_BUDGET_FEN = 10_000_000_00
_DECIMAL_FACTS = {"storey_height"}


class Answer(fields.Field[Any]):
    """An answer about the house: a choice, a number, a length and width, or "unknown"."""

    def __init__(self, fact: Fact, **kwargs: Any) -> None:
        self.fact = fact
        super().__init__(metadata={"description": fact.question, **_shape(fact)}, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        fact = self.fact
        if value == UNKNOWN:
            return UNKNOWN
        if fact.kind == "choice":
            Choice([*dict(fact.choices), UNKNOWN])(value)
            return value
        if fact.kind == "size":
            if not isinstance(value, list) or len(value) != 2:
                raise ValidationError(gettext("写成 [长, 宽]，单位米，或者 unknown"))
            return [plain(self._number(part, 2)) for part in value]
        places = 2 if fact.key in _DECIMAL_FACTS else 0
        number = self._number(value, places)
        return plain(number) if places else int(number)

    def _number(self, value: Any, places: int) -> Any:
        low, high = str(self.fact.minimum), str(self.fact.maximum)
        return Amount(least=low, most=high, places_in=places).deserialize(value)


def _shape(fact: Fact) -> dict[str, Any]:
    unknown = {"const": UNKNOWN}
    if fact.kind == "choice":
        return {"enum": [*dict(fact.choices), UNKNOWN]}
    number = {"type": "number", "minimum": fact.minimum, "maximum": fact.maximum}
    if fact.kind == "number":
        return {"oneOf": [number, unknown]}
    pair = {"type": "array", "items": number, "minItems": 2, "maxItems": 2}
    return {"oneOf": [pair, unknown]}


FactsIn = type(
    "FactsIn",
    (Document,),
    {"__doc__": "What is known of the house.", **{f.key: Answer(f) for f in HOUSE_FACTS}},
)


class BudgetIn(Document):
    """A range; null where open."""

    low_fen = Count(most=MOST_BUDGET_FEN, allow_none=True, load_default=None)
    high_fen = Count(most=MOST_BUDGET_FEN, allow_none=True, load_default=None)


class WindowIn(Document):
    """When; null where open."""

    starts_on = fields.Date(allow_none=True, load_default=None)
    ends_on = fields.Date(allow_none=True, load_default=None)


class ContactIn(Document):
    """Given to the chosen crew only."""

    name = Text(least=1, most=40, required=True)
    phone = Phone(required=True)
    door = Text(least=1, most=120, required=True)
    agreed = Flag(required=True, metadata=said(N_("同意把这些给选定的那一家施工队；要写 true")))


class RequestIn(Document):
    """Answers; what is left out stays as it was."""

    project = fields.String(validate=Choice(list(project_types())))
    facts = fields.Nested(FactsIn)
    trades = fields.List(
        fields.String(validate=Choice(sorted(providers.trade_table()))),
        validate=Chars(min=1, max=30),
    )
    scope = Text(most=1_000, metadata=said(N_("哪些地方要做，大概多少；不要写电话、微信")))
    contract = fields.String(validate=Choice(list(CONTRACT_MODES)))
    budget = fields.Nested(BudgetIn, allow_none=True, metadata=said(N_("null 是不清楚")))
    dates = fields.Nested(WindowIn, allow_none=True, metadata=said(N_("null 是都可以")))
    region = Region(metadata=said(N_("房子所在的乡镇")))
    contact = fields.Nested(ContactIn)


class PublishIn(Document):
    """For how long quotes are taken."""

    open_days = fields.Integer(strict=True, validate=Choice([7, 14]))


class ContactOut(Document):
    """The household's own contact data."""

    name = fields.String(required=True)
    phone = fields.String(required=True)
    door = fields.String(required=True)


class RequestRowOut(Document):
    """A request in a list."""

    id = fields.String(required=True)
    number = fields.String(required=True)
    state = fields.String(required=True, metadata={"enum": [s.value for s in RequestState]})
    project = fields.String(required=True, attribute="project_type")
    region = Region(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True, metadata=INSTANT)
    published_at = fields.AwareDateTime(required=True, allow_none=True, metadata=INSTANT)
    closes_at = fields.AwareDateTime(required=True, allow_none=True, metadata=INSTANT)


class RequestOut(RequestRowOut):
    """A request with everything answered."""

    facts = fields.Dict(required=True, keys=fields.String())
    trades = fields.List(fields.String(), required=True)
    scope = fields.String(required=True)
    contract = fields.String(required=True, attribute="contract_mode")
    budget_low_fen = fen(required=True, allow_none=True)
    budget_high_fen = fen(required=True, allow_none=True)
    starts_on = fields.Date(required=True, allow_none=True)
    ends_on = fields.Date(required=True, allow_none=True)
    contact = fields.Nested(ContactOut, required=True, allow_none=True)
    open_questions = fields.List(
        fields.String(), required=True, metadata=said(N_("还没答的，答完才能发布"))
    )
    places_total = fields.Integer(required=True)
    places_left = fields.Integer(required=True)
    crews_fit = fields.Integer(required=True, allow_none=True)
    invited = fields.Integer(required=True)
    quotes = fields.Integer(required=True)
    decide_by = fields.AwareDateTime(required=True, allow_none=True, metadata=INSTANT)


class QuoteLineOut(Document):
    """A line of a quote."""

    kind = fields.String(required=True, metadata={"enum": ["labour", "material", "other"]})
    item = fields.String(required=True, allow_none=True)
    label = fields.String(required=True)
    quantity = Amount(required=True)
    unit = fields.String(required=True)
    unit_price_fen = fen(required=True)
    amount_fen = fen(required=True)


class QuoteOut(Document):
    """A crew's newest quote."""

    id = fields.String(required=True)
    provider_id = fields.String(required=True)
    version = fields.Integer(required=True)
    total_fen = fen(required=True)
    valid_until = fields.Date(required=True)
    days = fields.Integer(required=True)
    warranty_months = fields.Integer(required=True)
    note = fields.String(required=True)
    sent_at = fields.AwareDateTime(required=True, metadata=INSTANT)
    lines = fields.List(fields.Nested(QuoteLineOut), required=True)


class QuotesOut(Document):
    """The newest quote of every crew."""

    items = fields.List(fields.Nested(QuoteOut), required=True)
