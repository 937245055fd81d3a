"""Makers acknowledge the text of mandatory editions that came into force after they opened."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.audit import service as audit
from market.catalogue import queries as catalogue
from market.catalogue.cited import Unread
from market.db.inserting import insert_new
from market.kernel.actor import Actor
from market.kernel.clock import shanghai_date
from market.sellers import queries as sellers
from market.sellers.errors import SellerNotFound
from market.standards import editions, rules
from market.standards.errors import NothingToAcknowledge
from market.standards.models import Acknowledgement
from market.standards.types import Duty, EditionView


def duties_of(session: Session, seller_id: str, now: datetime) -> list[Duty]:
    """The mandatory editions a maker of these kinds has to acknowledge, or has acknowledged."""
    today = shanghai_date(now)
    kinds = catalogue.kinds_of_maker(session, seller_id)
    pledged = sellers.standards_pledged(session, [seller_id]).get(seller_id)
    done = _acknowledged(session, seller_id)
    found = []
    for edition in editions.mandatory_editions(session, kinds, today):
        row = done.get(edition.id)
        if row is not None:
            found.append(Duty(edition, row.acknowledged_at, row.name))
        elif rules.must_be_read(edition, pledged, today):
            found.append(Duty(edition))
    return found


def unread_by_kind(session: Session, seller_id: str, now: datetime) -> dict[str, list[Unread]]:
    """By kind the editions a maker has yet to acknowledge."""
    found: dict[str, list[Unread]] = {}
    for duty in duties_of(session, seller_id, now):
        if duty.acknowledged_at is None:
            for kind_code in duty.edition.kinds:
                unread = Unread(duty.edition.code, duty.edition.effective_on)
                found.setdefault(kind_code, []).append(unread)
    return found


def makers_to_read(session: Session, edition: EditionView, today: date) -> list[str]:
    """Makers of its kinds who have to acknowledge an edition and have not."""
    if not edition.mandatory:
        return []
    done = set(
        session.scalars(
            select(Acknowledgement.seller_id).where(Acknowledgement.edition_id == edition.id)
        )
    )
    makers = set(catalogue.makers_of_kinds(session, edition.kinds)) - done
    pledged = sellers.standards_pledged(session, makers)
    return sorted(one for one in makers if rules.must_be_read(edition, pledged.get(one), today))


def acknowledge(
    session: Session, actor: Actor, seller_id: str, edition_id: str, *, now: datetime
) -> None:
    """A maker has read the text and will meet it; who said so, and when, is kept. A second time
    changes nothing. Raises SellerNotFound, StandardNotFound, NothingToAcknowledge."""
    if seller_id not in actor.seller_ids:
        raise SellerNotFound
    edition = editions.get_edition(session, edition_id)
    duties = {duty.edition.id for duty in duties_of(session, seller_id, now)}
    if edition_id not in duties:
        raise NothingToAcknowledge
    row = {
        "edition_id": edition_id, "seller_id": seller_id, "account_id": actor.account_id or "",
        "name": actor.display_name, "acknowledged_at": now,
    }  # fmt: skip
    if insert_new(session, Acknowledgement, [row], returning="seller_id"):
        audit.record(
            session, actor, "standard.acknowledge", "standard_edition", edition_id, now=now,
            after={"seller": seller_id, "code": edition.code},
        )  # fmt: skip


def _acknowledged(session: Session, seller_id: str) -> dict[str, Acknowledgement]:
    rows = session.scalars(select(Acknowledgement).where(Acknowledgement.seller_id == seller_id))
    return {row.edition_id: row for row in rows}
