"""What packages above tell a product: failed spot checks and their end, batches at hand, its
carbon label."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.catalogue import gates
from market.catalogue.errors import ProductNotFound
from market.catalogue.models import KindBar, Listing, Product
from market.catalogue.types import CarbonLabel, label_json


def hold_product(session: Session, product_id: str, now: datetime) -> None:
    """Shut the gate of a product until `lift_hold`; a standing hold keeps its beginning.

    Raises ProductNotFound.
    """
    product = _locked(session, product_id)
    product.held_since, product.updated_at = product.held_since or now, now
    gates.refresh(session, [product_id])


def lift_hold(session: Session, product_id: str, now: datetime) -> None:
    """Let the product back as far as its other gates allow. Raises ProductNotFound."""
    product = _locked(session, product_id)
    product.held_since, product.updated_at = None, now
    gates.refresh(session, [product_id])


def note_batches(session: Session, product_id: str, until: datetime | None) -> None:
    """Until when a batch of the product may go out; None when there is none.

    Only publishing asks for it: goods on sale stay there, and sending them asks for the batch
    itself. Raises ProductNotFound.
    """
    _locked(session, product_id).batches_until = until
    session.flush()


def note_carbon_label(
    session: Session, product_id: str, label: CarbonLabel | None, now: datetime
) -> None:
    """The label of the verified declaration that stands, None when none does any more.

    The label ends by its own last day. Raises ProductNotFound.
    """
    product = _locked(session, product_id)
    product.carbon_label, product.updated_at = label_json(label), now
    gates.refresh(session, [product_id])


def bar_kind(
    session: Session, maker_id: str, kind_code: str, until: datetime, now: datetime
) -> None:
    """Keep a maker's products of one kind off the market until an instant.

    The gates' windows end the bar by themselves; a later bar prolongs an earlier one.
    """
    bar = session.get(KindBar, (maker_id, kind_code))
    if bar is None:
        session.add(KindBar(maker_id=maker_id, kind_code=kind_code, since=now, until=until))
    else:
        bar.until = max(bar.until, until)
    _refresh_kind(session, maker_id, kind_code)


def lift_bar(session: Session, maker_id: str, kind_code: str) -> None:
    """End a bar early; nothing happens without one."""
    bar = session.get(KindBar, (maker_id, kind_code))
    if bar is not None:
        session.delete(bar)
        _refresh_kind(session, maker_id, kind_code)


def keep_gates(session: Session, listing_ids: Collection[str]) -> None:
    """Let nobody change the gates of these listings until this transaction ends.

    A purchase calls this before it reads the gates, so that none is made after a gate was
    shut. Buyers share the lock; only a change of gates (`gates.refresh`) waits for it. On
    SQLite the one write transaction is that lock.
    """
    if listing_ids:
        products = select(Listing.product_id).where(Listing.id.in_(set(listing_ids)))
        session.execute(
            select(Product.id)
            .where(Product.id.in_(products))
            .order_by(Product.id)
            .with_for_update(read=True, key_share=True)
        )


def _locked(session: Session, product_id: str) -> Product:
    statement = select(Product).where(Product.id == product_id).with_for_update()
    product = session.scalar(statement.execution_options(populate_existing=True))
    if product is None:
        raise ProductNotFound
    return product


def _refresh_kind(session: Session, maker_id: str, kind_code: str) -> None:
    own = (Product.maker_id == maker_id, Product.kind_code == kind_code)
    gates.refresh(session, list(session.scalars(select(Product.id).where(*own))))
