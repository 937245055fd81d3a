"""Households by their register, and under what each use of a limit counts.

Existing promotions and schemes go on as they were: they do not ask for a stated household.

Revision ID: 0031
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

import market.db.types

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

STANDING = "state in ('filed', 'asked', 'approved', 'paid')"
USES = {
    "promotion_redemptions": "household_id",
    "subsidy_vouchers": "household_id",
    "subsidy_loans": "household_id",
    "subsidy_claims": "beneficiary_id",
}


def upgrade() -> None:
    instant = market.db.types.UtcDateTime(timezone=True)
    _tables(instant)
    op.add_column("accounts", sa.Column("household_id", sa.String(20), nullable=True))
    for table in ("promotions", "subsidy_schemes"):
        op.add_column(
            table,
            sa.Column("asks_household", sa.Boolean(), nullable=False, server_default=sa.false()),
        )
        with op.batch_alter_table(table) as changed:
            changed.alter_column("asks_household", server_default=None)
    _counters(instant)
    for table, who in USES.items():
        op.add_column(table, sa.Column("counted_as", sa.String(20), nullable=True))
        op.execute(f"UPDATE {table} SET counted_as = {who}")
        with op.batch_alter_table(table) as changed:
            changed.alter_column("counted_as", existing_type=sa.String(20), nullable=False)
        op.create_index(f"ix_{table}_counted_as", table, ["counted_as"])
    op.drop_index("uq_subsidy_claims_once", "subsidy_claims")
    _once("counted_as")


def downgrade() -> None:
    # Accounts that were counted together are counted one by one again: what they used under
    # their household becomes their own.
    op.drop_index("uq_subsidy_claims_once", "subsidy_claims")
    _promotions_one_by_one()
    _subsidies_one_by_one(op.get_bind())
    _once("beneficiary_id")
    for table in USES:
        op.drop_index(f"ix_{table}_counted_as", table)
        with op.batch_alter_table(table) as changed:
            changed.drop_column("counted_as")
    with op.batch_alter_table("subsidy_households") as changed:
        changed.drop_column("joined_fen")
        changed.drop_column("joined_uses")
    with op.batch_alter_table("promotion_households") as changed:
        changed.drop_column("joined_uses")
        changed.drop_column("used_at")
    for table in ("subsidy_schemes", "promotions"):
        with op.batch_alter_table(table) as changed:
            changed.drop_column("asks_household")
    with op.batch_alter_table("accounts") as changed:
        changed.drop_column("household_id")
    op.drop_table("household_objections")
    op.drop_table("household_members")
    op.drop_table("households")


def _tables(instant: sa.types.TypeEngine[object]) -> None:
    op.create_table(
        "households",
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("last4", sa.String(4), nullable=False),
        sa.Column("town", sa.String(9), nullable=False),
        sa.Column("stated_at", instant, nullable=False),
        sa.Column("id", sa.String(20), nullable=False),
        sa.CheckConstraint(
            "kind in ('booklet', 'property')", name=op.f("ck_households_kind_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_households")),
        sa.UniqueConstraint("digest", name=op.f("uq_households_digest")),
    )
    op.create_index("ix_households_town", "households", ["town"])
    op.create_table(
        "household_members",
        sa.Column("household_id", sa.String(20), nullable=False),
        sa.Column("account_id", sa.String(20), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("town", sa.String(9), nullable=False),
        sa.Column("village", sa.String(40), nullable=False),
        sa.Column("head", sa.String(40), nullable=False),
        sa.Column("stated_at", instant, nullable=False),
        sa.Column("decided_at", instant, nullable=True),
        sa.Column("decided_by", sa.String(20), nullable=True),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("id", sa.String(20), nullable=False),
        sa.CheckConstraint(
            "state in ('stated', 'confirmed', 'separated', 'moved', 'gone')",
            name=op.f("ck_household_members_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"],
            name=op.f("fk_household_members_household_id_households"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"],
            name=op.f("fk_household_members_account_id_accounts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_members")),
        sa.UniqueConstraint(
            "household_id", "account_id", name=op.f("uq_household_members_household_id_account_id")
        ),
    )
    active = sa.text("state in ('stated', 'confirmed')")
    op.create_index(
        "uq_household_members_one", "household_members", ["account_id"], unique=True,
        sqlite_where=active, postgresql_where=active,
    )
    op.create_table(
        "household_objections",
        sa.Column("member_id", sa.String(20), nullable=False),
        sa.Column("account_id", sa.String(20), nullable=False),
        sa.Column("words", sa.String(300), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("made_at", instant, nullable=False),
        sa.Column("decided_at", instant, nullable=True),
        sa.Column("id", sa.String(20), nullable=False),
        sa.CheckConstraint(
            "state in ('open', 'upheld', 'rejected')",
            name=op.f("ck_household_objections_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["household_members.id"],
            name=op.f("fk_household_objections_member_id_household_members"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"],
            name=op.f("fk_household_objections_account_id_accounts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_objections")),
    )
    op.create_index("ix_household_objections_member_id", "household_objections", ["member_id"])
    waiting = sa.text("state = 'open'")
    op.create_index(
        "uq_household_objections_open", "household_objections", ["member_id", "account_id"],
        unique=True, sqlite_where=waiting, postgresql_where=waiting,
    )


def _counters(instant: sa.types.TypeEngine[object]) -> None:
    none = {"nullable": False, "server_default": "0"}
    with op.batch_alter_table("promotion_households") as changed:
        changed.add_column(sa.Column("used_at", instant, nullable=True))
        changed.add_column(sa.Column("joined_uses", sa.Integer(), **none))
    with op.batch_alter_table("subsidy_households") as changed:
        changed.add_column(sa.Column("joined_uses", sa.Integer(), **none))
        changed.add_column(sa.Column("joined_fen", sa.BigInteger(), **none))
    with op.batch_alter_table("promotion_households") as changed:
        changed.alter_column("joined_uses", server_default=None)
    with op.batch_alter_table("subsidy_households") as changed:
        changed.alter_column("joined_uses", server_default=None)
        changed.alter_column("joined_fen", server_default=None)
    op.execute(
        "UPDATE promotion_households SET used_at = (SELECT max(r.reserved_at) "
        "FROM promotion_redemptions r WHERE r.promotion_id = promotion_households.promotion_id "
        "AND r.household_id = promotion_households.household_id AND r.state <> 'freed')"
    )


def _once(who: str) -> None:
    told = sa.text(f"{STANDING} and single")
    op.create_index(
        "uq_subsidy_claims_once", "subsidy_claims", ["measure_key", who, "window_no"],
        unique=True, sqlite_where=told, postgresql_where=told,
    )


def _promotions_one_by_one() -> None:
    """What was used under a household counts for each of its accounts."""
    op.execute("DELETE FROM promotion_households WHERE household_id IN (SELECT id FROM households)")
    op.execute(
        "DELETE FROM promotion_households WHERE EXISTS (SELECT 1 FROM promotion_redemptions r "
        "WHERE r.promotion_id = promotion_households.promotion_id "
        "AND r.household_id = promotion_households.household_id)"
    )
    op.execute(
        "INSERT INTO promotion_households (promotion_id, household_id, uses, joined_uses) "
        "SELECT promotion_id, household_id, count(*), 0 FROM promotion_redemptions "
        "WHERE state <> 'freed' GROUP BY promotion_id, household_id"
    )


VOUCHERS = (
    "SELECT 'subsidy_vouchers' AS tab, v.id, s.measure_key, v.household_id AS who, v.window_no, "
    "v.counted_as, CASE WHEN v.returned_fen = v.amount_fen THEN 0 ELSE 1 END AS uses, "
    "v.amount_fen - v.returned_fen AS fen, v.state <> 'released' AS stands "
    "FROM subsidy_vouchers v JOIN subsidy_schemes s ON s.id = v.scheme_id"
)
CLAIMS = (
    "SELECT 'subsidy_claims', c.id, c.measure_key, c.beneficiary_id, c.window_no, c.counted_as, "
    "1, coalesce(c.amount_fen, c.asked_fen), "
    f"c.{STANDING} AND c.loan_id IS NULL FROM subsidy_claims c"
)
LOANS = (
    "SELECT 'subsidy_loans', l.id, s.measure_key, l.household_id, l.window_no, l.counted_as, 1, "
    "l.total_fen, l.state in ('filed', 'asked', 'approved') "
    "FROM subsidy_loans l JOIN subsidy_schemes s ON s.id = l.scheme_id"
)


def _subsidies_one_by_one(connection: sa.Connection) -> None:
    """The same; what a household had in windows that are over gets a number no window has."""
    rows = connection.execute(
        sa.text(
            f"SELECT * FROM ({VOUCHERS} UNION ALL {CLAIMS} UNION ALL {LOANS}) u "
            "WHERE counted_as IN (SELECT id FROM households)"
        )
    ).all()
    counters = {
        (one.measure_key, one.household_id): one
        for one in connection.execute(
            sa.text("SELECT measure_key, household_id, window_no, since, uses FROM subsidy_households")
        )
    }
    sums: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        house, window = counters.get((row.measure_key, row.counted_as)), 0
        if house is not None and row.window_no == house.window_no:
            mine = counters.get((row.measure_key, row.who))
            window = mine.window_no + 1 if mine is not None else 1
            counted = sums.setdefault((row.measure_key, row.who), [window, 0, 0])
            if row.stands:
                counted[1] += row.uses
                counted[2] += row.fen
        connection.execute(
            sa.text(f"UPDATE {row.tab} SET window_no = :window WHERE id = :id"),
            {"window": window, "id": row.id},
        )
    for (measure, who), (window, uses, fen) in sums.items():
        house = next(
            counters[measure, row.counted_as]
            for row in rows
            if (row.measure_key, row.who) == (measure, who)
            and (measure, row.counted_as) in counters
        )
        values = {"measure": measure, "who": who, "window": window, "since": house.since,
                  "uses": uses, "fen": fen}
        sql = (
            "UPDATE subsidy_households SET window_no = :window, since = :since, uses = :uses, "
            "taken_fen = :fen WHERE measure_key = :measure AND household_id = :who"
            if (measure, who) in counters
            else "INSERT INTO subsidy_households (measure_key, household_id, window_no, since, "
            "uses, taken_fen, joined_uses, joined_fen) "
            "VALUES (:measure, :who, :window, :since, :uses, :fen, 0, 0)"
        )
        connection.execute(sa.text(sql), values)
    connection.execute(
        sa.text("DELETE FROM subsidy_households WHERE household_id IN (SELECT id FROM households)")
    )
