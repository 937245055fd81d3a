"""When certificates and products changed last, for readers who keep a copy."""

import sqlalchemy as sa
from alembic import op

import market.db.types

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("certificates") as table:
        table.add_column(
            sa.Column("updated_at", market.db.types.UtcDateTime(timezone=True), nullable=True)
        )
    op.execute(
        "UPDATE certificates SET updated_at = COALESCE((SELECT MAX(at) FROM certificate_log"
        " WHERE certificate_log.certificate_id = certificates.id), submitted_at)"
    )
    with op.batch_alter_table("certificates") as table:
        table.alter_column(
            "updated_at", existing_type=market.db.types.UtcDateTime(timezone=True), nullable=False
        )
        table.create_index("ix_certificates_updated_at_id", ["updated_at", "id"])
    with op.batch_alter_table("products") as table:
        table.create_index("ix_products_updated_at_id", ["updated_at", "id"])


def downgrade() -> None:
    with op.batch_alter_table("products") as table:
        table.drop_index("ix_products_updated_at_id")
    with op.batch_alter_table("certificates") as table:
        table.drop_index("ix_certificates_updated_at_id")
        table.drop_column("updated_at")
