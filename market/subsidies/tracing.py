"""What was said of subsidy schemes when a price was agreed, as it is kept with an order or a
quotation. Pure.

Of every scheme that was looked at: its name and level, each step of its sum (the formula and the
caps that cut it), and of those that gave nothing the first rule that was not met. Figures only:
the words are made when they are read, so that one paper reads in both languages.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from market.kernel.money import Fen
from market.subsidies.types import Check, Outcome, Step

_INSTANTS = frozenset({"start", "end", "day", "again", "since"})


@dataclass(frozen=True, slots=True)
class ToldScheme:
    """A scheme as it was told: what it gave and how, or the rule that kept it from giving.

    `steps` are empty where the sum is about goods of others too, which are not shown. `level`
    says whose money it is, `example` that it was made up for the demonstration.
    """

    id: str
    code: str
    name_zh: str
    name_en: str
    level: str
    example: bool
    off_fen: Fen
    steps: tuple[Step, ...]
    reason: Check | None


@dataclass(frozen=True, slots=True)
class ToldAid:
    """The schemes that gave something, in the order in which they were worked out; the others."""

    given: tuple[ToldScheme, ...] = ()
    others: tuple[ToldScheme, ...] = ()


def kept(outcomes: Iterable[Outcome]) -> list[dict[str, Any]]:
    """What to keep of the schemes of a price."""
    return [_scheme(one) for one in outcomes]


def told(stored: Iterable[Mapping[str, Any]]) -> ToldAid:
    """What was kept, to be read by its household."""
    rows = [_told(row) for row in stored]
    return ToldAid(
        tuple(one for one in rows if one.off_fen), tuple(one for one in rows if not one.off_fen)
    )


def told_seller(
    stored: Iterable[Mapping[str, Any]], given: Mapping[str, Fen], *, alone: bool
) -> ToldAid:
    """What was kept, for one of the sellers of an order.

    `given` is what each scheme gives for this seller's goods. Why others gave nothing says
    something of the household and is left out, as are sums over goods of other sellers: of an
    order that is not this seller's `alone`, the steps.
    """
    return ToldAid(
        tuple(
            _told(row, given[row["id"]], with_steps=alone) for row in stored if row["id"] in given
        )
    )


def _scheme(outcome: Outcome) -> dict[str, Any]:
    scheme, reason = outcome.scheme, outcome.reason
    row: dict[str, Any] = {
        "id": scheme.id,
        "code": scheme.code,
        "name_zh": scheme.name,
        "name_en": scheme.name_en,
        "level": scheme.region.level,
        "example": scheme.example,
        "fen": outcome.amount_fen,
        "steps": [
            {"code": step.code, "amount_fen": step.amount_fen, "params": _plain(step.params)}
            for step in outcome.steps
        ],
    }
    if reason is not None:
        row["why"] = {"code": reason.code, "params": _plain(reason.params)}
    return row


def _plain(params: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value.isoformat() if isinstance(value, datetime) else value
        for key, value in params.items()
    }


def _read(params: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: datetime.fromisoformat(value) if key in _INSTANTS else value
        for key, value in params.items()
    }


def _told(
    row: Mapping[str, Any], off_fen: Fen | None = None, *, with_steps: bool = True
) -> ToldScheme:
    steps = row["steps"] if with_steps else ()
    why = row.get("why")
    return ToldScheme(
        # quotations of before keep no id
        row.get("id", ""), row["code"], row["name_zh"], row["name_en"], row["level"],
        row["example"], row["fen"] if off_fen is None else off_fen,
        tuple(Step(one["code"], one["amount_fen"], _read(one["params"])) for one in steps),
        Check(why["code"], ok=False, params=_read(why["params"])) if why else None,
    )  # fmt: skip
