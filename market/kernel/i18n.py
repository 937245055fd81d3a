"""Marking of user texts. The msgid is the Simplified Chinese sentence itself."""

from dataclasses import dataclass


def N_(text: str) -> str:  # noqa: N802 (the name extractors look for)
    """Mark `text` for extraction; it is translated later, where the language is known."""
    return text


@dataclass(frozen=True, slots=True)
class Named:
    """The name of a thing as a parameter of a refusal: said in the visitor's language."""

    name_zh: str
    name_en: str

    def __str__(self) -> str:
        return self.name_zh


class Word(str):
    """A marked text as a parameter of a refusal: translated when the sentence is."""

    __slots__ = ()
