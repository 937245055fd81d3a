"""The names of those who bear discounts of an order."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from market.regions import queries as regions
from market.sellers import queries as sellers


def bearer_names(session: Session, bearers: Iterable[str]) -> dict[str, tuple[str, str]]:
    """(Chinese, English) of regions and makers, by bearer: one statement for each of the two
    kinds that occurs. Who has no name of its own, or is not known any more, is left out."""
    wanted = dict(bearer.split(":", 1)[::-1] for bearer in set(bearers) if ":" in bearer)
    codes = [key for key, kind in wanted.items() if kind == "region" and key]
    makers = [key for key, kind in wanted.items() if kind == "maker"]
    found: dict[str, tuple[str, str]] = {}
    if codes:
        for code, path in regions.paths(session, codes).items():
            found[f"region:{code}"] = path.place.name, path.place.name_en
    for seller in sellers.sellers_by_ids(session, makers).values():
        found[f"maker:{seller.id}"] = seller.name, ""
    return found
