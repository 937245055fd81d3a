"""The address book of an account."""

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from market.accounts import rules
from market.accounts.errors import TooManyAddresses, UnknownAddress
from market.accounts.models import Address
from market.accounts.types import AddressInput
from market.regions import queries as regions


def add_address(
    session: Session, account_id: str, entered: AddressInput, *, make_default: bool = False
) -> str:
    """Store an address; the first one becomes the default. Returns its id.

    Raises TooManyAddresses, UnknownRegion (not a township).
    """
    regions.get_deliverable(session, entered.region)
    count = session.scalar(
        select(func.count()).select_from(Address).where(Address.account_id == account_id)
    )
    if (count or 0) >= rules.MOST_ADDRESSES:
        raise TooManyAddresses(most=rules.MOST_ADDRESSES)
    row = Address(account_id=account_id, is_default=False, **_values(entered))
    session.add(row)
    session.flush()
    if make_default or not count:
        set_default_address(session, account_id, row.id)
    return row.id


def change_address(
    session: Session, account_id: str, address_id: str, entered: AddressInput
) -> None:
    """Replace what an address says. Raises UnknownAddress, UnknownRegion."""
    row = _own(session, account_id, address_id)
    regions.get_deliverable(session, entered.region)
    for name, value in _values(entered).items():
        setattr(row, name, value)
    session.flush()


def remove_address(session: Session, account_id: str, address_id: str) -> None:
    """Forget an address; another one becomes the default. Raises UnknownAddress.

    Orders keep their own copy.
    """
    row = _own(session, account_id, address_id)
    was_default = row.is_default
    session.delete(row)
    session.flush()
    if was_default:
        newest = session.scalar(
            select(Address.id)
            .where(Address.account_id == account_id)
            .order_by(Address.id.desc())
            .limit(1)
        )
        if newest:
            set_default_address(session, account_id, newest)


def set_default_address(session: Session, account_id: str, address_id: str) -> None:
    """Make this the one that checkout offers first. Raises UnknownAddress."""
    _own(session, account_id, address_id)
    own = update(Address).where(Address.account_id == account_id)
    session.execute(own.values(is_default=False))
    session.execute(own.where(Address.id == address_id).values(is_default=True))
    session.expire_all()


def choose_pickup(
    session: Session, account_id: str, address_id: str, pickup_point_id: str | None
) -> None:
    """The household usually fetches at this point, None: it is brought home; checkout offers it
    first. Raises UnknownAddress."""
    _own(session, account_id, address_id).pickup_point_id = pickup_point_id
    session.flush()


def _own(session: Session, account_id: str, address_id: str) -> Address:
    row = session.scalar(
        select(Address).where(Address.id == address_id, Address.account_id == account_id)
    )
    if row is None:
        raise UnknownAddress()
    return row


def _values(entered: AddressInput) -> dict[str, str]:
    return {
        "recipient": entered.recipient,
        "phone": entered.phone,
        "region": entered.region.digits,
        "detail": entered.detail,
    }
