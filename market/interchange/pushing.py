"""Taking a partner's batch: verified, in its order, all or nothing, the same again once."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.adoptions import service as adoptions
from market.adoptions.types import Teller, Told
from market.interchange import mapping, reading, signing
from market.interchange.errors import PreviousDiffers, SequenceGap, SequenceReused
from market.interchange.models import InterchangeBatch, InterchangePartner
from market.interchange.queries import partner_row
from market.interchange.reading import Unreadable
from market.interchange.types import Answer, Envelope, RowFault
from market.kernel.actor import Actor
from market.kernel.region_code import RegionCode


def receive(
    session: Session, actor: Actor, envelope: Envelope, secret: str, *, now: datetime
) -> Answer:
    """What became of a batch of the actor's partner. A rejected one is kept with its faults and
    takes no number; an accepted one sent again is answered as before and does nothing.

    Raises NotAPartner, SignatureWrong, TimestampOutside, SequenceReused, SequenceGap,
    PreviousDiffers.
    """
    partner = partner_row(session, actor, lock=True)
    signing.verify(signing.key_of(secret, partner.id, partner.key_generation), envelope, now)
    digest = signing.digest(envelope.content)
    try:
        sequence, previous, raw = reading.head(envelope.content)
    except Unreadable as error:
        return _reject(session, partner, envelope, digest, 0, 0, [error.fault], now)
    known = _accepted(session, partner.id, sequence)
    if known is not None:
        if known.digest != digest:
            raise SequenceReused(sequence=sequence)
        return Answer(sequence, digest, known.answer, repeated=True)
    if sequence != partner.in_sequence + 1:
        raise SequenceGap(expected=partner.in_sequence + 1)
    if previous != partner.in_digest:
        raise PreviousDiffers
    faults: list[RowFault] = []
    rows: list[dict[str, str]] = []
    told = _told(session, partner, raw, faults)
    if not faults:
        rows = _hear(session, actor, partner, sequence, told, faults, now)
    if faults:
        return _reject(session, partner, envelope, digest, sequence, len(raw), faults, now)
    _keep(session, partner, envelope, digest, sequence, len(raw), rows, now)
    partner.in_sequence, partner.in_digest = sequence, digest
    session.flush()
    return Answer(sequence, digest, rows)


def _told(
    session: Session, partner: InterchangePartner, raw: list[Any], faults: list[RowFault]
) -> list[Told]:
    table = mapping.table_of(session, partner.id)
    found = [reading.record(one, number, table, faults) for number, one in enumerate(raw)]
    return [one for one in found if one is not None]


def _hear(
    session: Session, actor: Actor, partner: InterchangePartner, sequence: int,
    told: list[Told], faults: list[RowFault], now: datetime,
) -> list[dict[str, str]]:  # fmt: skip
    teller = Teller(
        partner.id, partner.name, partner.account_id, f"{partner.code}-{sequence}",
        RegionCode(partner.region_code),
    )  # fmt: skip
    point = session.begin_nested()
    wrong, rows = adoptions.hear(session, actor, teller, told, now=now)
    if wrong:
        point.rollback()
        faults += [RowFault(one.row, one.field, one.reason, one.params) for one in wrong]
        return []
    point.commit()
    return rows


def _accepted(session: Session, partner_id: str, sequence: int) -> InterchangeBatch | None:
    return session.scalar(
        select(InterchangeBatch).where(
            InterchangeBatch.partner_id == partner_id, InterchangeBatch.direction == "in",
            InterchangeBatch.sequence == sequence, InterchangeBatch.state == "accepted",
        )
    )  # fmt: skip


def _reject(
    session: Session, partner: InterchangePartner, envelope: Envelope, digest: str,
    sequence: int, count: int, faults: list[RowFault], now: datetime,
) -> Answer:  # fmt: skip
    said = [{"field": one.path, "reason": one.text} for one in faults]
    _keep(session, partner, envelope, digest, sequence, count, said, now, "rejected")
    return Answer(sequence, digest, faults=faults)


def _keep(
    session: Session, partner: InterchangePartner, envelope: Envelope, digest: str,
    sequence: int, count: int, answer: list[dict[str, str]], now: datetime,
    state: str = "accepted",
) -> None:  # fmt: skip
    session.add(
        InterchangeBatch(
            partner_id=partner.id, direction="in", state=state, sequence=sequence, digest=digest,
            previous_digest=partner.in_digest, content=envelope.content, records=count,
            answer=answer, made_at=now,
        )
    )  # fmt: skip
    session.flush()
