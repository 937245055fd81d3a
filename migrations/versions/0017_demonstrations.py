"""Demonstration projects with the goods of real orders; bundles know the one they come from."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import market.db.types

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
STANDS = "standing"


def upgrade() -> None:
    with op.batch_alter_table("bundles") as table:
        for name, length in (("origin_id", 20), ("origin_zh", 60), ("origin_en", 100)):
            table.add_column(sa.Column(name, sa.String(length), nullable=False, server_default=""))
    _projects()
    _goods()


def downgrade() -> None:
    op.drop_table("demonstration_visits")
    op.drop_table("demonstration_lines")
    op.drop_table("demonstration_orders")
    op.drop_table("demonstration_projects")
    with op.batch_alter_table("bundles") as table:
        for name in ("origin_id", "origin_zh", "origin_en"):
            table.drop_column(name)


def _projects() -> None:
    op.create_table(
        "demonstration_projects",
        sa.Column("region_code", sa.String(9), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("title_zh", sa.String(60), nullable=False),
        sa.Column("title_en", sa.String(100), nullable=False),
        sa.Column("summary_zh", sa.String(200), nullable=False),
        sa.Column("summary_en", sa.String(300), nullable=False),
        sa.Column("archetype", sa.String(40), nullable=False),
        sa.Column("numbers", JSON, nullable=False),
        sa.Column("areas", JSON, nullable=False),
        sa.Column("wall_mm", sa.Integer(), nullable=True),
        sa.Column("work_days", sa.Integer(), nullable=False),
        sa.Column("finished_on", sa.Date(), nullable=True),
        sa.Column("labour_fen", sa.BigInteger(), nullable=True),
        sa.Column("energy_basis", sa.String(10), nullable=False),
        sa.Column("energy_before_kwh", sa.Integer(), nullable=True),
        sa.Column("energy_after_kwh", sa.Integer(), nullable=True),
        sa.Column("energy_source", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(20), nullable=False),
        sa.Column("created_at", market.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("submitted_by", sa.String(20), nullable=False),
        sa.Column("submitted_region", sa.String(9), nullable=False),
        sa.Column("submitted_at", market.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(20), nullable=False),
        sa.Column("decided_at", market.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("published_at", market.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(20), nullable=False),
        sa.CheckConstraint(
            "energy_basis IN ('', 'measured', 'estimated')",
            name=op.f("ck_demonstration_projects_energy_basis"),
        ),
        sa.CheckConstraint(
            "state <> 'public' OR (decided_by <> '' AND decided_by <> submitted_by AND decided_by <> created_by)",
            name=op.f("ck_demonstration_projects_four_eyes"),
        ),
        sa.CheckConstraint(
            "kind IN ('house', 'retrofit', 'facility')",
            name=op.f("ck_demonstration_projects_kind"),
        ),
        sa.CheckConstraint(
            "labour_fen >= 0 AND energy_before_kwh >= 0 AND energy_after_kwh >= 0",
            name=op.f("ck_demonstration_projects_positive"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'public', 'withdrawn')",
            name=op.f("ck_demonstration_projects_state"),
        ),
        sa.CheckConstraint(
            "work_days BETWEEN 1 AND 365",
            name=op.f("ck_demonstration_projects_work_days"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demonstration_projects")),
    )  # fmt: skip
    op.create_index("ix_demonstration_projects_state_region_code", "demonstration_projects", ["state", "region_code"])
    op.create_table(
        "demonstration_visits",
        sa.Column("project_id", sa.String(20), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("recorded_by", sa.String(20), nullable=False),
        sa.Column("id", sa.String(20), nullable=False),
        sa.CheckConstraint(
            "people BETWEEN 1 AND 100000",
            name=op.f("ck_demonstration_visits_people"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["demonstration_projects.id"], ondelete="CASCADE",
            name=op.f("fk_demonstration_visits_project_id_demonstration_projects"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demonstration_visits")),
        sa.UniqueConstraint("project_id", "visited_on", name=op.f("uq_demonstration_visits_project_id_visited_on")),
    )  # fmt: skip


def _goods() -> None:
    op.create_table(
        "demonstration_orders",
        sa.Column("project_id", sa.String(20), nullable=False),
        sa.Column("order_id", sa.String(20), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("standing", sa.Boolean(), nullable=False),
        sa.Column("consent_by", sa.String(20), nullable=False),
        sa.Column("consent_name", sa.String(80), nullable=False),
        sa.Column("consent_at", market.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(20), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"],
            name=op.f("fk_demonstration_orders_order_id_orders"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["demonstration_projects.id"], ondelete="CASCADE",
            name=op.f("fk_demonstration_orders_project_id_demonstration_projects"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demonstration_orders")),
        sa.UniqueConstraint("project_id", "order_id", name=op.f("uq_demonstration_orders_project_id_order_id")),
    )  # fmt: skip
    op.create_index(
        "uq_demonstration_orders_standing", "demonstration_orders", ["order_id"], unique=True,
        sqlite_where=sa.text(STANDS), postgresql_where=sa.text(STANDS),
    )  # fmt: skip
    op.create_table(
        "demonstration_lines",
        sa.Column("order_row_id", sa.String(20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind_code", sa.String(20), nullable=False),
        sa.Column("kind_zh", sa.String(120), nullable=False),
        sa.Column("kind_en", sa.String(120), nullable=False),
        sa.Column("product_id", sa.String(20), nullable=False),
        sa.Column("product_zh", sa.String(200), nullable=False),
        sa.Column("product_en", sa.String(200), nullable=False),
        sa.Column("material_key", sa.String(40), nullable=False),
        sa.Column("variant_label", sa.String(120), nullable=False),
        sa.Column("unit", sa.String(20), nullable=False),
        sa.Column("pack_size", sa.Numeric(14, 3), nullable=False),
        sa.Column("packs", sa.Integer(), nullable=False),
        sa.Column("unit_price_fen", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.String(8), nullable=False),
        sa.Column("id", sa.String(20), nullable=False),
        sa.CheckConstraint(
            "amount_fen = unit_price_fen * packs",
            name=op.f("ck_demonstration_lines_amount"),
        ),
        sa.CheckConstraint(
            "place IN ('wall', 'roof', 'window', 'door', 'floor', 'other')",
            name=op.f("ck_demonstration_lines_place"),
        ),
        sa.CheckConstraint(
            "packs > 0 AND pack_size > 0 AND unit_price_fen >= 0",
            name=op.f("ck_demonstration_lines_positive"),
        ),
        sa.ForeignKeyConstraint(
            ["order_row_id"], ["demonstration_orders.id"], ondelete="CASCADE",
            name=op.f("fk_demonstration_lines_order_row_id_demonstration_orders"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demonstration_lines")),
    )  # fmt: skip
    op.create_index("ix_demonstration_lines_order_row_id", "demonstration_lines", ["order_row_id"])
