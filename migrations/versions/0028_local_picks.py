"""Pick lists of regions, and how many households of a county bought a product.

Revision ID: 0026
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

import market.db.types

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None
_STANDING = sa.text("ended_at IS NULL")


def upgrade() -> None:
    instant = market.db.types.UtcDateTime(timezone=True)
    op.create_table(
        "local_picks",
        sa.Column("id", sa.String(20), nullable=False),
        sa.Column("region_code", sa.String(6), nullable=False),
        sa.Column("product_id", sa.String(20), nullable=False),
        sa.Column("kind_code", sa.String(12), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(60), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("picked_at", instant, nullable=False),
        sa.Column("picked_by", sa.String(20), nullable=False),
        sa.Column("office", sa.String(120), nullable=False),
        sa.Column("lost_at", instant, nullable=True),
        sa.Column("ended_at", instant, nullable=True),
        sa.CheckConstraint("place BETWEEN 1 AND 12", name=op.f("ck_local_picks_place")),
        sa.CheckConstraint("region_code <> ''", name=op.f("ck_local_picks_of_a_region")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_local_picks_product_id_products")
        ),
        sa.ForeignKeyConstraint(
            ["kind_code"], ["kinds.code"], name=op.f("fk_local_picks_kind_code_kinds")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_local_picks")),
    )
    op.create_index(
        "uq_local_picks_place", "local_picks", ["region_code", "kind_code", "place"],
        unique=True, sqlite_where=_STANDING, postgresql_where=_STANDING,
    )  # fmt: skip
    op.create_index(
        "uq_local_picks_product", "local_picks", ["region_code", "product_id"],
        unique=True, sqlite_where=_STANDING, postgresql_where=_STANDING,
    )  # fmt: skip
    op.create_index("ix_local_picks_product_id", "local_picks", ["product_id"])
    op.create_table(
        "county_purchases",
        sa.Column("county_code", sa.String(6), nullable=False),
        sa.Column("product_id", sa.String(20), nullable=False),
        sa.Column("kind_code", sa.String(12), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.CheckConstraint("households >= 5", name=op.f("ck_county_purchases_households")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], ondelete="CASCADE",
            name=op.f("fk_county_purchases_product_id_products"),
        ),
        sa.PrimaryKeyConstraint("county_code", "product_id", name=op.f("pk_county_purchases")),
    )  # fmt: skip
    op.create_index(
        "ix_county_purchases_county_code_kind_code", "county_purchases",
        ["county_code", "kind_code"],
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("county_purchases")
    op.drop_table("local_picks")
