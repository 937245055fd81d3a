"""The generic materials that solution bundles count in; a product may name the one it is."""

import csv
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "materials.csv"


@dataclass(frozen=True)
class Material:
    """One generic material of the bundles."""

    key: str
    kind_code: str
    name: str
    spec: str
    unit: str
    lambda_w_mk: Decimal | None
    u_value_w_m2k: Decimal | None
    carbon_kg_per_unit: Decimal | None
    carbon_basis: str
    lifetime_years: int | None

    @property
    def label(self) -> str:
        return f"{self.name} {self.spec}".strip()


@lru_cache(maxsize=1)
def materials() -> dict[str, Material]:
    """All materials by key."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        return {row["key"]: _material(row) for row in csv.DictReader(file)}


def materials_of_kind(kind_code: str) -> list[Material]:
    """The materials a product of this kind may be."""
    return [item for item in materials().values() if item.kind_code == kind_code]


def _material(row: dict[str, str]) -> Material:
    return Material(
        key=row["key"],
        kind_code=row["kind_code"],
        name=row["name"],
        spec=row["spec"],
        unit=row["unit"].lower(),
        lambda_w_mk=_decimal(row["lambda_w_mk"]),
        u_value_w_m2k=_decimal(row["u_value_w_m2k"]),
        carbon_kg_per_unit=_decimal(row["ec_kgco2e_per_unit"]),
        carbon_basis=row["ec_basis"],
        lifetime_years=int(row["lifetime_years"]) if row["lifetime_years"] else None,
    )


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None
