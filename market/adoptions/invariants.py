"""What must hold of all adoption entries at any time; an empty list when it does."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.adoptions.models import AdoptionEntry, AdoptionUsage

_E, _U = AdoptionEntry, AdoptionUsage


def breaches(session: Session, written: Mapping[tuple[str, str], int]) -> list[str]:
    """`written`: how often the trail tells an act ("adoption.pass_second") of an entry.

    What is or was listed was proposed, let through and listed by three people, and the trail
    tells of it; what has exited says why; a record of use counts by another's word.
    """
    found = []
    rows = session.execute(
        select(_E.id, _E.state, _E.proposed_by, _E.first_by, _E.second_by, _E.exit_cause)
        .where(_E.public_at.is_not(None)).order_by(_E.id)
    )  # fmt: skip
    for row in rows:
        hands = {row.proposed_by, row.first_by, row.second_by}
        if len(hands) < 3 or "" in hands:
            found.append(f"adoption {row.id}: listed without three people")
        found += [
            f"adoption {row.id}: listed, and the trail tells of no {act}"
            for act in ("adoption.pass_first", "adoption.pass_second")
            if not written.get((row.id, act))
        ]
        if row.state == "exited" and not row.exit_cause:
            found.append(f"adoption {row.id}: exited without a cause")
    used = session.execute(
        select(_U.id, _U.entered_by, _U.decided_by).where(_U.state == "approved").order_by(_U.id)
    )
    found += [
        f"use {row.id}: confirmed by whoever entered it"
        for row in used
        if row.decided_by in ("", row.entered_by)
    ]
    return found
