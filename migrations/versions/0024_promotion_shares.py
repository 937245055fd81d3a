"""Shares of a seller's promotion that the platform is asked to bear, with its answers.

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

import market.db.types

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant = market.db.types.UtcDateTime(timezone=True)
    op.create_table(
        "promotion_shares",
        sa.Column("promotion_id", sa.String(20), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("platform_bp", sa.Integer(), nullable=False),
        sa.Column("budget_fen", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("asked_at", instant, nullable=False),
        sa.Column("asked_by", sa.String(20), nullable=True),
        sa.Column("decided_at", instant, nullable=True),
        sa.Column("decided_by", sa.String(20), nullable=True),
        sa.CheckConstraint(
            "state in ('asked', 'accepted', 'refused', 'void')",
            name=op.f("ck_promotion_shares_state_known"),
        ),
        sa.CheckConstraint(
            "platform_bp > 0 and platform_bp <= 10000",
            name=op.f("ck_promotion_shares_part_of_whole"),
        ),
        sa.ForeignKeyConstraint(
            ["promotion_id"], ["promotions.id"], ondelete="CASCADE",
            name=op.f("fk_promotion_shares_promotion_id_promotions"),
        ),
        sa.PrimaryKeyConstraint("promotion_id", name=op.f("pk_promotion_shares")),
    )  # fmt: skip
    op.create_index(
        "ix_promotion_shares_state_asked_at", "promotion_shares", ["state", "asked_at"]
    )


def downgrade() -> None:
    op.drop_table("promotion_shares")
