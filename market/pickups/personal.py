"""When a pick-up point still needs the account of its agent."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from market.accounts import service as accounts
from market.accounts.types import Blocker
from market.kernel.i18n import N_
from market.pickups.models import PickupPoint


def deletion_blocker(session: Session, account_id: str) -> Blocker | None:
    """The agent of a point that was not closed cannot vanish: households' goods are there."""
    kept = session.scalar(
        select(PickupPoint.name_zh)
        .where(
            PickupPoint.agent_id == account_id,
            or_(PickupPoint.open_until.is_(None), PickupPoint.closed_reason == ""),
        )
        .limit(1)
    )
    if kept is None:
        return None
    return Blocker(N_("你是自提点“%(name)s”的代办人，先请主管部门换人或者关掉"), {"name": kept})


accounts.contribute_deletion_check("pickups", deletion_blocker)
