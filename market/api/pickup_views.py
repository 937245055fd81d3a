"""Reading the pick-up points of a township."""

from typing import Any

from market.api.blueprint import PREFIX, blueprint
from market.api.operation import operation
from market.api.pickup_schemas import PointsOut, PointsQuery
from market.api.types import Call
from market.db.session import reading
from market.kernel.i18n import N_
from market.pickups import queries
from market.regions import queries as regions
from market.web.access import API, policy
from market.web.context import now


@blueprint.get(f"{PREFIX}/pickup-points")
@policy(API)
@operation(
    N_("一个乡镇的村口自提点"), tag="regions", result=PointsOut, query=PointsQuery, errors=(404,)
)
def list_pickup_points(call: Call) -> dict[str, Any]:
    """The points that take goods now or later, by name."""
    with reading() as session:
        regions.get(session, call.args["region"])
        return {"items": queries.open_points(session, call.args["region"], now())}
