"""The maker's verbs on manuals."""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from market.audit import service as audit
from market.catalogue import queries as catalogue
from market.catalogue import service as goods
from market.kernel.actor import Actor
from market.kernel.ids import new_id
from market.manuals import rules
from market.manuals.errors import NothingNew
from market.manuals.models import ProductManual
from market.manuals.types import ManualText


def save_draft(
    session: Session, actor: Actor, product_id: str, text: ManualText, *, now: datetime
) -> None:
    """Keep what the maker wrote so far; nobody else reads it. Raises ProductNotFound."""
    catalogue.get_own_product(session, actor, product_id)
    row = session.scalar(
        select(ProductManual)
        .where(ProductManual.product_id == product_id, ProductManual.version.is_(None))
        .with_for_update()
    )
    if row is None:
        row = ProductManual(id=new_id(), product_id=product_id)
        session.add(row)
    row.content, row.changed_at, row.changed_by = rules.encoded(text), now, actor.account_id or ""
    session.flush()


def publish(
    session: Session, actor: Actor, product_id: str, text: ManualText, *, now: datetime
) -> int:
    """Put a text in force as the next version; returns its number. The draft is done with.

    Earlier versions stay as they are, for the batches that were made under them. Raises
    ProductNotFound, SectionEmpty, SectionBoth (the first section that is wrong), NothingNew.
    """
    catalogue.get_own_product(session, actor, product_id)
    for complaint in rules.complaints(text):
        raise complaint
    goods.lock_product(session, product_id)  # versions are counted one after the other
    newest = session.scalar(
        select(func.max(ProductManual.version)).where(ProductManual.product_id == product_id)
    )
    content = rules.encoded(text)
    if newest is not None and content == _content(session, product_id, newest):
        raise NothingNew
    version = (newest or 0) + 1
    session.execute(
        delete(ProductManual).where(
            ProductManual.product_id == product_id, ProductManual.version.is_(None)
        )
    )
    session.add(
        ProductManual(
            id=new_id(), product_id=product_id, version=version, content=content,
            changed_at=now, changed_by=actor.account_id or "", published_at=now,
        )
    )  # fmt: skip
    session.flush()
    goods.note_manual(session, product_id, version, now)
    audit.record(
        session, actor, "manual.publish", "product", product_id, now=now,
        after={"version": version},
    )  # fmt: skip
    return version


def _content(session: Session, product_id: str, version: int) -> object:
    return session.scalar(
        select(ProductManual.content).where(
            ProductManual.product_id == product_id, ProductManual.version == version
        )
    )
