"""Values of the register of substances."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Status(StrEnum):
    """What a rule says: not at all, up to a limit, or only shown."""

    BANNED = "banned"
    LIMITED = "limited"
    WATCH = "watch"


@dataclass(frozen=True)
class RuleDraft:
    """What an operator writes: no kinds means every kind."""

    status: Status
    valid_from: date
    basis: str
    limit: Decimal | None = None
    unit: str = ""
    kinds: tuple[str, ...] = ()
    replace_zh: str = ""
    replace_en: str = ""
    replace_kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class RuleView(RuleDraft):
    """A rule of the register."""

    id: str = ""
    made_by: str = ""


@dataclass(frozen=True)
class SubstanceView:
    """A substance with its rules, newest day first."""

    id: str
    cas: str
    name_zh: str
    name_en: str
    rules: tuple[RuleView, ...] = ()

    def rule_on(self, day: date) -> RuleView | None:
        """The rule that holds on a day, whichever kinds it is for."""
        return next((rule for rule in self.rules if rule.valid_from <= day), None)


@dataclass(frozen=True)
class DeclarationDraft:
    """What a maker declares of one substance."""

    substance_id: str
    value: Decimal
    unit: str


@dataclass(frozen=True)
class Declared:
    """A value with its unit."""

    value: Decimal
    unit: str
