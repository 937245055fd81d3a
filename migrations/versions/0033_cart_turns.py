"""For how long in all carts keep packs of a listing.

Revision ID: 0033
Revises: 0032
"""

import sqlalchemy as sa
from alembic import op

import market.db.types

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

INSTANT = market.db.types.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "cart_turns",
        sa.Column("holder", sa.String(20), nullable=False),
        sa.Column("listing_id", sa.String(20), nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("again_at", INSTANT, nullable=False),
        sa.CheckConstraint("ends_at <= again_at", name=op.f("ck_cart_turns_instants_in_order")),
        sa.PrimaryKeyConstraint("holder", "listing_id", name=op.f("pk_cart_turns")),
    )
    op.create_index("ix_cart_turns_again_at", "cart_turns", ["again_at"])
    # What is kept now stays as long as its owner was told; a turn begins after that.
    op.execute(
        "INSERT INTO cart_turns (holder, listing_id, ends_at, again_at)"
        " SELECT holder, listing_id, MAX(expires_at), MAX(expires_at) FROM cart_holds"
        " GROUP BY holder, listing_id"
    )


def downgrade() -> None:
    op.drop_table("cart_turns")
