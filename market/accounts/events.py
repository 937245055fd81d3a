"""Facts about accounts."""

from dataclasses import dataclass
from datetime import datetime

from market.kernel.events import Event


@dataclass(frozen=True)
class AccountRegistered(Event):
    """A new account exists."""

    account_id: str
    at: datetime


@dataclass(frozen=True)
class AccountSuspended(Event):
    """An operator switched an account off."""

    account_id: str
    at: datetime


@dataclass(frozen=True)
class AccountReinstated(Event):
    """An operator switched an account on again."""

    account_id: str
    at: datetime


@dataclass(frozen=True)
class ConsentWithdrawn(Event):
    """A person took a consent back; what rests on it must end."""

    account_id: str
    document: str
    at: datetime


@dataclass(frozen=True)
class AccountDeleted(Event):
    """The person left; whoever keeps personal data of this account anonymises it."""

    account_id: str
    at: datetime


@dataclass(frozen=True)
class PasswordChanged(Event):
    """The password was set or reset; all other sessions ended."""

    account_id: str
    at: datetime


@dataclass(frozen=True)
class PhoneChanged(Event):
    """The phone number was replaced; all other sessions ended."""

    account_id: str
    at: datetime


@dataclass(frozen=True)
class SignedOut(Event):
    """The person left this device, or all of them."""

    account_id: str
    at: datetime
