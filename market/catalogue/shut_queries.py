"""Products that nobody may sell now, with what shuts their gates."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from market.catalogue import gates, rules
from market.catalogue.kind_queries import kind_view
from market.catalogue.models import ALWAYS_UNTIL, Kind, Product
from market.catalogue.product_views import product_view
from market.catalogue.types import Blocker
from market.certification import queries as certification

_MOST = 60  # of the products of some materials, those changed last


@dataclass(frozen=True)
class ShutProduct:
    """A published product with what shuts its gate; nothing where the gate is open."""

    id: str
    name_zh: str
    name_en: str
    model: str
    kind_code: str
    material_key: str | None
    shut: tuple[Blocker, ...]


def shut_products(
    session: Session,
    product_ids: Collection[str],
    materials: Collection[tuple[str, str]],
    now: datetime,
) -> list[ShutProduct]:
    """The products with these ids, open or shut, and those of some (kind, material) pairs whose
    gates are shut; what was shut last comes first. Two statements, none when nothing is asked."""
    asked = set(product_ids)
    wanted = [
        and_(Product.kind_code == kind, Product.material_key == key) for kind, key in materials
    ]
    if asked:
        wanted.append(Product.id.in_(asked))
    if not wanted:
        return []
    rows = session.execute(
        select(Product, Kind)
        .join(Kind, Kind.code == Product.kind_code)
        .where(Product.published_at.is_not(None), or_(*wanted))
        .order_by(Product.updated_at.desc(), Product.id)
        .limit(_MOST + len(asked))
    ).all()
    certificates = certification.certificates_by_ids(
        session, {row.Product.certificate_id for row in rows if row.Product.certificate_id}, now
    )
    found = []
    for row in rows:
        product = product_view(row.Product, "")
        certificate = certificates.get(product.certificate_id or "")
        shut = rules.gate_blockers(product, kind_view(row.Kind), certificate, now)
        if product.id in asked or (shut and row.Product.state == "live"):
            found.append(
                ShutProduct(
                    product.id, product.name_zh, product.name_en, product.model,
                    product.kind_code, product.material_key, tuple(shut),
                )
            )  # fmt: skip
    return found


@dataclass(frozen=True)
class GateNow:
    """The gate of a product at an instant: what shuts it, and when the clock alone opens or shuts
    it next; None where it does not."""

    shut: tuple[Blocker, ...]
    opens_at: datetime | None
    closes_at: datetime | None


def gates_now(session: Session, product_ids: Collection[str], now: datetime) -> dict[str, GateNow]:
    """The gates of products by id, by the rules and the windows that sales go by."""
    rows = session.execute(
        select(Product, Kind)
        .join(Kind, Kind.code == Product.kind_code)
        .where(Product.id.in_(set(product_ids)))
    ).all()
    ids = {row.Product.certificate_id for row in rows if row.Product.certificate_id}
    certificates = certification.certificates_by_ids(session, ids, now)
    windows = certification.gate_windows(session, ids)
    found = {}
    for row in rows:
        product, kind = row.Product, kind_view(row.Kind)
        certificate = certificates.get(product.certificate_id or "")
        shut = rules.gate_blockers(product_view(product, ""), kind, certificate, now)
        window = windows.get(product.certificate_id or "")
        gate = gates.checked(gates.gate_of(_Both(row), window, certificate), product)
        opens, closes = (None, None) if gate.blocked else (gate.opens_at, gate.closes_at)
        found[product.id] = GateNow(
            tuple(shut),
            opens if opens is not None and now < opens else None,
            closes if closes is not None and now < closes < ALWAYS_UNTIL else None,
        )
    return found


class _Both:
    """A product with its kind, by the names of a row of gates."""

    def __init__(self, row: Any) -> None:
        for name in ("maker_id", "kind_code", "standard", "report_file_id", "certificate_id",
                     "local_areas"):  # fmt: skip
            setattr(self, name, getattr(row.Product, name))
        self.certifiable = row.Kind.certifiable
