"""Village pick-up points: points, drop days, places of orders, handing over.

Revision ID: 0028
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

import market.db.types

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_WAITING = sa.text("fetched_at IS NULL")
_STANDING = sa.text("freed_at IS NULL")


def upgrade() -> None:
    _columns()
    _points()
    _handovers()


def _columns() -> None:
    op.add_column("addresses", sa.Column("pickup_point_id", sa.String(20), nullable=True))
    op.add_column("orders", sa.Column("pickup", market.db.types.Json, nullable=True))
    op.add_column(
        "seller_last_miles",
        sa.Column("door_only", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def _points() -> None:
    instant = market.db.types.UtcDateTime(timezone=True)
    op.create_table(
        "pickup_points",
        sa.Column("id", sa.String(20), nullable=False),
        sa.Column("region_code", sa.String(9), nullable=False),
        sa.Column("name_zh", sa.String(40), nullable=False),
        sa.Column("name_en", sa.String(80), nullable=False),
        sa.Column("village", sa.String(40), nullable=False),
        sa.Column("detail", sa.String(100), nullable=False),
        sa.Column("landmark", sa.String(60), nullable=False),
        sa.Column("agent_id", sa.String(20), nullable=False),
        sa.Column("agent_name", sa.String(30), nullable=False),
        sa.Column("agent_phone", sa.String(11), nullable=False),
        sa.Column("weekdays", sa.String(7), nullable=False),
        sa.Column("opens", sa.Integer(), nullable=False),
        sa.Column("closes", sa.Integer(), nullable=False),
        sa.Column("capacity_g", sa.BigInteger(), nullable=False),
        sa.Column("max_pack_g", sa.BigInteger(), nullable=True),
        sa.Column("max_piece_mm", sa.Integer(), nullable=True),
        sa.Column("open_from", sa.Date(), nullable=False),
        sa.Column("open_until", sa.Date(), nullable=True),
        sa.Column("closed_reason", sa.String(200), nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.CheckConstraint("capacity_g > 0", name=op.f("ck_pickup_points_capacity")),
        sa.CheckConstraint(
            "max_pack_g IS NULL OR max_pack_g > 0", name=op.f("ck_pickup_points_max_pack")
        ),
        sa.CheckConstraint(
            "max_piece_mm IS NULL OR max_piece_mm > 0", name=op.f("ck_pickup_points_max_piece")
        ),
        sa.CheckConstraint(
            "opens >= 0 AND closes > opens AND closes <= 1440", name=op.f("ck_pickup_points_hours")
        ),
        sa.CheckConstraint(
            "open_until IS NULL OR open_until >= open_from", name=op.f("ck_pickup_points_dates")
        ),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["accounts.id"], name=op.f("fk_pickup_points_agent_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pickup_points")),
    )
    op.create_index("ix_pickup_points_region_code", "pickup_points", ["region_code"])
    op.create_index("ix_pickup_points_agent_id", "pickup_points", ["agent_id"])
    op.create_table(
        "pickup_days",
        sa.Column("point_id", sa.String(20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("taken_g", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("taken_g >= 0", name=op.f("ck_pickup_days_taken")),
        sa.ForeignKeyConstraint(
            ["point_id"], ["pickup_points.id"], name=op.f("fk_pickup_days_point_id_pickup_points")
        ),
        sa.PrimaryKeyConstraint("point_id", "day", name=op.f("pk_pickup_days")),
    )
    op.create_table(
        "pickup_places",
        sa.Column("id", sa.String(20), nullable=False),
        sa.Column("order_id", sa.String(20), nullable=False),
        sa.Column("seller_id", sa.String(20), nullable=False),
        sa.Column("point_id", sa.String(20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("weight_g", sa.BigInteger(), nullable=False),
        sa.Column("taken_at", instant, nullable=False),
        sa.Column("freed_at", instant, nullable=True),
        sa.CheckConstraint("weight_g >= 0", name=op.f("ck_pickup_places_weight")),
        sa.ForeignKeyConstraint(
            ["point_id"], ["pickup_points.id"],
            name=op.f("fk_pickup_places_point_id_pickup_points"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pickup_places")),
        sa.UniqueConstraint(
            "order_id", "seller_id", name=op.f("uq_pickup_places_order_id_seller_id")
        ),
    )  # fmt: skip
    op.create_index(
        "ix_pickup_places_standing", "pickup_places", ["point_id", "day"],
        sqlite_where=_STANDING, postgresql_where=_STANDING,
    )  # fmt: skip


def _handovers() -> None:
    instant = market.db.types.UtcDateTime(timezone=True)
    op.create_table(
        "handovers",
        sa.Column("place_id", sa.String(20), nullable=False),
        sa.Column("seller_order_id", sa.String(20), nullable=False),
        sa.Column("point_id", sa.String(20), nullable=False),
        sa.Column("arrived_packs", sa.Integer(), nullable=False),
        sa.Column("broken_packs", sa.Integer(), nullable=False),
        sa.Column("complete_at", instant, nullable=True),
        sa.Column("keep_until", sa.Date(), nullable=True),
        sa.Column("reminded_at", instant, nullable=True),
        sa.Column("overdue_at", instant, nullable=True),
        sa.Column("fetched_at", instant, nullable=True),
        sa.Column("fetched_by", sa.String(20), nullable=True),
        sa.Column("recorded_at", instant, nullable=True),
        sa.CheckConstraint(
            "arrived_packs >= 0 AND broken_packs >= 0", name=op.f("ck_handovers_packs")
        ),
        sa.CheckConstraint("broken_packs <= arrived_packs", name=op.f("ck_handovers_broken")),
        sa.CheckConstraint(
            "fetched_at IS NULL OR complete_at IS NOT NULL",
            name=op.f("ck_handovers_fetched_whole"),
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["pickup_places.id"], name=op.f("fk_handovers_place_id_pickup_places")
        ),
        sa.ForeignKeyConstraint(
            ["seller_order_id"], ["seller_orders.id"],
            name=op.f("fk_handovers_seller_order_id_seller_orders"),
        ),
        sa.ForeignKeyConstraint(
            ["point_id"], ["pickup_points.id"], name=op.f("fk_handovers_point_id_pickup_points")
        ),
        sa.PrimaryKeyConstraint("place_id", name=op.f("pk_handovers")),
        sa.UniqueConstraint("seller_order_id", name=op.f("uq_handovers_seller_order_id")),
    )  # fmt: skip
    op.create_index("ix_handovers_point_id", "handovers", ["point_id"])
    op.create_index(
        "ix_handovers_waiting", "handovers", ["complete_at"],
        sqlite_where=_WAITING, postgresql_where=_WAITING,
    )  # fmt: skip
    op.create_table(
        "handover_arrivals",
        sa.Column("id", sa.String(20), nullable=False),
        sa.Column("place_id", sa.String(20), nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("by", sa.String(20), nullable=False),
        sa.Column("packs", sa.Integer(), nullable=False),
        sa.Column("broken", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.CheckConstraint(
            "packs > 0 AND broken >= 0 AND broken <= packs",
            name=op.f("ck_handover_arrivals_packs"),
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["handovers.place_id"],
            name=op.f("fk_handover_arrivals_place_id_handovers"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_arrivals")),
    )  # fmt: skip
    op.create_index("ix_handover_arrivals_place_id", "handover_arrivals", ["place_id"])


def downgrade() -> None:
    op.drop_table("handover_arrivals")
    op.drop_table("handovers")
    op.drop_table("pickup_places")
    op.drop_table("pickup_days")
    op.drop_table("pickup_points")
    op.drop_column("seller_last_miles", "door_only")
    op.drop_column("orders", "pickup")
    op.drop_column("addresses", "pickup_point_id")
