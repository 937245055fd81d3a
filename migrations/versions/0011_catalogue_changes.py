"""Imports of sheets; changes of products that wait for a reviewer."""

import sqlalchemy as sa
from alembic import op

import market.db.types

revision = "0011"
down_revision = "0010"
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
    op.create_table(
        "product_changes",
        sa.Column("id", sa.String(20), nullable=False),
        sa.Column("product_id", sa.String(20), nullable=False),
        sa.Column("maker_id", sa.String(20), nullable=False),
        sa.Column("region_code", sa.String(9), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("base", market.db.types.Json, nullable=False),
        sa.Column("proposed", market.db.types.Json, nullable=False),
        sa.Column("submitted_at", _AT, nullable=False),
        sa.Column("submitted_by", sa.String(80), nullable=False),
        sa.Column("decided_at", _AT, nullable=True),
        sa.Column("decided_by", sa.String(80), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("internal_note", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('first','edit')", name=op.f("ck_product_changes_kind")),
        sa.CheckConstraint(
            "state IN ('pending','requires_action','confirmed','declined','withdrawn')",
            name=op.f("ck_product_changes_state"),
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_product_changes_product_id_products")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_changes")),
    )
    with op.batch_alter_table("product_changes") as table:
        table.create_index(
            "uq_product_changes_open", ["product_id"], unique=True,
            sqlite_where=sa.text("state IN ('pending','requires_action')"),
            postgresql_where=sa.text("state IN ('pending','requires_action')"),
        )
        table.create_index("ix_product_changes_queue", ["state", "submitted_at", "id"])
        table.create_index("ix_product_changes_product_id", ["product_id", "submitted_at"])


def downgrade() -> None:
    op.drop_table("product_changes")
    op.drop_table("sheet_lines")
    op.drop_table("sheet_imports")
