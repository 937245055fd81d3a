"""What certification keeps of sellers, told by events: it never asks the sellers package."""

from typing import Protocol

from sqlalchemy.orm import Session

from market.certification.models import CertificateSeller
from market.kernel.region_code import RegionCode


class _Fact(Protocol):
    @property
    def seller_id(self) -> str: ...


class _Approval(_Fact, Protocol):
    @property
    def name(self) -> str: ...

    @property
    def region(self) -> RegionCode: ...


def on_seller_approved(session: Session, event: _Approval) -> None:
    """From now on the seller may enter certificates; its region's officials review them."""
    row = session.get(CertificateSeller, event.seller_id)
    if row is None:
        row = CertificateSeller(seller_id=event.seller_id)
        session.add(row)
    row.name, row.region_code, row.is_open = event.name, event.region.digits, True
    session.flush()


def on_seller_suspended(session: Session, event: _Fact) -> None:
    """No new certificates until reinstated; those it has keep their own state."""
    _open(session, event.seller_id, is_open=False)


def on_seller_reinstated(session: Session, event: _Fact) -> None:
    """New certificates are taken again."""
    _open(session, event.seller_id, is_open=True)


def _open(session: Session, seller_id: str, *, is_open: bool) -> None:
    row = session.get(CertificateSeller, seller_id)
    if row is not None:
        row.is_open = is_open
        session.flush()
