"""What a person decided about payments that did not fit."""

import sqlalchemy as sa
from alembic import op

import market.db.types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COLUMNS = ("mismatch", "resolution", "resolution_note", "resolved_at", "resolved_by")


def upgrade() -> None:
    with op.batch_alter_table("payments") as table:
        table.add_column(sa.Column("mismatch", market.db.types.Json, nullable=True))
        table.add_column(sa.Column("resolution", sa.String(10), nullable=True))
        table.add_column(
            sa.Column("resolution_note", sa.String(300), nullable=False, server_default="")
        )
        table.add_column(
            sa.Column("resolved_at", market.db.types.UtcDateTime(timezone=True), nullable=True)
        )
        table.add_column(sa.Column("resolved_by", sa.String(20), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("payments") as table:
        for name in reversed(COLUMNS):
            table.drop_column(name)
