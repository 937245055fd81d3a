"""Turnkey contracts: plans of requests, versions, milestones, and the days of their goods.

Revision ID: 0031
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import market.db.types

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
INSTANT = market.db.types.UtcDateTime(timezone=True)
OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    op.add_column("renovation_requests", sa.Column("plan", JSON, nullable=True))
    op.add_column("renovation_requests", sa.Column("called_off_at", INSTANT, nullable=True))
    op.add_column(
        "cart_groups", sa.Column("contract_id", sa.String(20), server_default="", nullable=False)
    )
    with op.batch_alter_table("order_lines") as table:
        table.add_column(
            sa.Column("contract_id", sa.String(20), server_default="", nullable=False)
        )
        table.add_column(sa.Column("deliver_from", sa.Date(), nullable=True))
        table.add_column(sa.Column("deliver_until", sa.Date(), nullable=True))
        table.add_column(
            sa.Column("held_back", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        table.create_check_constraint(
            op.f("ck_order_lines_delivery_window"),
            "(deliver_from IS NULL) = (deliver_until IS NULL) AND deliver_from <= deliver_until",
        )
    op.create_index(op.f("ix_order_lines_contract_id"), "order_lines", ["contract_id"])
    _contracts()
    _running()
    _ends()


def _contracts() -> None:
    op.create_table(
        "contracts",
        sa.Column("id", sa.String(20), nullable=False),
        sa.Column("number", sa.String(24), nullable=False),
        sa.Column("request_id", sa.String(20), nullable=False),
        sa.Column("quote_id", sa.String(20), nullable=False),
        sa.Column("household_id", sa.String(20), nullable=False),
        sa.Column("provider_id", sa.String(20), nullable=False),
        sa.Column("region", sa.String(9), nullable=False),
        sa.Column("origin", sa.String(40), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("household_signed", sa.Integer(), nullable=False),
        sa.Column("crew_signed", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("signed_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by", sa.String(10), nullable=False),
        sa.Column("end_reason", sa.String(300), nullable=False),
        sa.Column("decide_by", INSTANT, nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'running', 'finished', 'cancelled')",
            name=op.f("ck_contracts_state_known"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'cancelled') "
            "OR (household_signed = version AND crew_signed = version)",
            name=op.f("ck_contracts_running_is_signed"),
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_contracts_version_positive")),
        sa.CheckConstraint(
            "(state IN ('finished', 'cancelled')) = (ended_at IS NOT NULL)",
            name=op.f("ck_contracts_over_has_end"),
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["renovation_requests.id"],
            name=op.f("fk_contracts_request_id_renovation_requests"),
        ),
        sa.ForeignKeyConstraint(
            ["quote_id"], ["quotes.id"], name=op.f("fk_contracts_quote_id_quotes")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["accounts.id"], name=op.f("fk_contracts_household_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["providers.id"], name=op.f("fk_contracts_provider_id_providers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contracts")),
        sa.UniqueConstraint("number", name=op.f("uq_contracts_number")),
        sa.UniqueConstraint("quote_id", name=op.f("uq_contracts_quote_id")),
        sa.UniqueConstraint("request_id", name=op.f("uq_contracts_request_id")),
    )  # fmt: skip
    op.create_index("ix_contracts_household", "contracts", ["household_id", "created_at"])
    op.create_index("ix_contracts_provider", "contracts", ["provider_id", "created_at"])
    op.create_index("ix_contracts_region", "contracts", ["region", "state"])
    op.create_index("ix_contracts_clock", "contracts", ["state", "decide_by"])
    op.create_index(op.f("ix_contracts_origin"), "contracts", ["origin"])
    op.create_table(
        "contract_versions",
        sa.Column("id", sa.String(20), nullable=False),
        sa.Column("contract_id", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("made_by", sa.String(10), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        _contract_key("contract_versions"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_versions")),
        sa.UniqueConstraint(
            "contract_id", "version", name=op.f("uq_contract_versions_contract_id_version")
        ),
    )
    op.create_table(
        "contract_signatures",
        sa.Column("id", sa.String(20), nullable=False),
        sa.Column("contract_id", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("party", sa.String(10), nullable=False),
        sa.Column("account_id", sa.String(20), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("signed_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "party IN ('household', 'crew')", name=op.f("ck_contract_signatures_party_known")
        ),
        _contract_key("contract_signatures"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_signatures")),
        sa.UniqueConstraint(
            "contract_id", "version", "party", name=op.f("uq_contract_signatures_contract_id_version_party")
        ),
    )


def _running() -> None:
    op.create_table(
        "contract_milestones",
        sa.Column("id", sa.String(20), nullable=False),
        sa.Column("contract_id", sa.String(20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("pct", sa.Integer(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("rework_reason", sa.Text(), nullable=False),
        sa.Column("reported_at", INSTANT, nullable=True),
        sa.Column("accepted_at", INSTANT, nullable=True),
        sa.Column("accepted_by", sa.String(20), nullable=False),
        sa.CheckConstraint(
            "state IN ('planned', 'reported', 'rework', 'accepted')",
            name=op.f("ck_contract_milestones_state_known"),
        ),
        sa.CheckConstraint(
            "(state = 'accepted') = (accepted_at IS NOT NULL)",
            name=op.f("ck_contract_milestones_accepted_when"),
        ),
        sa.CheckConstraint(
            "pct BETWEEN 0 AND 100", name=op.f("ck_contract_milestones_pct_sane")
        ),
        _contract_key("contract_milestones"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_milestones")),
        sa.UniqueConstraint(
            "contract_id", "position", name=op.f("uq_contract_milestones_contract_id_position")
        ),
    )
    op.create_table(
        "contract_moves",
        sa.Column("id", sa.String(20), nullable=False),
        sa.Column("contract_id", sa.String(20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("old_on", sa.Date(), nullable=False),
        sa.Column("new_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("proposed_by", sa.String(10), nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'agreed', 'refused', 'void')",
            name=op.f("ck_contract_moves_state_known"),
        ),
        _contract_key("contract_moves"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_moves")),
    )
    op.create_index(
        "uq_contract_moves_open", "contract_moves", ["contract_id"], unique=True,
        sqlite_where=OPEN, postgresql_where=OPEN,
    )  # fmt: skip
    op.create_table(
        "contract_events",
        sa.Column("id", sa.String(20), nullable=False),
        sa.Column("contract_id", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("party", sa.String(10), nullable=False),
        sa.Column("account_id", sa.String(20), nullable=False),
        sa.Column("params", JSON, nullable=False),
        _contract_key("contract_events"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_events")),
    )
    op.create_index(op.f("ix_contract_events_contract_id"), "contract_events", ["contract_id"])


def _ends() -> None:
    op.create_table(
        "contract_goods",
        sa.Column("id", sa.String(20), nullable=False),
        sa.Column("contract_id", sa.String(20), nullable=False),
        sa.Column("seller_order_id", sa.String(20), nullable=False),
        sa.Column("decision", sa.String(12), nullable=False),
        sa.Column("deliver_until", sa.Date(), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "decision IN ('waiting', 'deliver', 'keep', 'drop', 'as_promised', 'taken_over')",
            name=op.f("ck_contract_goods_decision_known"),
        ),
        _contract_key("contract_goods"),
        sa.ForeignKeyConstraint(
            ["seller_order_id"], ["seller_orders.id"],
            name=op.f("fk_contract_goods_seller_order_id_seller_orders"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_goods")),
        sa.UniqueConstraint(
            "contract_id", "seller_order_id", name=op.f("uq_contract_goods_contract_id_seller_order_id")
        ),
    )  # fmt: skip
    op.create_index(
        op.f("ix_contract_goods_seller_order_id"), "contract_goods", ["seller_order_id"]
    )


def _contract_key(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["contract_id"], ["contracts.id"], name=op.f(f"fk_{table}_contract_id_contracts")
    )


def downgrade() -> None:
    for table in (
        "contract_goods", "contract_events", "contract_moves", "contract_milestones",
        "contract_signatures", "contract_versions", "contracts",
    ):  # fmt: skip
        op.drop_table(table)
    op.drop_index(op.f("ix_order_lines_contract_id"), "order_lines")
    with op.batch_alter_table("order_lines") as table:
        table.drop_constraint(op.f("ck_order_lines_delivery_window"), type_="check")
        for column in ("held_back", "deliver_until", "deliver_from", "contract_id"):
            table.drop_column(column)
    with op.batch_alter_table("cart_groups") as table:
        table.drop_column("contract_id")
    with op.batch_alter_table("renovation_requests") as table:
        table.drop_column("called_off_at")
        table.drop_column("plan")
