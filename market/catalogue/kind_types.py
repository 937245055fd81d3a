"""What other packages may know of kinds."""

from dataclasses import dataclass
from enum import StrEnum

from market.catalogue.cited import Cited


class Scheme(StrEnum):
    """Which certification scheme covers a kind."""

    GRADED = "graded"
    ACTIVITY1 = "activity1"
    NONE = "none"


class Risk(StrEnum):
    """How often products of a kind are drawn for a spot check."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True)
class GroupView:
    """A family of kinds."""

    code: str
    name_zh: str
    name_en: str
    position: int


@dataclass(frozen=True)
class KindView:
    """A kind of product; editable data."""

    code: str
    group_code: str
    name_zh: str
    name_en: str
    scheme: Scheme
    certifiable: bool
    standard: str
    default_unit: str
    picture: str
    house_part: int | None
    spot_check_risk: Risk
    catalogue_batch: str
    attribute_keys: tuple[str, ...]
    is_open: bool
    position: int
    basis: str = ""
    traced: bool = False
    cited: tuple[Cited, ...] = ()


@dataclass(frozen=True)
class KindDetails:
    """What an operator fills in for a kind."""

    code: str
    group_code: str
    name_zh: str
    name_en: str
    scheme: Scheme
    certifiable: bool
    standard: str
    default_unit: str
    picture: str = ""
    house_part: int | None = None
    spot_check_risk: Risk = Risk.MEDIUM
    catalogue_batch: str = ""
    attribute_keys: tuple[str, ...] = ()
    is_open: bool = True
    traced: bool = False
