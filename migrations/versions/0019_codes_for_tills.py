"""A household may have its next code for shops when the last one was used."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

ONCE = "uq_promotion_vouchers_promotion_id_household_id"
OPEN = sa.text("redeemed_at IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("promotion_vouchers") as table:
        table.drop_constraint(ONCE, type_="unique")
        table.create_index(
            "uq_promotion_vouchers_open", ["promotion_id", "household_id"], unique=True,
            sqlite_where=OPEN, postgresql_where=OPEN,
        )  # fmt: skip
        table.create_index("ix_promotion_vouchers_household_id", ["household_id", "promotion_id"])


def downgrade() -> None:
    """Of several codes the newest stays; what the others gave stands in the redemptions."""
    op.execute(
        sa.text(
            "DELETE FROM promotion_vouchers WHERE EXISTS (SELECT 1 FROM promotion_vouchers AS other"
            " WHERE other.promotion_id = promotion_vouchers.promotion_id"
            " AND other.household_id = promotion_vouchers.household_id"
            " AND other.id > promotion_vouchers.id)"
        )
    )
    with op.batch_alter_table("promotion_vouchers") as table:
        table.drop_index("ix_promotion_vouchers_household_id")
        table.drop_index("uq_promotion_vouchers_open")
        table.create_unique_constraint(ONCE, ["promotion_id", "household_id"])
