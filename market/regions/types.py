"""Values of the regions package."""

from dataclasses import dataclass
from datetime import datetime

from market.kernel.i18n import N_
from market.kernel.region_code import RegionCode

# zone -> (name, major zone, what is recommended there)
_COLD = N_("按冬季保温推荐")
_MIXED = N_("冬天保温、夏天隔热都要看")
_HOT = N_("按夏季隔热和防潮推荐")
_MILD = N_("按防潮和通风推荐")
ZONES: dict[str, tuple[str, str, str]] = {
    "1A": (N_("严寒A区"), N_("严寒地区"), _COLD),
    "1B": (N_("严寒B区"), N_("严寒地区"), _COLD),
    "1C": (N_("严寒C区"), N_("严寒地区"), _COLD),
    "2A": (N_("寒冷A区"), N_("寒冷地区"), _COLD),
    "2B": (N_("寒冷B区"), N_("寒冷地区"), _COLD),
    "3A": (N_("夏热冬冷A区"), N_("夏热冬冷地区"), _MIXED),
    "3B": (N_("夏热冬冷B区"), N_("夏热冬冷地区"), _MIXED),
    "4A": (N_("夏热冬暖A区"), N_("夏热冬暖地区"), _HOT),
    "4B": (N_("夏热冬暖B区"), N_("夏热冬暖地区"), _HOT),
    "5A": (N_("温和A区"), N_("温和地区"), _MILD),
    "5B": (N_("温和B区"), N_("温和地区"), _MILD),
}
WARNINGS = {
    "C": N_("这一带海拔或气候差别大，分区只作参考，按本县实际情况核对"),
    "D": N_("没有查到本地的分区，先按全省最常见的算"),
}


@dataclass(frozen=True)
class Division:
    """One place. `code` is trimmed: 2, 4, 6 or 9 digits."""

    code: str
    name: str
    level: str
    name_en: str = ""
    parent: str = ""
    is_placeholder: bool = False
    is_stat_zone: bool = False

    @property
    def name_zh(self) -> str:
        return self.name

    @property
    def region(self) -> RegionCode:
        return RegionCode(self.code)


@dataclass(frozen=True)
class RegionPath:
    """A place with everything above it, placeholders left out; the place itself last."""

    parts: tuple[Division, ...]

    @property
    def place(self) -> Division:
        return self.parts[-1]

    @property
    def label(self) -> str:
        """河北省保定市阜平县天生桥镇"""
        return "".join(part.name for part in self.parts)

    @property
    def label_en(self) -> str:
        """Tianshengqiao Town, Fuping County, Baoding City, Hebei Province"""
        return ", ".join(part.name_en for part in reversed(self.parts))

    @property
    def name_zh(self) -> str:
        return self.label

    @property
    def name_en(self) -> str:
        return self.label_en

    def text(self, lang: str = "zh") -> str:
        """The whole path in one language."""
        return self.label_en if lang == "en" else self.label


@dataclass(frozen=True)
class ClimateZone:
    """The climate zone in force at a place, and how sure that is (A best, D a guess)."""

    zone: str
    confidence: str
    overridden: bool = False
    hdd18: int | None = None  # heating degree days, where they are known for the place

    @property
    def name(self) -> str:
        return ZONES[self.zone][0]

    @property
    def major(self) -> str:
        return ZONES[self.zone][1]

    @property
    def advice(self) -> str:
        return ZONES[self.zone][2]

    @property
    def warning(self) -> str | None:
        """A sentence (msgid) when the zone is doubtful."""
        return WARNINGS.get(self.confidence)


@dataclass(frozen=True)
class ClimateOverride:
    """An official's decision on the zone of a county."""

    code: str
    zone: str
    reason: str
    set_by: str
    set_at: datetime


@dataclass(frozen=True)
class LoadReport:
    """How many rows `load` wrote."""

    divisions: int
    points: int
    climate_rows: int


@dataclass(frozen=True)
class PickerView:
    """One page of the picker: the steps chosen so far and what can be chosen next."""

    chosen: tuple[Division, ...]
    options: tuple[Division, ...]
    options_level: str
    found: tuple[RegionPath, ...] = ()
    recent: tuple[RegionPath, ...] = ()
    present: RegionPath | None = None
    zone: ClimateZone | None = None

    @property
    def is_last_step(self) -> bool:
        return self.options_level == "town"

    @property
    def here(self) -> Division | None:
        return self.chosen[-1] if self.chosen else None
