"""Administrative regions as one value: province 2, city 4, county 6, township 9 digits."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

_LEVELS = {0: "country", 2: "province", 4: "city", 6: "county", 9: "town"}


@dataclass(frozen=True, order=True)
class RegionCode:
    """A region by its trimmed code; the empty code is the whole country.

    Accepts codes padded with zeros ("510000", "510124000") and trims them: a code denotes
    itself and everything below it. Raises ValueError when it is not a code of 0-9 digits.
    """

    digits: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "digits", _trimmed(self.digits))

    @property
    def level(self) -> str:
        """country, province, city, county or town."""
        return _LEVELS[len(self.digits)]

    @cached_property
    def prefixes(self) -> tuple[str, ...]:
        """Every region that contains this one, itself last, the whole country ("") first."""
        return ("", *(self.digits[:n] for n in (2, 4, 6, 9) if n <= len(self.digits)))

    @property
    def padded(self) -> str:
        """The six-digit code used by statistics (nine digits for townships)."""
        return self.digits if len(self.digits) == 9 else self.digits.ljust(6, "0")

    @property
    def county(self) -> Self | None:
        """The county part, when there is one."""
        return type(self)(self.digits[:6]) if len(self.digits) >= 6 else None

    def contains(self, other: "RegionCode") -> bool:
        """Whether `other` is this region or lies in it."""
        return other.digits.startswith(self.digits)

    def __str__(self) -> str:
        return self.digits


def _trimmed(code: str) -> str:
    if not (code.isascii() and (code.isdigit() or code == "")) or len(code) > 9:
        raise ValueError(f"not a region code: {code!r}")
    if len(code) == 9 and code.endswith("000"):
        code = code[:6]
    if len(code) == 6:
        if code.endswith("0000"):
            code = code[:2]
        elif code.endswith("00"):
            code = code[:4]
    if code.strip("0") == "":
        code = ""
    if len(code) not in _LEVELS:
        raise ValueError(f"not a region code: {code!r}")
    return code
