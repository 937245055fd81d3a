"""What lists sort by: the price of the same effect, packs sold lately, where it is made."""

import json
from decimal import ROUND_HALF_UP, Decimal

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BATCH = 5_000
INDEXES = {
    "ix_listings_zone_sold": ["certified", "shown", "sold", "id"],
    "ix_listings_zone_effect": ["certified", "shown", "effect_rank", "effect_milli", "id"],
    "ix_listings_zone_made": [
        "certified", "shown", "maker_region", "effect_rank", "effect_milli", "id",
    ],
}  # fmt: skip
COLUMNS = ("effect_rank", "effect_milli", "maker_region")


def upgrade() -> None:
    # Not in batch mode: listings have a computed column that SQLite cannot copy.
    op.add_column(
        "listings", sa.Column("effect_rank", sa.Integer(), nullable=False, server_default="5")
    )
    op.add_column(
        "listings", sa.Column("effect_milli", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.add_column(
        "listings", sa.Column("maker_region", sa.String(9), nullable=False, server_default="")
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "ALTER TABLE listings ADD COLUMN sold INTEGER DEFAULT '0' NOT NULL"
            " CONSTRAINT ck_listings_sold CHECK (sold >= 0)"
        )
    else:
        op.add_column(
            "listings", sa.Column("sold", sa.Integer(), nullable=False, server_default="0")
        )
        op.create_check_constraint(op.f("ck_listings_sold"), "listings", "sold >= 0")
    op.execute(
        "UPDATE listings SET maker_region = (SELECT substr(sellers.region_code, 1, 6) FROM products"
        " JOIN sellers ON sellers.id = products.maker_id WHERE products.id = listings.product_id)"
    )
    _fill_effects(op.get_bind())
    for name, columns in INDEXES.items():
        op.create_index(name, "listings", columns)
    op.create_index("ix_orders_paid_at", "orders", ["paid_at"])


def downgrade() -> None:
    op.drop_index("ix_orders_paid_at", table_name="orders")
    for name in INDEXES:
        op.drop_index(name, table_name="listings")
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_listings_sold"), "listings", type_="check")
    for name in ("sold", *COLUMNS):
        op.execute(f"ALTER TABLE listings DROP COLUMN {name}")


def _fill_effects(connection: sa.Connection) -> None:
    """The ranks of metrics as they are when this is written: insulation, coating, heating,
    storage, year of life, none."""
    after = ""
    query = sa.text(
        "SELECT l.id, l.unit, l.unit_price_milli_fen, p.attributes, p.life_years FROM listings l"
        " JOIN products p ON p.id = l.product_id WHERE l.id > :after ORDER BY l.id LIMIT :batch"
    )
    write = sa.text("UPDATE listings SET effect_rank = :rank, effect_milli = :milli WHERE id = :id")
    while rows := connection.execute(query, {"after": after, "batch": BATCH}).all():
        after = rows[-1][0]
        found = []
        for key, unit, milli, kept, years in rows:
            attributes = json.loads(kept) if isinstance(kept, str) else kept or {}
            if (effect := _effect(unit, Decimal(milli), attributes, years)) is not None:
                price = int(effect[1].to_integral_value(ROUND_HALF_UP))
                found.append({"id": key, "rank": effect[0], "milli": price})
        if found:
            connection.execute(write, found)


def _effect(
    unit: str, milli: Decimal, attributes: dict[str, object], years: int | None
) -> tuple[int, Decimal] | None:
    def number(key: str) -> Decimal | None:
        value = attributes.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            return None
        return Decimal(str(value))

    conducts, thick = number("lambda_w_mk"), number("thickness_mm")
    if conducts and unit == "m3":
        return 0, milli * conducts
    if conducts and unit == "m2" and thick:
        return 0, milli * (conducts * 1000 / thick)
    if unit == "kg" and (covers := number("coverage_kg_m2")):
        return 1, milli * covers
    whole = unit in ("unit", "set", "piece")
    for rank, key in ((2, "heat_output_kw"), (3, "capacity_kwh")):
        if whole and (figure := number(key)):
            return rank, milli / figure
    return (4, milli / years) if years else None
