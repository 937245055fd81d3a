"""What packages above tell of products: failed spot checks, batches at hand, manuals, labels."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.catalogue import gates, tallies
from market.catalogue.contents import Content, encoded, unfit_from
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


def lock_product(session: Session, product_id: str) -> None:
    """Let callers who work on one product take turns. Raises ProductNotFound."""
    _locked(session, product_id)


def lock_kind(session: Session, maker_id: str, kind_code: str) -> None:
    """Let callers who may hold or bar a maker's products of one kind take turns."""
    session.execute(
        select(Product.id)
        .where(Product.maker_id == maker_id, Product.kind_code == kind_code)
        .order_by(Product.id)
        .with_for_update()
    )


def note_manual(session: Session, product_id: str, version: int, now: datetime) -> None:
    """The version of the product's manual that is in force from now on.

    Only publishing asks for one. Raises ProductNotFound.
    """
    product = _locked(session, product_id)
    product.manual_version, product.updated_at = version, now
    session.flush()
    tallies.touch_products(session, [product_id])


def note_contents(
    session: Session, product_id: str, contents: Sequence[Content], now: datetime
) -> datetime | None:
    """What the product contains and the rules on it; its gate follows at once and by the clock.

    Returns from when on the rules keep it off the market, None when they do not. Raises
    ProductNotFound.
    """
    product = _locked(session, product_id)
    product.contents = encoded(contents)
    product.unfit_from, product.updated_at = unfit_from(contents, now), now
    until = product.unfit_from
    gates.refresh(session, [product_id])
    return until


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
    session: Session, maker_id: str, kind_code: str, since: datetime, until: datetime, now: datetime
) -> None:
    """Keep a maker's products of one kind off the market from one instant until another; a bar
    that is known takes these. The gates' windows end it by themselves."""
    bar = session.get(KindBar, (maker_id, kind_code))
    if bar is None:
        session.add(KindBar(maker_id=maker_id, kind_code=kind_code, since=since, until=until))
    elif (bar.since, bar.until) == (since, until):
        return
    else:
        bar.since, bar.until = since, until
    _refresh_kind(session, maker_id, kind_code, now)


def lift_bar(session: Session, maker_id: str, kind_code: str, now: datetime) -> None:
    """End a bar early; nothing happens without one."""
    bar = session.get(KindBar, (maker_id, kind_code))
    if bar is not None:
        session.delete(bar)
        _refresh_kind(session, maker_id, kind_code, now)


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


def keep_products(session: Session, product_ids: Collection[str]) -> None:
    """`keep_gates` for whoever sends goods of these products: what is held of them meanwhile is
    held after this transaction."""
    if product_ids:
        session.execute(
            select(Product.id)
            .where(Product.id.in_(set(product_ids)))
            .order_by(Product.id)
            .with_for_update(read=True, key_share=True)
        )


def _locked(session: Session, product_id: str) -> Product:
    statement = select(Product).where(Product.id == product_id).with_for_update()
    product = session.scalar(statement.execution_options(populate_existing=True))
    if product is None:
        raise ProductNotFound
    return product


def _refresh_kind(session: Session, maker_id: str, kind_code: str, now: datetime) -> None:
    """Rewrite the gates of a maker's products of a kind, which is a change of each of them."""
    own = (Product.maker_id == maker_id, Product.kind_code == kind_code)
    ids = list(session.scalars(select(Product.id).where(*own).order_by(Product.id)))
    gates.note_change(session, ids, now)
    gates.refresh(session, ids)
