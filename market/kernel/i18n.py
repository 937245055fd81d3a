"""Marking of user texts. The msgid is the Simplified Chinese sentence itself."""


def N_(text: str) -> str:  # noqa: N802 (the name extractors look for)
    """Mark `text` for extraction; it is translated later, where the language is known."""
    return text


class Word(str):
    """A marked text as a parameter of a refusal: translated when the sentence is."""

    __slots__ = ()
