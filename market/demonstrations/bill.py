"""The bill of materials: goods of real orders, frozen, with the household's consent."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.demonstrations.drafting import usual_place, usual_use
from market.demonstrations.errors import (
    ConsentMissing,
    NothingDelivered,
    OrderElsewhere,
    OrderShownElsewhere,
    OrderThere,
    OrderUnknown,
    ProjectNotFound,
)
from market.demonstrations.events import OrderShown
from market.demonstrations.loading import draft_row, note
from market.demonstrations.models import (
    DemonstrationLine,
    DemonstrationOrder,
    DemonstrationProject,
)
from market.demonstrations.types import Place
from market.kernel.actor import Actor
from market.kernel.events import publish
from market.kernel.ids import new_id
from market.kernel.region_code import RegionCode
from market.orders import queries as orders
from market.uses.types import Use


def add_order(
    session: Session, actor: Actor, project_id: str, code: str, consented: bool, *, now: datetime
) -> None:
    """Copy what arrived of an order into a draft's bill; the household is told.

    The order went to the project's place, and counts in one standing project only. Raises
    NotADraft, ConsentMissing, OrderUnknown, OrderElsewhere, NothingDelivered, OrderThere,
    OrderShownElsewhere.
    """
    row = draft_row(session, actor, project_id)
    if not consented:
        raise ConsentMissing(field="consent")
    found = _deliverable(session, actor, row, code.strip().upper())
    kept = DemonstrationOrder(
        id=new_id(), project_id=row.id, order_id=found.order_id, code=found.code,
        consent_by=actor.account_id or "", consent_name=actor.display_name, consent_at=now,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(kept)
    except IntegrityError:
        raise OrderShownElsewhere(field="code") from None
    _copy(session, kept, found)
    note(session, actor, row, "add_order", now, order=found.code, consent=actor.display_name)
    publish(
        session,
        OrderShown(row.id, row.title_zh, found.account_id, found.code, actor.display_name),
    )


def _deliverable(
    session: Session, actor: Actor, row: DemonstrationProject, code: str
) -> orders.DeliveredGoods:
    """The same words for a number nobody has and one of a place the actor does not govern."""
    found = orders.delivered_goods(session, code)
    if found is None or not actor.governs(found.region):
        raise OrderUnknown(field="code")
    if not RegionCode(row.region_code).contains(found.region):
        raise OrderElsewhere(field="code")
    if not found.lines:
        raise NothingDelivered(field="code")
    known = select(DemonstrationOrder.id).where(
        DemonstrationOrder.project_id == row.id, DemonstrationOrder.order_id == found.order_id
    )
    if session.scalar(known) is not None:
        raise OrderThere(field="code")
    return found


def _copy(session: Session, kept: DemonstrationOrder, found: orders.DeliveredGoods) -> None:
    kinds = {kind.code: kind for kind in catalogue.list_kinds(session, include_closed=True)}
    about = catalogue.products_about(session, [line.product_id for line in found.lines])
    for position, line in enumerate(found.lines):
        kind, product = kinds.get(line.kind_code), about.get(line.product_id)
        session.add(
            DemonstrationLine(
                order_row_id=kept.id, position=position, kind_code=line.kind_code,
                kind_zh=line.kind_name, kind_en=kind.name_en if kind else line.kind_name,
                product_id=line.product_id, product_zh=line.product_zh,
                product_en=line.product_en or line.product_zh,
                material_key=(product.material_key if product else None) or "",
                variant_label=line.variant_label, unit=line.unit, pack_size=line.pack_size,
                packs=line.packs, unit_price_fen=line.unit_price_fen,
                amount_fen=line.unit_price_fen * line.packs,
                place=usual_place(line.kind_code).value,
                use=usual_use(line.kind_code, usual_place(line.kind_code)).value,
            )
        )  # fmt: skip
    session.flush()


def remove_order(
    session: Session, actor: Actor, project_id: str, order_row_id: str, *, now: datetime
) -> None:
    """Take an order and its goods out of a draft. Raises NotADraft, ProjectNotFound."""
    row = draft_row(session, actor, project_id)
    kept = session.get(DemonstrationOrder, order_row_id)
    if kept is None or kept.project_id != row.id:
        raise ProjectNotFound
    session.execute(delete(DemonstrationLine).where(DemonstrationLine.order_row_id == kept.id))
    session.delete(kept)
    session.flush()
    note(session, actor, row, "remove_order", now, order=kept.code)


def place_goods(
    session: Session, actor: Actor, project_id: str, places: Mapping[str, Place],
    used: Mapping[str, Use] = MappingProxyType({}), *, now: datetime,
) -> None:  # fmt: skip
    """Say into which part the goods of a draft went and what they are used for there, by the ids
    of its lines. Where only the part is told, the use is the usual one of it. Raises NotADraft.
    """
    row = draft_row(session, actor, project_id)
    lines = session.scalars(
        select(DemonstrationLine)
        .join(DemonstrationOrder, DemonstrationOrder.id == DemonstrationLine.order_row_id)
        .where(DemonstrationOrder.project_id == row.id)
    )
    for line in lines:
        moved = places.get(line.id, Place(line.place))
        usual = usual_use(line.kind_code, moved) if moved != line.place else Use(line.use)
        line.place, line.use = moved.value, used.get(line.id, usual).value
    session.flush()
    note(session, actor, row, "place_goods", now)
