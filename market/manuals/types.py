"""Values of manuals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Section(StrEnum):
    """What every manual speaks of, in the order it is read."""

    USE = "use"
    STORAGE = "storage"
    MIXING = "mixing"
    INSTALLATION = "installation"
    SAFETY = "safety"
    DISPOSAL = "disposal"


@dataclass(frozen=True)
class Words:
    """One section: its text, or the maker's word that it does not apply to the product."""

    zh: str = ""
    en: str = ""
    not_applicable: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said about it."""
        return not self.zh.strip() and not self.not_applicable


@dataclass(frozen=True)
class ManualText:
    """The six sections; those nobody wrote are empty."""

    sections: Mapping[Section, Words] = field(default_factory=dict)

    def of(self, section: Section) -> Words:
        """The words of a section."""
        return self.sections.get(section, Words())


@dataclass(frozen=True)
class ManualView:
    """A version of a product's manual; `version` None is the maker's draft."""

    product_id: str
    version: int | None
    text: ManualText
    published_at: datetime | None
    changed_at: datetime

    @property
    def is_draft(self) -> bool:
        return self.version is None


@dataclass(frozen=True)
class ManualPage:
    """A manual with what stands around it on paper."""

    manual: ManualView
    name_zh: str
    name_en: str
    model: str
    maker_name: str
    newest: int | None

    @property
    def is_old(self) -> bool:
        """Whether a newer version is in force."""
        return self.manual.version is not None and self.manual.version != self.newest
