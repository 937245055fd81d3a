"""Values of application classes."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Use(StrEnum):
    """Where in a house something is used."""

    STRUCTURAL = "structural"
    INDOOR = "indoor"
    CHILD_ROOM = "child_room"
    OUTDOOR = "outdoor"


@dataclass(frozen=True)
class UseRule:
    """What a use asks of the products of a kind (`kind_code`) or of a group of kinds.

    `min_star` of 1 to 3 asks for a certificate with that many stars; `max_voc` is in g/L.
    """

    id: str
    use: Use
    kind_code: str
    group_code: str
    min_star: int | None
    max_voc: Decimal | None
    basis_zh: str
    basis_en: str
    sample: bool


@dataclass(frozen=True)
class RuleDraft:
    """What an operator writes."""

    use: Use
    kind_code: str = ""
    group_code: str = ""
    min_star: int | None = None
    max_voc: Decimal | None = None
    basis_zh: str = ""
    basis_en: str = ""
    sample: bool = True


@dataclass(frozen=True)
class Unsuitable:
    """Why a product may not be used somewhere: `code` is star, star_missing, voc or voc_missing;
    `has` what the product has, None when nothing is known."""

    code: str
    rule: UseRule
    has: Decimal | int | None = None
