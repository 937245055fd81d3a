"""Reads of manuals; frozen values out, a fixed number of statements each."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.kernel.actor import Actor
from market.manuals import rules
from market.manuals.errors import ManualNotFound
from market.manuals.models import ProductManual
from market.manuals.types import ManualPage, ManualText, ManualView
from market.sellers import queries as sellers


def get_page(session: Session, product_id: str, version: int | None = None) -> ManualPage:
    """A published version with what stands around it, the newest when none is named.

    Published versions are public for ever, whatever becomes of the product: paper that went
    out with the goods names them. Raises ManualNotFound.
    """
    views = versions_of(session, product_id)
    found = next((view for view in views if version in (None, view.version)), None)
    if found is None:
        raise ManualNotFound
    return _page(session, found, views[0].version)


def preview(session: Session, actor: Actor, product_id: str) -> ManualPage:
    """The maker's draft as it would be printed, else the newest version.

    Raises ProductNotFound for anyone else's, ManualNotFound.
    """
    catalogue.get_own_product(session, actor, product_id)
    draft = find_draft(session, product_id)
    if draft is None:
        return get_page(session, product_id)
    views = versions_of(session, product_id)
    return _page(session, draft, views[0].version if views else None)


def find_draft(session: Session, product_id: str) -> ManualView | None:
    """What the maker is writing."""
    row = session.scalar(
        select(ProductManual).where(
            ProductManual.product_id == product_id, ProductManual.version.is_(None)
        )
    )
    return _view(row) if row else None


def versions_of(session: Session, product_id: str) -> list[ManualView]:
    """Every published version, newest first."""
    rows = session.scalars(
        select(ProductManual)
        .where(ProductManual.product_id == product_id, ProductManual.version.is_not(None))
        .order_by(ProductManual.version.desc())
    )
    return [_view(row) for row in rows]


def text_to_write_on(session: Session, product_id: str) -> ManualText:
    """Where the maker goes on: the draft, else the newest version, else empty sections."""
    draft = find_draft(session, product_id)
    views = [draft] if draft else versions_of(session, product_id)[:1]
    return views[0].text if views else ManualText()


def version_for(session: Session, product_id: str, made_on: date) -> int | None:
    """The version that went with what was made on a day; None when there was none yet."""
    views = versions_of(session, product_id)
    published = [
        (view.version, view.published_at)
        for view in views
        if view.version is not None and view.published_at is not None
    ]
    return rules.in_force_on(published, made_on)


def has_any(session: Session, product_ids: Collection[str]) -> set[str]:
    """Those of the products that have a published manual."""
    statement = select(ProductManual.product_id).where(
        ProductManual.product_id.in_(set(product_ids)), ProductManual.version == 1
    )
    return set(session.scalars(statement))


def _page(session: Session, view: ManualView, newest: int | None) -> ManualPage:
    about = catalogue.products_about(session, [view.product_id])[view.product_id]
    maker = sellers.find_seller(session, about.maker_id)
    return ManualPage(
        view, about.name_zh, about.name_en, about.model, maker.name if maker else "", newest
    )


def _view(row: ProductManual) -> ManualView:
    return ManualView(
        row.product_id, row.version, rules.decoded(row.content), row.published_at, row.changed_at
    )
