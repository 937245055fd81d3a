"""What others see of messages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class MessageView:
    """A message of an inbox."""

    id: str
    kind: str
    params: Mapping[str, Any]
    link: str
    created_at: datetime
    read_at: datetime | None


@dataclass(frozen=True)
class Parcel:
    """A message on its way out: to whom, by what, in which words. An empty `address` means
    that this person cannot be reached so."""

    outbox_id: str
    channel: str
    address: str
    language: str
    kind: str
    params: Mapping[str, Any]
    link: str


@dataclass(frozen=True)
class Kind:
    """A kind of message: `topic` of the preferences, a title and one or two sentences."""

    topic: str
    title: str
    text: str
