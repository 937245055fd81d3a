"""Legal pages in versions, and what people agreed to."""

from datetime import date, datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.accounts import rules
from market.accounts.errors import (
    ConsentIsNeededForAccount,
    EmptyDocument,
    NoticeTooShort,
    UnknownConsent,
    UnknownLegalPage,
)
from market.accounts.events import ConsentWithdrawn
from market.accounts.models import ConsentRecord, LegalDocument
from market.accounts.types import CONSENTS, LEGAL_PAGES, NOTICE_DAYS
from market.audit import service as audit
from market.kernel.actor import Actor, need_operator
from market.kernel.clock import shanghai_date
from market.kernel.events import publish

TEXTS = Path(__file__).parent / "data" / "legal"


def ensure_first_versions(session: Session, *, now: datetime) -> int:
    """Publish the texts that come with the program for pages that have none yet."""
    made = 0
    for slug in LEGAL_PAGES:
        if _latest(session, slug):
            continue
        texts = [
            (TEXTS / f"{slug}.{lang}.txt").read_text(encoding="utf-8") for lang in ("zh", "en")
        ]
        session.add(
            LegalDocument(
                slug=slug,
                version=1,
                effective_on=shanghai_date(now),
                body=texts[0],
                body_en=texts[1],
                published_at=now,
                published_by="system",
            )
        )
        made += 1
    session.flush()
    return made


def publish_version(
    session: Session,
    actor: Actor,
    slug: str,
    *,
    effective_on: date,
    body: str,
    body_en: str,
    now: datetime,
) -> int:
    """A new version of a legal page; the old ones stay readable. Returns its number.

    Raises Forbidden, UnknownLegalPage, EmptyDocument, NoticeTooShort.
    """
    need_operator(actor)
    if slug not in LEGAL_PAGES:
        raise UnknownLegalPage()
    if not body.strip():
        raise EmptyDocument(field="body")
    earliest = rules.earliest_effect(slug, shanghai_date(now))
    if effective_on < earliest:
        days = NOTICE_DAYS.get(slug, 0)
        raise NoticeTooShort(field="effective_on", days=days, earliest=earliest.isoformat())
    version = _latest(session, slug) + 1
    session.add(
        LegalDocument(
            slug=slug,
            version=version,
            effective_on=effective_on,
            body=body.strip(),
            body_en=body_en.strip(),
            published_at=now,
            published_by=actor.account_id or "",
        )
    )
    session.flush()
    after = {"version": version, "effective_on": effective_on.isoformat()}
    audit.record(session, actor, "legal.publish", "legal_page", slug, after=after, now=now)
    return version


def _latest(session: Session, slug: str) -> int:
    found = session.scalar(
        select(func.max(LegalDocument.version)).where(LegalDocument.slug == slug)
    )
    return found or 0


def version_in_force(session: Session, slug: str, *, now: datetime) -> int:
    """The number of the version of a legal page that holds today (0 when none)."""
    found = session.scalar(
        select(func.max(LegalDocument.version)).where(
            LegalDocument.slug == slug, LegalDocument.effective_on <= shanghai_date(now)
        )
    )
    return found or 0


def record_consent(
    session: Session, account_id: str, document: str, version: int, now: datetime
) -> None:
    """Write down that the person agreed, to which version, and when. Raises UnknownConsent."""
    _add(session, account_id, document, version, given=True, now=now)


def give_consent(session: Session, account_id: str, document: str, *, now: datetime) -> None:
    """Agree to the version in force today. Raises UnknownConsent."""
    version = version_in_force(session, _page_of(document), now=now)
    record_consent(session, account_id, document, version, now)


def withdraw_consent(session: Session, account_id: str, document: str, *, now: datetime) -> None:
    """Take a consent back, as easily as it was given.

    Raises UnknownConsent, ConsentIsNeededForAccount for the two an account rests on.
    """
    if document in CONSENTS and CONSENTS[document][2]:
        raise ConsentIsNeededForAccount()
    version = version_in_force(session, _page_of(document), now=now)
    _add(session, account_id, document, version, given=False, now=now)
    publish(session, ConsentWithdrawn(account_id, document, now))


def _page_of(document: str) -> str:
    return document if document in LEGAL_PAGES else "privacy"


def _add(
    session: Session, account_id: str, document: str, version: int, *, given: bool, now: datetime
) -> None:
    if document not in CONSENTS:
        raise UnknownConsent()
    last = session.scalar(
        select(func.max(ConsentRecord.number)).where(
            ConsentRecord.account_id == account_id, ConsentRecord.document == document
        )
    )
    session.add(
        ConsentRecord(
            account_id=account_id,
            document=document,
            number=(last or 0) + 1,
            version=version,
            given=given,
            at=now,
        )
    )
    session.flush()
