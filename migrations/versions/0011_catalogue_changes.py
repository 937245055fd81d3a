"""Imports of sheets; changes of products that wait for a reviewer; packs sold of listings."""

import sqlalchemy as sa
from alembic import op

import market.db.types

revision = "0011"
down_revision = "0008"
branch_labels = None
depends_on = None

_AT = market.db.types.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "sheet_imports",
        sa.Column("id", sa.String(20), nullable=False),
        sa.Column("seller_id", sa.String(20), nullable=False),
        sa.Column("account_id", sa.String(80), nullable=False),
        sa.Column("filename", sa.String(200), nullable=False),
        sa.Column("file_digest", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("leased_until", _AT, nullable=True),
        sa.Column("rows_total", sa.Integer(), nullable=False),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("counts", market.db.types.Json, nullable=False),
        sa.Column("plan_digest", sa.String(64), nullable=False),
        sa.Column("moved", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("problem", market.db.types.Json, nullable=True),
        sa.Column("created_at", _AT, nullable=False),
        sa.Column("ended_at", _AT, nullable=True),
        sa.CheckConstraint(
            "state IN ('queued','ready','broken','asked','applied','discarded')",
            name=op.f("ck_sheet_imports_state"),
        ),
        sa.CheckConstraint(
            "rows_done <= rows_total", name=op.f("ck_sheet_imports_rows_done_within_total")
        ),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["sellers.id"], name=op.f("fk_sheet_imports_seller_id_sellers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_imports")),
    )
    with op.batch_alter_table("sheet_imports") as table:
        table.create_index("ix_sheet_imports_seller_id_created_at", ["seller_id", "created_at"])
        table.create_index("ix_sheet_imports_state", ["state", "created_at"])
    op.create_table(
        "sheet_lines",
        sa.Column("import_id", sa.String(20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_wrong", sa.Boolean(), nullable=False),
        sa.Column("body", market.db.types.Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["sheet_imports.id"], ondelete="CASCADE",
            name=op.f("fk_sheet_lines_import_id_sheet_imports"),
        ),
        sa.PrimaryKeyConstraint("import_id", "position", name=op.f("pk_sheet_lines")),
    )


def downgrade() -> None:
    op.drop_table("sheet_lines")
    op.drop_table("sheet_imports")
