"""Adoption databases: entries with their history, uses and differences; partners of the
interchange with their mapping tables and batches.

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import market.db.types

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

INSTANT = market.db.types.UtcDateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    _adoptions()
    _interchange()


def downgrade() -> None:
    for name in (
        "interchange_sent",
        "interchange_mappings",
        "interchange_batches",
        "interchange_partners",
        "adoption_usages",
        "adoption_steps",
        "adoption_differences",
        "adoption_entries",
    ):
        op.drop_table(name)


def _adoptions() -> None:
    op.create_table(
        "adoption_entries",
        sa.Column("product_id", sa.String(20), nullable=False),
        sa.Column("seller_id", sa.String(20), nullable=False),
        sa.Column("province", sa.String(2), nullable=False),
        sa.Column("region_code", sa.String(6), nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("kind_code", sa.String(20), nullable=False),
        sa.Column("name_zh", sa.String(200), nullable=False),
        sa.Column("name_en", sa.String(200), nullable=False),
        sa.Column("model", sa.String(120), nullable=False),
        sa.Column("maker_name", sa.String(120), nullable=False),
        sa.Column("certificate_id", sa.String(20), nullable=False),
        sa.Column("certificate_number", sa.String(120), nullable=False),
        sa.Column("list_no", sa.String(80), nullable=False),
        sa.Column("document_no", sa.String(80), nullable=False),
        sa.Column("use_scope", sa.String(300), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("sources", JSON, nullable=False),
        sa.Column("evidence_file_id", sa.String(20), nullable=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("exit_cause", sa.String(40), nullable=False),
        sa.Column("exited_at", INSTANT, nullable=True),
        sa.Column("proposed_by", sa.String(20), nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("waiting_since", INSTANT, nullable=False),
        sa.Column("first_by", sa.String(20), nullable=False),
        sa.Column("second_by", sa.String(20), nullable=False),
        sa.Column("returned_by", sa.String(20), nullable=False),
        sa.Column("return_until", sa.Date(), nullable=True),
        sa.Column("listed_at", INSTANT, nullable=True),
        sa.Column("public_at", INSTANT, nullable=True),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("gate_blocked", sa.Boolean(), nullable=False),
        sa.Column("gate_opens_at", INSTANT, nullable=False),
        sa.Column("gate_closes_at", INSTANT, nullable=False),
        sa.Column("id", sa.String(20), nullable=False),
        sa.CheckConstraint(
            "second_by = '' OR (first_by <> '' AND second_by <> first_by AND second_by <> proposed_by AND first_by <> proposed_by)",
            name=op.f("ck_adoption_entries_four_eyes"),
        ),
        sa.CheckConstraint(
            "state <> 'listed' OR (number <> '' AND second_by <> '')",
            name=op.f("ck_adoption_entries_listed"),
        ),
        sa.CheckConstraint(
            "state IN ('first', 'first_asked', 'second', 'second_asked', 'listed', 'exited', 'returning', 'refused', 'withdrawn', 'removed')",
            name=op.f("ck_adoption_entries_state"),
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_adoption_entries_product_id_products")
        ),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["sellers.id"], name=op.f("fk_adoption_entries_seller_id_sellers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adoption_entries")),
    )
    op.create_index(
        "ix_adoption_entries_region_code_state",
        "adoption_entries",
        ["region_code", "state"],
        unique=False,
    )
    op.create_index(
        "ix_adoption_entries_seller_id", "adoption_entries", ["seller_id"], unique=False
    )
    op.create_index(
        "ix_adoption_entries_updated_at", "adoption_entries", ["updated_at", "id"], unique=False
    )
    op.create_index(
        "uq_adoption_entries_number",
        "adoption_entries",
        ["number"],
        unique=True,
        sqlite_where=sa.text("number <> ''"),
        postgresql_where=sa.text("number <> ''"),
    )
    op.create_index(
        "uq_adoption_entries_standing",
        "adoption_entries",
        ["product_id", "province"],
        unique=True,
        sqlite_where=sa.text("state NOT IN ('refused', 'withdrawn', 'removed')"),
        postgresql_where=sa.text("state NOT IN ('refused', 'withdrawn', 'removed')"),
    )
    op.create_table(
        "adoption_differences",
        sa.Column("entry_id", sa.String(20), nullable=False),
        sa.Column("field", sa.String(20), nullable=False),
        sa.Column("theirs", sa.String(300), nullable=False),
        sa.Column("partner_id", sa.String(20), nullable=False),
        sa.Column("partner_name", sa.String(120), nullable=False),
        sa.Column("batch", sa.String(40), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("decided_by", sa.String(20), nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("id", sa.String(20), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'taken', 'kept', 'settled')",
            name=op.f("ck_adoption_differences_state"),
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["adoption_entries.id"],
            name=op.f("fk_adoption_differences_entry_id_adoption_entries"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adoption_differences")),
    )
    op.create_index(
        "uq_adoption_differences_open",
        "adoption_differences",
        ["entry_id", "field", "partner_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "adoption_steps",
        sa.Column("entry_id", sa.String(20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("level", sa.String(10), nullable=False),
        sa.Column("office", sa.String(9), nullable=False),
        sa.Column("actor_id", sa.String(20), nullable=False),
        sa.Column("actor_name", sa.String(120), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("cause", sa.String(40), nullable=False),
        sa.Column("id", sa.String(20), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["adoption_entries.id"],
            name=op.f("fk_adoption_steps_entry_id_adoption_entries"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adoption_steps")),
    )
    op.create_index(
        "ix_adoption_steps_entry_id", "adoption_steps", ["entry_id", "at"], unique=False
    )
    op.create_table(
        "adoption_usages",
        sa.Column("entry_id", sa.String(20), nullable=False),
        sa.Column("project_name", sa.String(120), nullable=False),
        sa.Column("region_code", sa.String(9), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Numeric(14, 3), nullable=False),
        sa.Column("unit", sa.String(20), nullable=False),
        sa.Column("evidence_file_id", sa.String(20), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("entered_by", sa.String(20), nullable=False),
        sa.Column("entered_name", sa.String(120), nullable=False),
        sa.Column("entered_region", sa.String(9), nullable=False),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.Column("decided_by", sa.String(20), nullable=False),
        sa.Column("decided_name", sa.String(120), nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("id", sa.String(20), nullable=False),
        sa.CheckConstraint(
            "state <> 'approved' OR (decided_by <> '' AND decided_by <> entered_by)",
            name=op.f("ck_adoption_usages_four_eyes"),
        ),
        sa.CheckConstraint(
            "state IN ('submitted', 'approved', 'refused', 'ended')",
            name=op.f("ck_adoption_usages_state"),
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_adoption_usages_quantity")),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["adoption_entries.id"],
            name=op.f("fk_adoption_usages_entry_id_adoption_entries"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adoption_usages")),
    )
    op.create_index("ix_adoption_usages_entry_id", "adoption_usages", ["entry_id"], unique=False)
    op.create_index(
        "ix_adoption_usages_state_entered_region",
        "adoption_usages",
        ["state", "entered_region"],
        unique=False,
    )


def _interchange() -> None:
    op.create_table(
        "interchange_partners",
        sa.Column("code", sa.String(30), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("account_id", sa.String(20), nullable=False),
        sa.Column("region_code", sa.String(6), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("key_generation", sa.Integer(), nullable=False),
        sa.Column("mapping_version", sa.Integer(), nullable=False),
        sa.Column("in_sequence", sa.Integer(), nullable=False),
        sa.Column("in_digest", sa.String(64), nullable=False),
        sa.Column("out_sequence", sa.Integer(), nullable=False),
        sa.Column("out_digest", sa.String(64), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("id", sa.String(20), nullable=False),
        sa.CheckConstraint(
            "key_generation > 0", name=op.f("ck_interchange_partners_key_generation")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_interchange_partners_account_id_accounts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interchange_partners")),
        sa.UniqueConstraint("account_id", name=op.f("uq_interchange_partners_account_id")),
        sa.UniqueConstraint("code", name=op.f("uq_interchange_partners_code")),
    )
    op.create_table(
        "interchange_batches",
        sa.Column("partner_id", sa.String(20), nullable=False),
        sa.Column("direction", sa.String(3), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("previous_digest", sa.String(64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("answer", JSON, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("id", sa.String(20), nullable=False),
        sa.CheckConstraint(
            "direction IN ('in', 'out')", name=op.f("ck_interchange_batches_direction")
        ),
        sa.CheckConstraint(
            "state IN ('accepted', 'rejected')", name=op.f("ck_interchange_batches_state")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"],
            ["interchange_partners.id"],
            name=op.f("fk_interchange_batches_partner_id_interchange_partners"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interchange_batches")),
    )
    op.create_index(
        "ix_interchange_batches_partner_id",
        "interchange_batches",
        ["partner_id", "made_at"],
        unique=False,
    )
    op.create_index(
        "uq_interchange_batches_sequence",
        "interchange_batches",
        ["partner_id", "direction", "sequence"],
        unique=True,
        sqlite_where=sa.text("state = 'accepted'"),
        postgresql_where=sa.text("state = 'accepted'"),
    )
    op.create_table(
        "interchange_mappings",
        sa.Column("partner_id", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(8), nullable=False),
        sa.Column("theirs", sa.String(80), nullable=False),
        sa.Column("ours", sa.String(20), nullable=False),
        sa.Column("version_from", sa.Integer(), nullable=False),
        sa.Column("version_to", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.String(20), nullable=False),
        sa.Column("made_name", sa.String(120), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("ended_name", sa.String(120), nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("id", sa.String(20), nullable=False),
        sa.CheckConstraint(
            "subject IN ('kind', 'star', 'state', 'region')",
            name=op.f("ck_interchange_mappings_subject"),
        ),
        sa.CheckConstraint(
            "version_to IS NULL OR version_to > version_from",
            name=op.f("ck_interchange_mappings_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"],
            ["interchange_partners.id"],
            name=op.f("fk_interchange_mappings_partner_id_interchange_partners"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interchange_mappings")),
    )
    op.create_index(
        "ix_interchange_mappings_partner_id",
        "interchange_mappings",
        ["partner_id", "version_from"],
        unique=False,
    )
    op.create_index(
        "uq_interchange_mappings_in_force",
        "interchange_mappings",
        ["partner_id", "subject", "theirs"],
        unique=True,
        sqlite_where=sa.text("version_to IS NULL"),
        postgresql_where=sa.text("version_to IS NULL"),
    )
    op.create_table(
        "interchange_sent",
        sa.Column("partner_id", sa.String(20), nullable=False),
        sa.Column("entry_id", sa.String(20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["adoption_entries.id"],
            name=op.f("fk_interchange_sent_entry_id_adoption_entries"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"],
            ["interchange_partners.id"],
            name=op.f("fk_interchange_sent_partner_id_interchange_partners"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("partner_id", "entry_id", name=op.f("pk_interchange_sent")),
    )
