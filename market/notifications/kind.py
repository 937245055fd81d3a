"""What a kind of message is made of."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """A kind of message: `topic` of the preferences, a title and one or two sentences."""

    topic: str
    title: str
    text: str
