"""Graded suppliers, their bundles with reviews; carts and orders name a bundle's version."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import market.db.types

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
WAITS = "state in ('waiting', 'asked')"
OPEN = "state in ('submitted', 'asked', 'answered')"
STANDS = "state = 'approved'"


def upgrade() -> None:
    with op.batch_alter_table("sellers") as table:
        table.add_column(
            sa.Column("supplier_grade", sa.String(4), nullable=False, server_default="")
        )
        table.add_column(sa.Column("supplier_on", sa.Date(), nullable=True))
    _suppliers()
    _bundles()
    with op.batch_alter_table("cart_groups") as table:
        table.add_column(sa.Column("origin", sa.String(40), nullable=False, server_default=""))
    with op.batch_alter_table("order_lines") as table:
        table.add_column(
            sa.Column("group_origin", sa.String(40), nullable=False, server_default="")
        )


def _suppliers() -> None:
    op.create_table(
        "supplier_applications",
        sa.Column("seller_id", sa.String(20), nullable=False),
        sa.Column("region_code", sa.String(9), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column("grade", sa.String(4), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("submitted_by", sa.String(20), nullable=False),
        sa.Column("submitted_at", market.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(20), nullable=False),
        sa.Column("decided_at", market.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(20), nullable=False),
        sa.CheckConstraint(
            "state IN ('submitted','asked','answered','approved','refused','ended')",
            name=op.f("ck_supplier_applications_state"),
        ),
        sa.CheckConstraint(
            "points IS NULL OR points >= 0",
            name=op.f("ck_supplier_applications_points_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["sellers.id"], name=op.f("fk_supplier_applications_seller_id_sellers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_applications")),
    )
    with op.batch_alter_table("supplier_applications") as table:
        table.create_index(op.f("ix_supplier_applications_seller_id"), ["seller_id"])
        table.create_index(
            "ix_supplier_applications_region_code_state", ["region_code", "state"]
        )
        for name, where in (("open", OPEN), ("standing", STANDS)):
            table.create_index(
                f"uq_supplier_applications_{name}", ["seller_id"], unique=True,
                sqlite_where=sa.text(where), postgresql_where=sa.text(where),
            )  # fmt: skip
    op.create_table(
        "supplier_evidence",
        sa.Column("application_id", sa.String(20), nullable=False),
        sa.Column("criterion", sa.String(20), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("file_id", sa.String(20), nullable=True),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", sa.String(20), nullable=False),
        sa.CheckConstraint("count >= 0", name=op.f("ck_supplier_evidence_count_not_negative")),
        sa.CheckConstraint(
            "points IS NULL OR points >= 0", name=op.f("ck_supplier_evidence_points_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["supplier_applications.id"], ondelete="CASCADE",
            name=op.f("fk_supplier_evidence_application_id_supplier_applications"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_evidence")),
        sa.UniqueConstraint(
            "application_id", "criterion", name=op.f("uq_supplier_evidence_application_id_criterion")
        ),
    )  # fmt: skip


def _bundles() -> None:
    with op.batch_alter_table("bundles") as table:
        table.add_column(sa.Column("seller_id", sa.String(20), nullable=True))
        table.create_foreign_key(
            op.f("fk_bundles_seller_id_sellers"), "sellers", ["seller_id"], ["id"]
        )
        table.create_index(op.f("ix_bundles_seller_id"), ["seller_id"])
    with op.batch_alter_table("bundle_slots") as table:
        for name, size in (("product_id", 20), ("product_zh", 120), ("product_en", 200)):
            table.add_column(
                sa.Column(name, sa.String(size), nullable=False, server_default="")
            )
    op.create_table(
        "bundle_reviews",
        sa.Column("bundle_id", sa.String(20), nullable=False),
        sa.Column("region_code", sa.String(9), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("submitted_by", sa.String(20), nullable=False),
        sa.Column("submitted_at", market.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(20), nullable=False),
        sa.Column("decided_at", market.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(20), nullable=False),
        sa.CheckConstraint(
            "state in ('waiting', 'asked', 'approved', 'refused', 'ended')",
            name=op.f("ck_bundle_reviews_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["bundle_id"], ["bundles.id"], ondelete="CASCADE",
            name=op.f("fk_bundle_reviews_bundle_id_bundles"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle_reviews")),
    )  # fmt: skip
    with op.batch_alter_table("bundle_reviews") as table:
        table.create_index(op.f("ix_bundle_reviews_bundle_id"), ["bundle_id"])
        table.create_index("ix_bundle_reviews_region_code_state", ["region_code", "state"])
        table.create_index(
            "uq_bundle_reviews_open", ["bundle_id"], unique=True,
            sqlite_where=sa.text(WAITS), postgresql_where=sa.text(WAITS),
        )  # fmt: skip


def downgrade() -> None:
    with op.batch_alter_table("order_lines") as table:
        table.drop_column("group_origin")
    with op.batch_alter_table("cart_groups") as table:
        table.drop_column("origin")
    op.drop_table("bundle_reviews")
    with op.batch_alter_table("bundle_slots") as table:
        for name in ("product_en", "product_zh", "product_id"):
            table.drop_column(name)
    with op.batch_alter_table("bundles") as table:
        table.drop_index(op.f("ix_bundles_seller_id"))
        table.drop_constraint(op.f("fk_bundles_seller_id_sellers"), type_="foreignkey")
        table.drop_column("seller_id")
    op.drop_table("supplier_evidence")
    op.drop_table("supplier_applications")
    with op.batch_alter_table("sellers") as table:
        table.drop_column("supplier_on")
        table.drop_column("supplier_grade")
