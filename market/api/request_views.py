"""Renovation requests, through the verbs of the wizard and of the matching."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from market.api import feeds
from market.api.blueprint import PREFIX, blueprint
from market.api.operation import ListQuery, operation
from market.api.paging import Slice
from market.api.read_schemas import page_of
from market.api.request_schemas import (
    PublishIn,
    QuotesOut,
    RequestIn,
    RequestOut,
    RequestRowOut,
)
from market.api.types import Call, Scope
from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError
from market.kernel.i18n import N_
from market.matching import service as matching
from market.matching.types import MatchingRules
from market.renovations import drafts, queries, service
from market.renovations.types import Contact, OwnRequest, Visitor
from market.web.access import API, policy
from market.web.context import now, settings

TAG = "requests"


@blueprint.get(f"{PREFIX}/requests")
@policy(API)
@operation(
    N_("你的装修需求，新的在前"), tag=TAG, result=page_of(RequestRowOut), scope=Scope.REQUESTS,
    query=ListQuery,
)  # fmt: skip
def list_requests(call: Call) -> Slice[Any]:
    """The account's requests."""
    with reading() as session:
        return feeds.requests(session, call.account_id, call.args)


@blueprint.post(f"{PREFIX}/requests")
@policy(API)
@operation(
    N_("写一个装修需求（草稿）"), tag=TAG, result=RequestOut, scope=Scope.REQUESTS,
    body=RequestIn, status=201,
)  # fmt: skip
def create_request(call: Call) -> dict[str, Any]:
    """A new draft with the answers given."""
    who = _visitor(call)
    with unit_of_work() as session:
        request_id = service.start(session, who, now=now())
        _answer(session, who, request_id, call.body)
        return _request(session, queries.get_own(session, who, request_id))


@blueprint.get(f"{PREFIX}/requests/<request_id>")
@policy(API)
@operation(N_("一个装修需求"), tag=TAG, result=RequestOut, scope=Scope.REQUESTS, errors=(404,))
def show_request(call: Call, request_id: str) -> dict[str, Any]:
    """One of the account's requests."""
    with reading() as session:
        return _request(session, queries.get_own(session, _visitor(call), request_id))


@blueprint.patch(f"{PREFIX}/requests/<request_id>")
@policy(API)
@operation(
    N_("改草稿里的回答"), tag=TAG, result=RequestOut, scope=Scope.REQUESTS, body=RequestIn,
    errors=(404, 409),
)  # fmt: skip
def update_request(call: Call, request_id: str) -> dict[str, Any]:
    """Answer more of a draft, or anew."""
    who = _visitor(call)
    with unit_of_work() as session:
        drafts.own_draft(session, who, request_id)
        _answer(session, who, request_id, call.body)
        return _request(session, queries.get_own(session, who, request_id))


@blueprint.post(f"{PREFIX}/requests/<request_id>/publish")
@policy(API)
@operation(
    N_("发布：邀请附近的施工队报价"), tag=TAG, result=RequestOut, scope=Scope.REQUESTS,
    body=PublishIn, body_optional=True, errors=(404, 409),
)  # fmt: skip
def publish_request(call: Call, request_id: str) -> dict[str, Any]:
    """Open a draft to crews and send the first invitations."""
    who, limits = _visitor(call), MatchingRules.of(settings())
    days = call.body.get("open_days", limits.open_days)
    with unit_of_work() as session:
        matching.publish(session, who, request_id, now=now(), limits=limits, open_days=days)
        return _request(session, queries.get_own(session, who, request_id))


@blueprint.get(f"{PREFIX}/requests/<request_id>/quotes")
@policy(API)
@operation(N_("收到的报价"), tag=TAG, result=QuotesOut, scope=Scope.REQUESTS, errors=(404,))
def list_quotes(call: Call, request_id: str) -> dict[str, Any]:
    """The newest quote of every crew."""
    with reading() as session:
        queries.get_own(session, _visitor(call), request_id)
        return {"items": queries.current_quotes(session, request_id)}


def _visitor(call: Call) -> Visitor:
    return Visitor(call.caller.actor)


def _request(session: Session, own: OwnRequest) -> dict[str, Any]:
    view = own.view
    counted = queries.counts(session, [view.id])[view.id]
    names = RequestOut().fields.keys() - {
        "project", "contract", "contact", "open_questions", "invited", "quotes",
    }  # fmt: skip
    return {
        **{name: getattr(view, name) for name in names},
        "project_type": view.project_type,
        "contract_mode": view.contract_mode,
        "contact": own.contact,
        "open_questions": queries.open_steps(own),
        "invited": counted.invited,
        "quotes": counted.quotes,
    }


def _answer(session: Session, who: Visitor, request_id: str, body: Mapping[str, Any]) -> None:
    """Keep every answer of the body, in the order of the wizard."""
    at = now()
    for name, answer in _ANSWERS.items():
        if name not in body:
            continue
        try:
            answer(session, who, request_id, body[name], at)
        except DomainError as error:
            error.field = _FIELDS.get(error.field or "", error.field)
            raise


def _facts(session: Session, who: Visitor, key: str, value: Any, at: datetime) -> None:
    for fact, answer in value.items():
        drafts.answer_fact(session, who, key, fact, answer, now=at)


def _budget(session: Session, who: Visitor, key: str, value: Any, at: datetime) -> None:
    budget = drafts.Budget(**(value or {"low_fen": None, "high_fen": None}))
    drafts.answer_budget(session, who, key, budget, now=at)


def _dates(session: Session, who: Visitor, key: str, value: Any, at: datetime) -> None:
    window = drafts.Window(**(value or {"starts_on": None, "ends_on": None}))
    drafts.answer_dates(session, who, key, window, now=at)


def _contact(session: Session, who: Visitor, key: str, value: Any, at: datetime) -> None:
    if not value["agreed"]:
        raise ValidationError(
            {"contact": {"agreed": [gettext("要同意，选定的施工队才联系得上你")]}}
        )
    contact = Contact(value["name"], value["phone"], value["door"])
    drafts.answer_contact(session, who, key, contact, now=at)


# Where the wizard's fields stand in the body.
_FIELDS = {
    "high": "budget.high_fen",
    "starts_on": "dates.starts_on",
    "ends_on": "dates.ends_on",
}
Keep = Callable[[Session, Visitor, str, Any, datetime], None]
_ANSWERS: dict[str, Keep] = {
    "project": lambda s, w, key, v, at: drafts.answer_project(s, w, key, v, now=at),
    "facts": _facts,
    "trades": lambda s, w, key, v, at: drafts.answer_trades(s, w, key, v, now=at),
    "scope": lambda s, w, key, v, at: drafts.answer_scope(s, w, key, v, now=at),
    "contract": lambda s, w, key, v, at: drafts.answer_contract(s, w, key, v, now=at),
    "budget": _budget,
    "dates": _dates,
    "region": lambda s, w, key, v, at: drafts.answer_place(s, w, key, v, now=at),
    "contact": _contact,
}
