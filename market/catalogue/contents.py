"""Declared contents of a product with the rules on them, as products carry them. Pure.

The register of substances writes them (`catalogue.service.note_contents`), so that gates and
pages need no other table. A rule holds from its day on until the next one of the same substance.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from market.kernel.clock import shanghai_date, start_of_day


@dataclass(frozen=True)
class RuleOn:
    """What holds for a content from a day on; `breaks` is banned, over or unit, empty when the
    declared value complies. Replacement words and kinds are the operator's."""

    from_on: date
    status: str
    limit: str = ""
    unit: str = ""
    breaks: str = ""
    replace_zh: str = ""
    replace_en: str = ""
    replace_kinds: tuple[str, ...] = ()

    @property
    def replace(self) -> Mapping[str, str]:
        return {"name_zh": self.replace_zh, "name_en": self.replace_en}


@dataclass(frozen=True)
class Content:
    """One substance in a product: the declared value as text with its unit."""

    substance_id: str
    cas: str
    name_zh: str
    name_en: str
    value: str
    unit: str
    has_report: bool
    rules: tuple[RuleOn, ...] = ()

    def rule_on(self, day: date) -> RuleOn | None:
        """The rule in force on a day."""
        begun = [rule for rule in self.rules if rule.from_on <= day]
        return max(begun, key=lambda rule: rule.from_on, default=None)

    def next_rule(self, day: date) -> RuleOn | None:
        """The first rule that begins after a day."""
        later = [rule for rule in self.rules if rule.from_on > day]
        return min(later, key=lambda rule: rule.from_on, default=None)


def unfit_from(contents: Sequence[Content], now: datetime) -> datetime | None:
    """Since when the rules keep the product off the market, or from when on they will; None:
    never, as far as today's rules go."""
    today = shanghai_date(now)
    starts = []
    for content in contents:
        current = content.rule_on(today)
        coming = [rule for rule in content.rules if rule.from_on > today]
        starts += [rule.from_on for rule in [current, *coming] if rule is not None and rule.breaks]
    return start_of_day(min(starts)) if starts else None


def broken(contents: Iterable[Content], day: date) -> list[tuple[Content, RuleOn]]:
    """The contents whose rule of a day they do not meet."""
    found = ((content, content.rule_on(day)) for content in contents)
    return [(content, rule) for content, rule in found if rule is not None and rule.breaks]


def encoded(contents: Iterable[Content]) -> list[dict[str, Any]]:
    """As they are stored."""
    return [
        {
            "id": one.substance_id, "cas": one.cas, "zh": one.name_zh, "en": one.name_en,
            "value": one.value, "unit": one.unit, "report": one.has_report,
            "rules": [
                {
                    "from": rule.from_on.isoformat(), "status": rule.status, "limit": rule.limit,
                    "unit": rule.unit, "breaks": rule.breaks, "zh": rule.replace_zh,
                    "en": rule.replace_en, "kinds": list(rule.replace_kinds),
                }
                for rule in one.rules
            ],
        }
        for one in contents
    ]  # fmt: skip


def decoded(stored: Iterable[Mapping[str, Any]] | None) -> tuple[Content, ...]:
    """What is stored."""
    return tuple(
        Content(
            one["id"], one["cas"], one["zh"], one["en"], one["value"], one["unit"], one["report"],
            tuple(
                RuleOn(
                    date.fromisoformat(rule["from"]), rule["status"], rule["limit"], rule["unit"],
                    rule["breaks"], rule["zh"], rule["en"], tuple(rule["kinds"]),
                )
                for rule in one["rules"]
            ),
        )
        for one in stored or ()
    )  # fmt: skip
