"""Batches for partners: what changed since the last one, frozen, numbered and chained."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from market.adoptions import queries as adoptions
from market.adoptions.types import EntryView
from market.interchange import signing
from market.interchange.errors import BatchNotFound, NothingNew
from market.interchange.models import InterchangeBatch, InterchangePartner, InterchangeSent
from market.interchange.queries import batch_view, partner_row
from market.interchange.types import MOST_RECORDS, BatchView, Envelope
from market.kernel.actor import Actor
from market.kernel.region_code import RegionCode


def make_next(session: Session, actor: Actor, *, now: datetime) -> BatchView:
    """The next batch of the actor's partner, at most `MOST_RECORDS` entries of its region.

    Raises NotAPartner, NothingNew.
    """
    partner = partner_row(session, actor, lock=True)
    sent = (
        select(InterchangeSent.entry_id, InterchangeSent.revision)
        .where(InterchangeSent.partner_id == partner.id)
        .subquery()
    )
    region = RegionCode(partner.region_code)
    entries = adoptions.public_in(session, region, sent, MOST_RECORDS, now)
    if not entries:
        raise NothingNew
    content = _content(partner, entries, now)
    row = InterchangeBatch(
        partner_id=partner.id, direction="out", state="accepted",
        sequence=partner.out_sequence + 1, digest=signing.digest(content),
        previous_digest=partner.out_digest, content=content, records=len(entries), answer=[],
        made_at=now,
    )  # fmt: skip
    session.add(row)
    partner.out_sequence, partner.out_digest = row.sequence, row.digest
    _note_sent(session, partner.id, entries)
    return batch_view(row)


def get_batch(session: Session, actor: Actor, sequence: int) -> BatchView:
    """A batch that was made, as it was. Raises NotAPartner, BatchNotFound."""
    partner = partner_row(session, actor)
    row = session.scalar(
        select(InterchangeBatch).where(
            InterchangeBatch.partner_id == partner.id, InterchangeBatch.direction == "out",
            InterchangeBatch.sequence == sequence, InterchangeBatch.state == "accepted",
        )
    )  # fmt: skip
    if row is None:
        raise BatchNotFound
    return batch_view(row)


def sealed(
    session: Session, actor: Actor, batch: BatchView, secret: str, *, now: datetime
) -> Envelope:
    """The batch signed with the partner's present key, at this instant."""
    partner = partner_row(session, actor)
    key = signing.key_of(secret, partner.id, partner.key_generation)
    stamp = int(now.timestamp())
    return Envelope(
        batch.id, stamp, batch.content, signing.sign(key, batch.id, stamp, batch.content)
    )


def _content(partner: InterchangePartner, entries: Sequence[EntryView], now: datetime) -> str:
    document = {
        "partner": partner.code, "sequence": partner.out_sequence + 1,
        "previous_sha256": partner.out_digest, "made_at": now.isoformat(),
        "records": [_record(one) for one in entries],
    }  # fmt: skip
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _record(one: EntryView) -> dict[str, Any]:
    return {
        "id": one.id, "number": one.number, "state": one.state.value,
        "product_id": one.product_id, "name_zh": one.name_zh, "name_en": one.name_en,
        "model": one.model, "kind": one.kind_code, "maker": one.maker_name,
        "certificate_number": one.certificate_number, "region": one.region.digits,
        "use_scope": one.use_scope, "document_no": one.document_no, "list_no": one.list_no,
        "starts_on": one.starts_on.isoformat() if one.starts_on else None,
        "ends_on": one.ends_on.isoformat(), "exit_cause": one.exit_cause or None,
        "exited_at": one.exited_at.isoformat() if one.exited_at else None,
        "updated_at": one.updated_at.isoformat(), "revision": one.revision,
    }  # fmt: skip


def _note_sent(session: Session, partner_id: str, entries: Sequence[EntryView]) -> None:
    ids = [one.id for one in entries]
    session.execute(
        delete(InterchangeSent).where(
            InterchangeSent.partner_id == partner_id, InterchangeSent.entry_id.in_(ids)
        )
    )
    session.add_all(
        InterchangeSent(partner_id=partner_id, entry_id=one.id, revision=one.revision)
        for one in entries
    )
    session.flush()
