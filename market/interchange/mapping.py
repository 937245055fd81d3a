"""Mapping tables of partners: every change is a new version, with who and when."""

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from market.audit import service as audit
from market.catalogue import queries as catalogue
from market.interchange.errors import MappingNotFound, OursUnknown, PartnerNotFound, RegionUnknown
from market.interchange.models import InterchangeMapping, InterchangePartner
from market.interchange.types import STARS, STATES, Subject
from market.kernel.actor import Actor, need_operator
from market.kernel.region_code import RegionCode
from market.regions import queries as regions


def put(
    session: Session, actor: Actor, partner_id: str, subject: Subject, theirs: str, ours: str, *,
    now: datetime,
) -> None:  # fmt: skip
    """A word of the partner means one of our codes from now on; the same again changes nothing.

    Raises Forbidden, PartnerNotFound, OursUnknown, RegionUnknown.
    """
    partner = locked(session, actor, partner_id)
    ours = _checked(session, subject, ours.strip())
    theirs = theirs.strip()
    known = session.scalar(_in_force(partner_id, subject, theirs))
    if known is not None and known.ours == ours:
        return
    partner.mapping_version += 1
    if known is not None:
        _end(known, actor, partner.mapping_version, now)
        session.flush()
    session.add(
        InterchangeMapping(
            partner_id=partner_id, subject=subject.value, theirs=theirs, ours=ours,
            version_from=partner.mapping_version, made_by=actor.account_id or "",
            made_name=actor.display_name, made_at=now,
        )
    )  # fmt: skip
    _note(session, actor, partner, f"{subject.value}: {theirs} = {ours}", now)


def drop(
    session: Session, actor: Actor, partner_id: str, mapping_id: str, *, now: datetime
) -> None:
    """A word means nothing any more. Raises Forbidden, PartnerNotFound, MappingNotFound."""
    partner = locked(session, actor, partner_id)
    row = session.get(InterchangeMapping, mapping_id)
    if row is None or row.partner_id != partner_id or row.version_to is not None:
        raise MappingNotFound
    partner.mapping_version += 1
    _end(row, actor, partner.mapping_version, now)
    _note(session, actor, partner, f"{row.subject}: {row.theirs} =", now)


def table_of(session: Session, partner_id: str) -> dict[tuple[str, str], str]:
    """What is in force: (subject, their word) -> our code."""
    rows = session.execute(
        select(InterchangeMapping.subject, InterchangeMapping.theirs, InterchangeMapping.ours)
        .where(
            InterchangeMapping.partner_id == partner_id, InterchangeMapping.version_to.is_(None)
        )
    )  # fmt: skip
    return {(row.subject, row.theirs): row.ours for row in rows}


def locked(session: Session, actor: Actor, partner_id: str) -> InterchangePartner:
    """A partner for the operator. Raises Forbidden, PartnerNotFound."""
    need_operator(actor)
    row = session.get(InterchangePartner, partner_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise PartnerNotFound
    return row


def _checked(session: Session, subject: Subject, ours: str) -> str:
    if subject is Subject.KIND:
        if catalogue.find_kind(session, ours) is None:
            codes = [code for code, _name in catalogue.kind_names(session)]
            raise OursUnknown(field="ours", choices="、".join(codes[:80]))
        return ours
    if subject is Subject.REGION:
        try:
            region = RegionCode(ours)
        except ValueError:
            raise RegionUnknown(field="ours") from None
        if not region.digits or not regions.exists(session, region.digits):
            raise RegionUnknown(field="ours")
        return region.digits
    choices = STARS if subject is Subject.STAR else STATES
    if ours not in choices:
        raise OursUnknown(field="ours", choices="、".join(choices))
    return ours


def _in_force(partner_id: str, subject: Subject, theirs: str) -> Select[InterchangeMapping]:
    return select(InterchangeMapping).where(
        InterchangeMapping.partner_id == partner_id,
        InterchangeMapping.subject == subject.value,
        InterchangeMapping.theirs == theirs,
        InterchangeMapping.version_to.is_(None),
    )


def _end(row: InterchangeMapping, actor: Actor, version: int, now: datetime) -> None:
    row.version_to, row.ended_at, row.ended_name = version, now, actor.display_name


def _note(
    session: Session, actor: Actor, partner: InterchangePartner, what: str, now: datetime
) -> None:
    session.flush()
    audit.record(
        session, actor, "partner.map", "partner", partner.id, now=now,
        after={"name": partner.name, "version": partner.mapping_version, "mapping": what},
    )  # fmt: skip
