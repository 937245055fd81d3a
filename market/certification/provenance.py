"""Where each field's value came from, written with the value."""

from collections.abc import Collection
from datetime import datetime

from market.certification.models import Certificate
from market.certification.registry_types import FIELD_NAMES, Origin, Source


def stamp(
    row: Certificate, fields: Collection[str], source: Source, by: str, now: datetime
) -> None:
    """Note that these fields were set now."""
    origin = {"source": source.value, "at": now.isoformat(), "by": by}
    row.provenance = {**(row.provenance or {}), **dict.fromkeys(fields, origin)}


def origins(row: Certificate) -> tuple[Origin, ...]:
    """The origins in the order of the paper."""
    known = row.provenance or {}
    return tuple(
        Origin(
            name, Source(known[name]["source"]), datetime.fromisoformat(known[name]["at"]),
            known[name]["by"],
        )
        for name in FIELD_NAMES
        if name in known
    )  # fmt: skip


def came_from(row: Certificate, field: str) -> Source | None:
    """Who set a field last; None for one set before this was noted."""
    known = (row.provenance or {}).get(field)
    return Source(known["source"]) if known else None
