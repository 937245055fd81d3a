"""Manuals of products; the register of substances and declared contents; application classes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import market.db.types

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade() -> None:
    op.create_table(
        "product_manuals",
        sa.Column("product_id", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("content", JSON, nullable=False),
        sa.Column("changed_at", market.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=20), nullable=False),
        sa.Column("published_at", market.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_product_manuals_version")),
        sa.CheckConstraint(
            "(version IS NULL) = (published_at IS NULL)", name=op.f("ck_product_manuals_published")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_product_manuals_product_id_products")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_manuals")),
        sa.UniqueConstraint(
            "product_id", "version", name=op.f("uq_product_manuals_product_id_version")
        ),
    )
    with op.batch_alter_table("product_manuals") as table:
        table.create_index(
            "uq_product_manuals_draft", ["product_id"], unique=True,
            sqlite_where=sa.text("version IS NULL"), postgresql_where=sa.text("version IS NULL"),
        )
    with op.batch_alter_table("products") as table:
        table.add_column(sa.Column("manual_version", sa.Integer(), nullable=True))
        table.add_column(sa.Column("contents", JSON, server_default="[]", nullable=False))
        table.add_column(
            sa.Column("unfit_from", market.db.types.UtcDateTime(timezone=True), nullable=True)
        )
    with op.batch_alter_table("batches") as table:
        table.add_column(sa.Column("manual_version", sa.Integer(), nullable=True))
    _register()
    _uses()


def _uses() -> None:
    op.create_table(
        "use_rules",
        sa.Column("use", sa.String(length=12), nullable=False),
        sa.Column("kind_code", sa.String(length=12), nullable=False),
        sa.Column("group_code", sa.String(length=8), nullable=False),
        sa.Column("min_star", sa.Integer(), nullable=True),
        sa.Column("max_voc", sa.Numeric(precision=10, scale=2), nullable=True),
        sa.Column("basis_zh", sa.Text(), nullable=False),
        sa.Column("basis_en", sa.Text(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("changed_at", market.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "(kind_code = '') <> (group_code = '')", name=op.f("ck_use_rules_kind_or_group")
        ),
        sa.CheckConstraint(
            "min_star IS NOT NULL OR max_voc IS NOT NULL", name=op.f("ck_use_rules_asks")
        ),
        sa.CheckConstraint(
            "min_star IS NULL OR min_star BETWEEN 1 AND 3", name=op.f("ck_use_rules_min_star")
        ),
        sa.CheckConstraint(
            "max_voc IS NULL OR max_voc >= 0", name=op.f("ck_use_rules_max_voc")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_use_rules")),
        sa.UniqueConstraint(
            "use", "kind_code", "group_code", name=op.f("uq_use_rules_use_kind_code_group_code")
        ),
    )
    with op.batch_alter_table("bundle_slots") as table:
        table.add_column(
            sa.Column("use_key", sa.String(length=12), server_default="", nullable=False)
        )


def _register() -> None:
    op.create_table(
        "substances",
        sa.Column("cas", sa.String(length=14), nullable=False),
        sa.Column("name_zh", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("created_at", market.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_substances")),
        sa.UniqueConstraint("cas", name=op.f("uq_substances_cas")),
    )
    op.create_table(
        "substance_rules",
        sa.Column("substance_id", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("limit_value", sa.Numeric(precision=14, scale=4), nullable=True),
        sa.Column("unit", sa.String(length=12), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("kinds", JSON, nullable=False),
        sa.Column("replace_zh", sa.Text(), nullable=False),
        sa.Column("replace_en", sa.Text(), nullable=False),
        sa.Column("replace_kinds", JSON, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("made_at", market.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "status IN ('banned','limited','watch')", name=op.f("ck_substance_rules_status")
        ),
        sa.CheckConstraint(
            "(status = 'limited') = (limit_value IS NOT NULL)",
            name=op.f("ck_substance_rules_limit_of_limited"),
        ),
        sa.CheckConstraint(
            "limit_value IS NULL OR limit_value > 0", name=op.f("ck_substance_rules_limit_value")
        ),
        sa.ForeignKeyConstraint(
            ["substance_id"], ["substances.id"],
            name=op.f("fk_substance_rules_substance_id_substances"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_substance_rules")),
    )
    op.create_index("ix_substance_rules_substance_id", "substance_rules", ["substance_id"])
    op.create_table(
        "declared_contents",
        sa.Column("product_id", sa.String(length=20), nullable=False),
        sa.Column("substance_id", sa.String(length=20), nullable=False),
        sa.Column("value", sa.Numeric(precision=14, scale=4), nullable=False),
        sa.Column("unit", sa.String(length=12), nullable=False),
        sa.Column("report_file_id", sa.String(length=20), nullable=True),
        sa.Column("changed_at", market.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=20), nullable=False),
        sa.CheckConstraint("value >= 0", name=op.f("ck_declared_contents_value")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_declared_contents_product_id_products")
        ),
        sa.ForeignKeyConstraint(
            ["substance_id"], ["substances.id"],
            name=op.f("fk_declared_contents_substance_id_substances"),
        ),
        sa.PrimaryKeyConstraint("product_id", "substance_id", name=op.f("pk_declared_contents")),
    )
    op.create_index("ix_declared_contents_substance_id", "declared_contents", ["substance_id"])


def downgrade() -> None:
    with op.batch_alter_table("bundle_slots") as table:
        table.drop_column("use_key")
    op.drop_table("use_rules")
    op.drop_index("ix_declared_contents_substance_id", "declared_contents")
    op.drop_table("declared_contents")
    op.drop_index("ix_substance_rules_substance_id", "substance_rules")
    op.drop_table("substance_rules")
    op.drop_table("substances")
    with op.batch_alter_table("batches") as table:
        table.drop_column("manual_version")
    with op.batch_alter_table("products") as table:
        table.drop_column("unfit_from")
        table.drop_column("contents")
        table.drop_column("manual_version")
    with op.batch_alter_table("product_manuals") as table:
        table.drop_index("uq_product_manuals_draft")
    op.drop_table("product_manuals")
