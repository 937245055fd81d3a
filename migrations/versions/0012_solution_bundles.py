"""Alternatives, laps, rules and regions of bundles; named and shared configurations; quotations."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import market.db.types

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def _json() -> sa.types.TypeEngine:
    return sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade() -> None:
    # Not in batch mode: listings have a computed column that SQLite cannot copy.
    op.add_column("listings", sa.Column("material_key", sa.String(length=40), nullable=True))
    op.execute(
        "UPDATE listings SET material_key ="
        " (SELECT material_key FROM products WHERE products.id = listings.product_id)"
    )
    op.create_index(
        "ix_listings_material_price",
        "listings",
        ["material_key", "kind_code", "shown", "unit_price_milli_fen", "id"],
    )

    with op.batch_alter_table("bundles", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rules", _json(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("regions", _json(), server_default="[]", nullable=False))

    with op.batch_alter_table("bundle_slots", schema=None) as batch_op:
        batch_op.add_column(sa.Column("alternatives", _json(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("lap", sa.Float(), server_default="0", nullable=False))
        batch_op.add_column(
            sa.Column("room", sa.String(length=10), server_default="", nullable=False)
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_bundle_slots_lap_sane"), "lap >= 0 and lap <= 0.5"
        )

    with op.batch_alter_table("bundle_configurations", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("name", sa.String(length=40), server_default="", nullable=False)
        )

    op.create_table(
        "bundle_shares",
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("bundle_id", sa.String(length=20), nullable=False),
        sa.Column("bundle_version", sa.Integer(), nullable=False),
        sa.Column("choices", _json(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", market.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["bundle_id"], ["bundles.id"], name=op.f("fk_bundle_shares_bundle_id_bundles")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_bundle_shares")),
        sa.UniqueConstraint("digest", name=op.f("uq_bundle_shares_digest")),
    )

    op.create_table(
        "quotations",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("account_id", sa.String(length=20), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("configuration_id", sa.String(length=20), nullable=False),
        sa.Column("bundle_id", sa.String(length=20), nullable=False),
        sa.Column("bundle_version", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.String(length=9), nullable=False),
        sa.Column("region_label", sa.String(length=200), nullable=False),
        sa.Column("content", _json(), nullable=False),
        sa.Column("total_fen", sa.BigInteger(), nullable=False),
        sa.Column("issued_at", market.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("valid_until", market.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "account_id is not null or token_hash is not null",
            name=op.f("ck_quotations_owner_known"),
        ),
        sa.CheckConstraint("total_fen >= 0", name=op.f("ck_quotations_total_not_negative")),
        sa.CheckConstraint("valid_until > issued_at", name=op.f("ck_quotations_dates_in_order")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_quotations_account_id_accounts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotations")),
        sa.UniqueConstraint("number", name=op.f("uq_quotations_number")),
    )
    with op.batch_alter_table("quotations", schema=None) as batch_op:
        batch_op.create_index(
            "ix_quotations_configuration_id_issued_at",
            ["configuration_id", "issued_at"],
            unique=False,
        )
        batch_op.create_index("ix_quotations_account_id", ["account_id"], unique=False)


def downgrade() -> None:
    op.drop_table("quotations")
    op.drop_table("bundle_shares")
    with op.batch_alter_table("bundle_configurations", schema=None) as batch_op:
        batch_op.drop_column("name")
    with op.batch_alter_table("bundle_slots", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_bundle_slots_lap_sane"), type_="check")
        batch_op.drop_column("room")
        batch_op.drop_column("lap")
        batch_op.drop_column("alternatives")
    with op.batch_alter_table("bundles", schema=None) as batch_op:
        batch_op.drop_column("regions")
        batch_op.drop_column("rules")
    op.drop_index("ix_listings_material_price", table_name="listings")
    op.execute("ALTER TABLE listings DROP COLUMN material_key")
