"""Packs kept for lines of carts, and how many of each stock level they are.

Revision ID: 0027
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

import market.db.types

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_OLD = ("reserved_within_on_hand", "reserved <= on_hand")
_NEW = (
    ("in_carts", "in_carts >= 0"),
    ("set_aside_within_on_hand", "reserved + in_carts <= on_hand"),
)


def upgrade() -> None:
    with op.batch_alter_table("stock_levels") as table:
        table.add_column(sa.Column("in_carts", sa.Integer(), server_default="0", nullable=False))
        table.drop_constraint(op.f(_full(_OLD[0])), type_="check")
        for name, rule in _NEW:
            table.create_check_constraint(op.f(_full(name)), rule)
    op.create_table(
        "cart_holds",
        sa.Column("id", sa.String(20), nullable=False),
        sa.Column("holder", sa.String(20), nullable=False),
        sa.Column("line_id", sa.String(20), nullable=False),
        sa.Column("listing_id", sa.String(20), nullable=False),
        sa.Column("warehouse_id", sa.String(20), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("expires_at", market.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_cart_holds_quantity")),
        sa.ForeignKeyConstraint(
            ["listing_id", "warehouse_id"],
            ["stock_levels.listing_id", "stock_levels.warehouse_id"],
            name=op.f("fk_cart_holds_listing_id_warehouse_id_stock_levels"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cart_holds")),
    )
    op.create_index("ix_cart_holds_holder_line_id", "cart_holds", ["holder", "line_id"])
    op.create_index(
        "ix_cart_holds_level", "cart_holds", ["listing_id", "warehouse_id", "expires_at"]
    )
    op.create_index("ix_cart_holds_expires_at", "cart_holds", ["expires_at"])


def downgrade() -> None:
    """What carts kept is free again."""
    op.drop_table("cart_holds")
    with op.batch_alter_table("stock_levels") as table:
        for name, _rule in _NEW:
            table.drop_constraint(op.f(_full(name)), type_="check")
        table.drop_column("in_carts")
        table.create_check_constraint(op.f(_full(_OLD[0])), _OLD[1])


def _full(name: str) -> str:
    return f"ck_stock_levels_{name}"
