"""Library of standards: editions, what supersedes what, which makers have read them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import market.db.types

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
STANDS = "cancelled_at IS NULL"


def upgrade() -> None:
    with op.batch_alter_table("kinds") as table:
        table.add_column(sa.Column("cited", JSON, nullable=False, server_default="[]"))
    with op.batch_alter_table("products") as table:
        table.add_column(sa.Column("cited", JSON, nullable=False, server_default="[]"))
        table.add_column(sa.Column("outdated_from", sa.Date(), nullable=True))
        table.create_index("ix_products_standard", ["standard"])
    _library()
    _kinds_and_readers()


def downgrade() -> None:
    op.drop_table("standard_acknowledgements")
    op.drop_table("standard_endings")
    op.drop_table("standard_kinds")
    op.drop_table("standard_editions")
    op.drop_table("standards")
    with op.batch_alter_table("products") as table:
        table.drop_index("ix_products_standard")
        table.drop_column("outdated_from")
        table.drop_column("cited")
    with op.batch_alter_table("kinds") as table:
        table.drop_column("cited")


def _library() -> None:
    op.create_table(
        "standards",
        sa.Column("body", sa.String(40), nullable=False),
        sa.Column("slug", sa.String(40), nullable=False),
        sa.Column("id", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standards")),
        sa.UniqueConstraint("body", name=op.f("uq_standards_body")),
        sa.UniqueConstraint("slug", name=op.f("uq_standards_slug")),
    )
    op.create_table(
        "standard_editions",
        sa.Column("standard_id", sa.String(20), nullable=False),
        sa.Column("code", sa.String(48), nullable=False),
        sa.Column("name_zh", sa.String(120), nullable=False),
        sa.Column("name_en", sa.String(200), nullable=False),
        sa.Column("mandatory", sa.Boolean(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(300), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(80), nullable=False),
        sa.Column("updated_at", market.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(20), nullable=False),
        sa.CheckConstraint(
            "published_on IS NULL OR published_on <= effective_on",
            name=op.f("ck_standard_editions_published_before"),
        ),
        sa.ForeignKeyConstraint(
            ["standard_id"], ["standards.id"],
            name=op.f("fk_standard_editions_standard_id_standards"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standard_editions")),
        sa.UniqueConstraint("code", name=op.f("uq_standard_editions_code")),
    )  # fmt: skip
    op.create_index("ix_standard_editions_standard_id", "standard_editions", ["standard_id"])
    op.create_index(
        "ix_standard_editions_updated_at_id", "standard_editions", ["updated_at", "id"]
    )
    op.create_table(
        "standard_endings",
        sa.Column("edition_id", sa.String(20), nullable=False),
        sa.Column("successor_id", sa.String(20), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("made_at", market.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(80), nullable=False),
        sa.Column("told_at", market.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", market.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by", sa.String(80), nullable=False),
        sa.Column("cancelled_reason", sa.Text(), nullable=False),
        sa.Column("id", sa.String(20), nullable=False),
        sa.CheckConstraint(
            "successor_id IS NULL OR successor_id <> edition_id",
            name=op.f("ck_standard_endings_other"),
        ),
        sa.CheckConstraint(
            "until_on IS NULL OR until_on >= from_on",
            name=op.f("ck_standard_endings_until_after"),
        ),
        sa.CheckConstraint(
            "until_on IS NULL OR successor_id IS NOT NULL",
            name=op.f("ck_standard_endings_until_of_successor"),
        ),
        sa.CheckConstraint(
            "(cancelled_at IS NULL) = (cancelled_by = '')",
            name=op.f("ck_standard_endings_cancelled_by"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["standard_editions.id"],
            name=op.f("fk_standard_endings_edition_id_standard_editions"),
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["standard_editions.id"],
            name=op.f("fk_standard_endings_successor_id_standard_editions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standard_endings")),
    )  # fmt: skip
    op.create_index("ix_standard_endings_successor_id", "standard_endings", ["successor_id"])
    op.create_index(
        "uq_standard_endings_standing", "standard_endings", ["edition_id"], unique=True,
        sqlite_where=sa.text(STANDS), postgresql_where=sa.text(STANDS),
    )  # fmt: skip


def _kinds_and_readers() -> None:
    op.create_table(
        "standard_kinds",
        sa.Column("edition_id", sa.String(20), nullable=False),
        sa.Column("kind_code", sa.String(12), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["standard_editions.id"],
            name=op.f("fk_standard_kinds_edition_id_standard_editions"),
        ),
        sa.ForeignKeyConstraint(
            ["kind_code"], ["kinds.code"], name=op.f("fk_standard_kinds_kind_code_kinds")
        ),
        sa.PrimaryKeyConstraint("edition_id", "kind_code", name=op.f("pk_standard_kinds")),
    )
    op.create_index("ix_standard_kinds_kind_code", "standard_kinds", ["kind_code"])
    op.create_table(
        "standard_acknowledgements",
        sa.Column("edition_id", sa.String(20), nullable=False),
        sa.Column("seller_id", sa.String(20), nullable=False),
        sa.Column("account_id", sa.String(20), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("acknowledged_at", market.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["standard_editions.id"],
            name=op.f("fk_standard_acknowledgements_edition_id_standard_editions"),
        ),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["sellers.id"],
            name=op.f("fk_standard_acknowledgements_seller_id_sellers"),
        ),
        sa.PrimaryKeyConstraint(
            "edition_id", "seller_id", name=op.f("pk_standard_acknowledgements")
        ),
    )  # fmt: skip
