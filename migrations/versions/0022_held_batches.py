"""Batches held after a failure or by an official; why a check was made; since when a kind is
barred; which reminders of a re-check were sent."""

import secrets
import unicodedata

import sqlalchemy as sa
from alembic import op

import market.db.types

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

STANDS = "lifted_at IS NULL"
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"


def upgrade() -> None:
    _holds()
    instant = market.db.types.UtcDateTime(timezone=True)
    with op.batch_alter_table("spot_checks") as table:
        table.add_column(
            sa.Column("cause", sa.String(12), nullable=False, server_default="routine")
        )
        table.add_column(
            sa.Column("cause_note", sa.String(200), nullable=False, server_default="")
        )
        table.add_column(sa.Column("reminded_at", instant, nullable=True))
        table.add_column(sa.Column("overdue_told_at", instant, nullable=True))
        table.create_check_constraint(
            op.f("ck_spot_checks_cause"),
            "cause IN ('plan','complaint','notice','recheck','routine')",
        )
        table.create_index("ix_spot_checks_recheck_due_on", ["recheck_due_on"])
    with op.batch_alter_table("products") as table:
        table.add_column(sa.Column("barred_since", instant, nullable=True))
    _fill()


def downgrade() -> None:
    with op.batch_alter_table("products") as table:
        table.drop_column("barred_since")
    with op.batch_alter_table("spot_checks") as table:
        table.drop_index("ix_spot_checks_recheck_due_on")
        table.drop_constraint(op.f("ck_spot_checks_cause"), type_="check")
        for name in ("overdue_told_at", "reminded_at", "cause_note", "cause"):
            table.drop_column(name)
    op.drop_table("batch_holds")


def _holds() -> None:
    instant = market.db.types.UtcDateTime(timezone=True)
    op.create_table(
        "batch_holds",
        sa.Column("product_id", sa.String(20), nullable=False),
        sa.Column("number", sa.String(60), nullable=False),
        sa.Column("number_key", sa.String(60), nullable=False),
        sa.Column("region_code", sa.String(9), nullable=False),
        sa.Column("check_id", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", instant, nullable=False),
        sa.Column("held_by", sa.String(20), nullable=False),
        sa.Column("lifted_at", instant, nullable=True),
        sa.Column("lifted_by", sa.String(20), nullable=False),
        sa.Column("lifted_reason", sa.Text(), nullable=False),
        sa.Column("id", sa.String(20), nullable=False),
        sa.CheckConstraint(
            "(lifted_at IS NULL) = (lifted_reason = '')",
            name=op.f("ck_batch_holds_lifted_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_batch_holds_product_id_products")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_holds")),
    )
    op.create_index(
        "ix_batch_holds_product_id_number_key", "batch_holds", ["product_id", "number_key"]
    )
    op.create_index("ix_batch_holds_check_id", "batch_holds", ["check_id"])
    op.create_index(
        "uq_batch_holds_standing", "batch_holds", ["product_id", "number_key", "check_id"],
        unique=True, sqlite_where=sa.text(STANDS), postgresql_where=sa.text(STANDS),
    )  # fmt: skip


def _fill() -> None:
    """What was published before holds its batches; what is known of causes and bars."""
    link = op.get_bind()
    link.execute(sa.text("UPDATE spot_checks SET cause = 'recheck' WHERE purpose = 'recheck'"))
    link.execute(
        sa.text(
            "UPDATE spot_checks SET cause = 'plan'"
            " WHERE purpose <> 'recheck' AND plan_id IS NOT NULL"
        )
    )
    link.execute(
        sa.text(
            "UPDATE products SET barred_since = (SELECT since FROM kind_bars"
            " WHERE kind_bars.maker_id = products.maker_id"
            " AND kind_bars.kind_code = products.kind_code) WHERE barred_until IS NOT NULL"
        )
    )
    failures = link.execute(
        sa.text(
            "SELECT f.id, f.product_id, f.batch_no, f.region_code, f.findings, f.published_at,"
            " f.published_by, c.batch_no AS passed_batch FROM spot_checks f"
            " LEFT JOIN spot_checks c ON c.id = f.cleared_by_check"
            " WHERE NOT f.passed AND f.published_at IS NOT NULL AND f.annulled_at IS NULL"
        )
    ).all()
    holds = [
        {
            "id": "".join(secrets.choice(_LETTERS) for _ in range(20)),
            "product_id": one.product_id, "number": " ".join(_half(one.batch_no).split()),
            "number_key": _key(one.batch_no), "region_code": one.region_code, "check_id": one.id,
            "reason": one.findings, "since": one.published_at, "held_by": one.published_by,
        }
        for one in failures
        if one.passed_batch is None or _key(one.passed_batch) != _key(one.batch_no)
    ]  # fmt: skip
    if holds:
        link.execute(
            sa.text(
                "INSERT INTO batch_holds (id, product_id, number, number_key, region_code,"
                " check_id, reason, since, held_by, lifted_at, lifted_by, lifted_reason) VALUES"
                " (:id, :product_id, :number, :number_key, :region_code, :check_id, :reason,"
                " :since, :held_by, NULL, '', '')"
            ),
            holds,
        )


def _half(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _key(text: str) -> str:
    return "".join(_half(text).split()).upper()
