"""Rows of registry lists that were not taken, papers of checks, days of factory papers.

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("certificates") as table:
        table.add_column(sa.Column("check_file_id", sa.String(20), nullable=True))
        table.add_column(sa.Column("holder_file_id", sa.String(20), nullable=True))
    with op.batch_alter_table("registry_syncs") as table:
        table.add_column(sa.Column("rejected", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("factory_claims") as table:
        table.add_column(sa.Column("issued_on", sa.Date(), nullable=True))
    op.create_table(
        "registry_rejects",
        sa.Column("sync_id", sa.String(20), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(120), nullable=False),
        sa.Column("column_name", sa.String(30), nullable=False),
        sa.Column("value", sa.String(120), nullable=False),
        sa.Column("fault", sa.String(20), nullable=False),
        sa.Column("id", sa.String(20), nullable=False),
        sa.ForeignKeyConstraint(
            ["sync_id"], ["registry_syncs.id"],
            name=op.f("fk_registry_rejects_sync_id_registry_syncs"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_rejects")),
    )  # fmt: skip
    op.create_index(
        "ix_registry_rejects_sync_id_place", "registry_rejects", ["sync_id", "place"]
    )


def downgrade() -> None:
    op.drop_table("registry_rejects")
    with op.batch_alter_table("factory_claims") as table:
        table.drop_column("issued_on")
    with op.batch_alter_table("registry_syncs") as table:
        table.drop_column("rejected")
    with op.batch_alter_table("certificates") as table:
        table.drop_column("holder_file_id")
        table.drop_column("check_file_id")
