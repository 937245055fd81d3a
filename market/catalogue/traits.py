"""The figures of many products at once: what lists need to compare things by their effect."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.catalogue.models import Product


def traits_of_kinds(
    session: Session, kind_codes: Collection[str]
) -> dict[str, tuple[dict[str, Any], int | None]]:
    """(attributes, years of life) of every live product of these kinds; one statement."""
    statement = select(Product.id, Product.attributes, Product.life_years).where(
        Product.kind_code.in_(sorted(kind_codes)), Product.state == "live"
    )
    return {row.id: (dict(row.attributes), row.life_years) for row in session.execute(statement)}
