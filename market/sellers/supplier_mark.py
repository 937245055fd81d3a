"""The grade of a supplier of whole solutions as it is kept on the seller's row."""

from datetime import date

from sqlalchemy.orm import Session

from market.sellers.errors import SellerNotFound
from market.sellers.models import Seller


def note_supplier(session: Session, seller_id: str, grade: str, since: date | None) -> None:
    """The grade that stands from a day on; "" and None when there is none any more.

    Raises SellerNotFound.
    """
    row = session.get(Seller, seller_id, with_for_update=True)
    if row is None:
        raise SellerNotFound
    row.supplier_grade, row.supplier_on = grade, since
    session.flush()
