"""Manuals of products."""

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from market.kernel.actor import Actor
from market.manuals import service
from market.manuals.types import ManualText, Section, Words

START = datetime(2026, 10, 1, 2, 0, tzinfo=UTC)
WHOLE = ManualText(
    {section: Words(f"{section} 说明") for section in Section}
    | {Section.MIXING: Words(not_applicable=True)}
)


def manual(**words: Words) -> ManualText:
    """A whole manual with some sections said otherwise."""
    return replace(
        WHOLE, sections={**WHOLE.sections, **{Section(key): one for key, one in words.items()}}
    )


def make_manual(
    session: Session, actor: Actor, product_id: str, text: ManualText = WHOLE,
    now: datetime = START,
) -> int:  # fmt: skip
    """Publish a manual; returns its version."""
    return service.publish(session, actor, product_id, text, now=now)
