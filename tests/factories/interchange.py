"""Data partners, their words and signed batches."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.accounts import service as people
from market.interchange import queries, service, signing
from market.interchange.types import Envelope, PartnerDraft, Subject
from market.kernel.actor import SYSTEM, Actor
from market.kernel.region_code import RegionCode
from tests.factories.accounts import make_account
from tests.factories.catalogue import START

SECRET = "t" * 40
WORDS = {
    (Subject.KIND, "BW-01"): "G105", (Subject.STAR, "三星级"): "3",
    (Subject.STATE, "在库"): "listed",
    (Subject.STATE, "退库"): "exited", (Subject.REGION, "金堂"): "510121",
}  # fmt: skip


def make_partner(
    session: Session, code: str = "sichuan", region: str = "51", account_id: str = ""
) -> str:
    """A partner with a mapping table; returns its id."""
    account = account_id or make_account(session).id
    phone = accounts.get_account(session, account).phone
    draft = PartnerDraft(code, "四川采信库（示例）", phone, RegionCode(region))
    partner = service.register(session, SYSTEM, draft, now=START)
    for (subject, theirs), ours in WORDS.items():
        service.put(session, SYSTEM, partner, subject, theirs, ours, now=START)
    return partner


def actor_of(session: Session, partner_id: str) -> Actor:
    """Who sends for a partner."""
    return people.load_actor(session, queries.get_partner(session, partner_id).account_id)


def record_of(certificate_number: str, **overrides: Any) -> dict[str, Any]:
    """One record in the partner's words."""
    values = {
        "certificate_number": certificate_number, "model": "", "kind": "BW-01", "star": "三星级",
        "state": "在库", "region": "金堂", "list_no": "SC-7", "use_scope": "外墙", **overrides,
    }  # fmt: skip
    return {name: value for name, value in values.items() if value is not None}


def content_of(session: Session, partner_id: str, *records: Any, **overrides: Any) -> str:
    """The next content of a partner."""
    partner = queries.get_partner(session, partner_id)
    values = {
        "sequence": partner.in_sequence + 1, "previous_sha256": partner.in_digest,
        "records": list(records), **overrides,
    }  # fmt: skip
    return json.dumps(values, ensure_ascii=False)


def seal(
    session: Session, partner_id: str, content: str, now: datetime = START, **overrides: Any
) -> Envelope:
    """A content signed with the partner's key."""
    partner = queries.get_partner(session, partner_id)
    key = signing.key_of(SECRET, partner.id, partner.key_generation)
    stamp = int(now.timestamp())
    made = Envelope("msg-1", stamp, content, signing.sign(key, "msg-1", stamp, content))
    return replace(made, **overrides)
