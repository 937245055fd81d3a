"""What was said of promotions when an order was placed, as it is kept with the order. Pure.

Of each step its rule and how its amount came about, in the order in which they were worked out;
of every other promotion the first rule that failed. At most `MOST` of these are kept, codes the
shopper typed before anything else, with the number of those left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from market.kernel.money import Fen
from market.promotions.stored import benefit_from_json, benefit_to_json
from market.promotions.types import Benefit, Layer, Owner, PromotionSpec, Verdict

MOST = 24
_LONGEST = 120
_INSTANTS = frozenset({"starts_at", "ends_at", "until", "used_at"})
_SPOKEN = _INSTANTS | {
    "short", "short_fen", "limit", "minimum", "total", "from_minute", "to_minute", "weekdays",
    "zones", "flags", "other", "other_en", "missing", "missing_en", "code",
    "bundles", "holds",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ToldStep:
    """A discount of an order: its rule, what it gave, and what it was worked out on.

    `base_fen` None: on goods of others too, whose sums are not shown.
    """

    promotion_id: str
    name_zh: str
    name_en: str
    owner: Owner
    benefit: Benefit
    off_fen: Fen
    layer: Layer
    base_fen: Fen | None
    uses: int = 1
    cut_fen: Fen = 0
    cut_by: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """The steps of an order, what else was looked at, and how many more there were."""

    steps: tuple[ToldStep, ...] = ()
    others: tuple[Verdict, ...] = ()
    more: int = 0


def kept(verdicts: Sequence[Verdict], specs: Sequence[PromotionSpec]) -> dict[str, Any]:
    """What to keep with an order of the verdicts of its price."""
    by_id = {spec.id: spec for spec in specs}
    others = [one for one in verdicts if not one.applied]
    others.sort(key=lambda one: not one.code)  # stable: as the price had them otherwise
    return {
        "used": kept_steps(verdicts, specs),
        "others": [_other(one, by_id.get(one.promotion_id)) for one in others[:MOST]],
        "more": max(0, len(others) - MOST),
    }


def kept_steps(verdicts: Sequence[Verdict], specs: Sequence[PromotionSpec]) -> list[dict[str, Any]]:
    """The steps of a price alone, in the order in which they were worked out, as they are kept."""
    by_id = {spec.id: spec for spec in specs}
    used = sorted((one for one in verdicts if one.applied), key=lambda one: one.position)
    return [_step(one, by_id[one.promotion_id]) for one in used]


def told_step(stored: Mapping[str, Any]) -> ToldStep:
    """One kept step."""
    return _told_step(stored, stored["off"], stored["base"])


def told(stored: Mapping[str, Any]) -> Told:
    """What an order keeps, to be read by its household."""
    return Told(
        tuple(map(told_step, stored["used"])),
        tuple(_verdict(row) for row in stored["others"]),
        stored["more"],
    )


def told_seller(
    stored: Mapping[str, Any], seller_id: str, given: Mapping[str, Fen], *, alone: bool
) -> Told:
    """What an order keeps, for one of its sellers.

    `given` is what each promotion takes off this seller's part. Promotions of other sellers are
    left out, and of an order that is not this seller's `alone` the sums it shares with others.
    """
    mine = [row for row in stored["used"] if row["id"] in given]
    return Told(
        tuple(
            _told_step(row, given[row["id"]], row["base"] if alone or row["seller"] else None)
            for row in mine
        ),
        tuple(
            _verdict(row)
            for row in stored["others"]
            if row["id"] and row["seller"] in ("", seller_id)
        ),
    )


def _step(verdict: Verdict, spec: PromotionSpec) -> dict[str, Any]:
    benefit = {key: value for key, value in benefit_to_json(spec.benefit).items() if value}
    return {
        **_named(verdict, spec),
        "benefit": benefit,
        "layer": spec.works_on.value,
        "off": verdict.applied_fen,
        "base": verdict.base_fen,
        "uses": verdict.uses,
        "cut": [verdict.cut_fen, verdict.cut_by],
    }


def _other(verdict: Verdict, spec: PromotionSpec | None) -> dict[str, Any]:
    said = {k: _plain(v) for k, v in verdict.reason_params.items() if k in _SPOKEN}
    return {**_named(verdict, spec), "why": verdict.reason_code, "with": said}


def _named(verdict: Verdict, spec: PromotionSpec | None) -> dict[str, Any]:
    return {
        "id": verdict.promotion_id,
        "name": verdict.name[:_LONGEST],
        "name_en": verdict.name_en[:_LONGEST],
        "owner": verdict.owner.value if verdict.owner else "",
        "seller": (spec.seller_id or "") if spec else "",
    }


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str):
        return value[:_LONGEST]
    return list(value) if isinstance(value, tuple | frozenset) else value


def _told_step(row: Mapping[str, Any], off_fen: Fen, base_fen: Fen | None) -> ToldStep:
    cut_fen, cut_by = row["cut"]
    benefit = benefit_from_json({"steps": (), "times": 0, **row["benefit"]})
    return ToldStep(
        row["id"], row["name"], row["name_en"], Owner(row["owner"]), benefit, off_fen,
        Layer(row["layer"]), base_fen, row["uses"], cut_fen, cut_by,
    )  # fmt: skip


def _verdict(row: Mapping[str, Any]) -> Verdict:
    said = {
        key: datetime.fromisoformat(value) if key in _INSTANTS else value
        for key, value in row["with"].items()
    }
    owner = Owner(row["owner"]) if row["owner"] else None
    return Verdict(row["id"], row["name"], 0, row["why"], said, owner, name_en=row["name_en"])
