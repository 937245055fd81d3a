"""What must hold of all demonstration projects at any time; an empty list when it does."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from market.demonstrations.models import (
    DemonstrationLine,
    DemonstrationOrder,
    DemonstrationProject,
)
from market.demonstrations.types import ProjectState
from market.kernel.region_code import RegionCode
from market.orders import queries as orders
from market.orders.queries import PacksOf

_P, _O, _L = DemonstrationProject, DemonstrationOrder, DemonstrationLine
_PUBLIC = _P.state == ProjectState.PUBLIC.value


def breaches(session: Session, written: Mapping[tuple[str, str], int]) -> list[str]:
    """`written`: how often the trail tells an act ("demonstration.approve") of a project.

    Public ones were approved by another hand and show what households agreed to; no bill has
    more than its order delivered.
    """
    return [
        *_approved(session, written), *_agreed(session, written), *_standing(session),
        *_delivered(session),
    ]  # fmt: skip


def _approved(session: Session, written: Mapping[tuple[str, str], int]) -> Iterator[str]:
    rows = session.execute(
        select(_P.id, _P.decided_by, _P.created_by, _P.submitted_by, _P.published_at)
        .where(_PUBLIC).order_by(_P.id)
    )  # fmt: skip
    for key, decided_by, created_by, submitted_by, at in rows:
        if decided_by in ("", created_by, submitted_by) or at is None:
            yield f"demonstration {key}: public without the word of another hand"
        if not written.get((key, "demonstration.approve")):
            yield f"demonstration {key}: public, and the trail tells of no approval"


def _agreed(session: Session, written: Mapping[tuple[str, str], int]) -> Iterator[str]:
    unasked = or_(_O.consent_by == "", _O.consent_at > _P.published_at)
    rows = session.execute(
        select(_P.id, func.count(_O.id), func.count(_O.id).filter(unasked))
        .outerjoin(_O, _O.project_id == _P.id)
        .where(_PUBLIC).group_by(_P.id).order_by(_P.id)
    )  # fmt: skip
    for key, shown, without in rows:
        if not shown:
            yield f"demonstration {key}: public without any order"
        if without:
            yield f"demonstration {key}: {without} orders shown before anybody agreed"
        if written.get((key, "demonstration.add_order"), 0) < shown:
            yield f"demonstration {key}: the trail does not tell who agreed to every order"


def _standing(session: Session) -> Iterator[str]:
    """An order counts in the project that shows it until this is withdrawn."""
    gone = _P.state == ProjectState.WITHDRAWN.value
    rows = session.execute(
        select(_O.id).join(_P, _P.id == _O.project_id).where(_O.standing == gone).order_by(_O.id)
    )
    for (key,) in rows:
        yield f"demonstration order {key}: it stands and its project does not, or the reverse"


def _delivered(session: Session) -> Iterator[str]:
    shown: dict[str, dict[PacksOf, int]] = defaultdict(lambda: defaultdict(int))
    about: dict[str, tuple[str, str]] = {}
    rows = session.execute(
        select(
            _O.id, _O.order_id, _P.region_code, _L.product_id, _L.variant_label, _L.pack_size,
            _L.unit_price_fen, _L.packs,
        )
        .join(_P, _P.id == _O.project_id).join(_L, _L.order_row_id == _O.id).order_by(_O.id)
    )  # fmt: skip
    for key, order_id, region, product, label, size, price, packs in rows:
        about[key] = (order_id, region)
        shown[key][PacksOf(product, label, size, price)] += packs
    arrived = orders.delivered_packs(session, {order_id for order_id, _ in about.values()})
    for key, (order_id, region) in about.items():
        place, came = arrived.get(order_id, (RegionCode(""), {}))
        if any(came.get(goods, 0) < count for goods, count in shown[key].items()):
            yield f"demonstration order {key}: its bill has more than was delivered"
        if not RegionCode(region).contains(place):
            yield f"demonstration order {key}: it went to another place"
