"""Commission rules; on order lines what was taken by them, on refunds what was given back."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import market.db.types

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
NEGATIVE = "amount_fen <= 0 AND platform_fen <= 0 AND seller_fen <= 0"


def upgrade() -> None:
    op.create_table(
        "commission_rules",
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("name_en", sa.String(100), nullable=False),
        sa.Column("rate_bp", sa.Integer(), nullable=False),
        sa.Column("min_fen", sa.BigInteger(), nullable=True),
        sa.Column("max_fen", sa.BigInteger(), nullable=True),
        sa.Column("product_id", sa.String(20), nullable=True),
        sa.Column("seller_id", sa.String(20), nullable=True),
        sa.Column("campaign_id", sa.String(20), nullable=True),
        sa.Column("zone", sa.Boolean(), nullable=False),
        sa.Column("kind_code", sa.String(12), nullable=True),
        sa.Column("group_code", sa.String(8), nullable=True),
        sa.Column("starts_at", market.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", market.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", market.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(20), nullable=True),
        sa.Column("id", sa.String(20), nullable=False),
        sa.CheckConstraint("rate_bp BETWEEN 0 AND 3000", name=op.f("ck_commission_rules_rate_bp")),
        sa.CheckConstraint(
            "min_fen IS NULL OR min_fen >= 0", name=op.f("ck_commission_rules_min_fen")
        ),
        sa.CheckConstraint(
            "max_fen IS NULL OR max_fen >= COALESCE(min_fen, 0)",
            name=op.f("ck_commission_rules_max_fen"),
        ),
        sa.CheckConstraint(
            "ends_at IS NULL OR ends_at >= starts_at",
            name=op.f("ck_commission_rules_ends_after_start"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [target], name=op.f(f"fk_commission_rules_{column}_{target.split('.')[0]}")
            )
            for column, target in (
                ("product_id", "products.id"), ("seller_id", "sellers.id"),
                ("campaign_id", "campaigns.id"), ("kind_code", "kinds.code"),
                ("group_code", "kind_groups.code"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commission_rules")),
    )
    with op.batch_alter_table("commission_rules") as table:
        table.create_index("ix_commission_rules_ends_at", ["ends_at"])
    with op.batch_alter_table("order_lines") as table:
        for name in ("commission_fen", "usual_commission_fen"):
            table.add_column(sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
        table.add_column(sa.Column("commission", JSON, nullable=True))
        table.create_check_constraint(
            op.f("ck_order_lines_commission_within_claim"),
            "commission_fen >= 0 AND commission_fen <= amount_fen - seller_discount_fen",
        )
    with op.batch_alter_table("order_refund_lines") as table:
        table.add_column(
            sa.Column("commission_fen", sa.BigInteger(), nullable=False, server_default="0")
        )
        table.drop_constraint(op.f("ck_order_refund_lines_negative"), type_="check")
        table.create_check_constraint(
            op.f("ck_order_refund_lines_negative"), f"{NEGATIVE} AND commission_fen <= 0"
        )


def downgrade() -> None:
    with op.batch_alter_table("order_refund_lines") as table:
        table.drop_constraint(op.f("ck_order_refund_lines_negative"), type_="check")
        table.create_check_constraint(op.f("ck_order_refund_lines_negative"), NEGATIVE)
        table.drop_column("commission_fen")
    with op.batch_alter_table("order_lines") as table:
        table.drop_constraint(op.f("ck_order_lines_commission_within_claim"), type_="check")
        for name in ("commission", "usual_commission_fen", "commission_fen"):
            table.drop_column(name)
    op.drop_table("commission_rules")
