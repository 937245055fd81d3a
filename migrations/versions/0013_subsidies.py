"""Subsidy schemes with budgets, vouchers, claims and loans; what they bear of an order."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import market.db.types

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

STANDING = "state in ('filed', 'asked', 'approved', 'paid')"


def upgrade() -> None:
    op.create_table('subsidy_batches',
    sa.Column('region_code', sa.String(length=9), nullable=False),
    sa.Column('reference', sa.String(length=60), nullable=False),
    sa.Column('paid_on', sa.Date(), nullable=False),
    sa.Column('total_fen', sa.BigInteger(), nullable=False),
    sa.Column('made_at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=20), nullable=True),
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.CheckConstraint('total_fen > 0', name=op.f('ck_subsidy_batches_total_positive')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subsidy_batches')),
    sa.UniqueConstraint('region_code', 'reference', name=op.f('uq_subsidy_batches_region_code_reference'))
    )
    op.create_table('subsidy_events',
    sa.Column('subject_id', sa.String(length=20), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('words', sa.String(length=500), nullable=False),
    sa.Column('at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('by_office', sa.Boolean(), nullable=False),
    sa.Column('account_id', sa.String(length=20), nullable=True),
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subsidy_events'))
    )
    with op.batch_alter_table('subsidy_events', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_subsidy_events_subject_id'), ['subject_id'], unique=False)

    op.create_table('subsidy_households',
    sa.Column('measure_key', sa.String(length=60), nullable=False),
    sa.Column('household_id', sa.String(length=20), nullable=False),
    sa.Column('window_no', sa.Integer(), nullable=False),
    sa.Column('since', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('uses', sa.Integer(), nullable=False),
    sa.Column('taken_fen', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('uses > 0 or taken_fen = 0', name=op.f('ck_subsidy_households_nothing_without_use')),
    sa.CheckConstraint('uses >= 0 and taken_fen >= 0', name=op.f('ck_subsidy_households_counters_not_negative')),
    sa.PrimaryKeyConstraint('measure_key', 'household_id', name=op.f('pk_subsidy_households'))
    )
    op.create_table('subsidy_schemes',
    sa.Column('code', sa.String(length=8), nullable=False),
    sa.Column('region_code', sa.String(length=9), nullable=False),
    sa.Column('measure_key', sa.String(length=60), nullable=False),
    sa.Column('measure', sa.String(length=40), nullable=False),
    sa.Column('type', sa.String(length=10), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('name_en', sa.String(length=120), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('example', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('terms', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('starts_at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('ends_at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('budget_fen', sa.BigInteger(), nullable=False),
    sa.Column('reserved_fen', sa.BigInteger(), nullable=False),
    sa.Column('used_fen', sa.BigInteger(), nullable=False),
    sa.Column('created_at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(length=20), nullable=True),
    sa.Column('published_at', market.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.CheckConstraint("state in ('draft', 'live', 'paused', 'ended')", name=op.f('ck_subsidy_schemes_state_known')),
    sa.CheckConstraint("type in ('voucher', 'claim', 'interest', 'fee')", name=op.f('ck_subsidy_schemes_type_known')),
    sa.CheckConstraint('budget_fen > 0', name=op.f('ck_subsidy_schemes_budget_positive')),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_subsidy_schemes_dates_in_order')),
    sa.CheckConstraint('reserved_fen + used_fen <= budget_fen', name=op.f('ck_subsidy_schemes_budget_kept')),
    sa.CheckConstraint('reserved_fen >= 0 and used_fen >= 0', name=op.f('ck_subsidy_schemes_counters_not_negative')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subsidy_schemes')),
    sa.UniqueConstraint('code', name=op.f('uq_subsidy_schemes_code'))
    )
    with op.batch_alter_table('subsidy_schemes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_subsidy_schemes_measure_key'), ['measure_key'], unique=False)
        batch_op.create_index('ix_subsidy_schemes_place', ['region_code', 'type', 'state'], unique=False)

    op.create_table('subsidy_loans',
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('scheme_id', sa.String(length=20), nullable=False),
    sa.Column('household_id', sa.String(length=20), nullable=False),
    sa.Column('region_code', sa.String(length=9), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('principal_fen', sa.BigInteger(), nullable=False),
    sa.Column('rate_bp', sa.Integer(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('months', sa.Integer(), nullable=False),
    sa.Column('repayment', sa.String(length=20), nullable=False),
    sa.Column('lender', sa.String(length=80), nullable=False),
    sa.Column('contract_no', sa.String(length=60), nullable=False),
    sa.Column('purpose', sa.String(length=300), nullable=False),
    sa.Column('total_fen', sa.BigInteger(), nullable=False),
    sa.Column('window_no', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('filed_at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('decided_at', market.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.String(length=20), nullable=True),
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.CheckConstraint("state in ('filed', 'asked', 'approved', 'refused', 'withdrawn')", name=op.f('ck_subsidy_loans_state_known')),
    sa.CheckConstraint('months between 1 and 360', name=op.f('ck_subsidy_loans_months')),
    sa.CheckConstraint('principal_fen > 0 and rate_bp >= 0', name=op.f('ck_subsidy_loans_terms_positive')),
    sa.CheckConstraint('total_fen > 0', name=op.f('ck_subsidy_loans_total_positive')),
    sa.ForeignKeyConstraint(['household_id'], ['accounts.id'], name=op.f('fk_subsidy_loans_household_id_accounts')),
    sa.ForeignKeyConstraint(['scheme_id'], ['subsidy_schemes.id'], name=op.f('fk_subsidy_loans_scheme_id_subsidy_schemes')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subsidy_loans')),
    sa.UniqueConstraint('code', name=op.f('uq_subsidy_loans_code'))
    )
    with op.batch_alter_table('subsidy_loans', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_subsidy_loans_household_id'), ['household_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_subsidy_loans_region_code'), ['region_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_subsidy_loans_scheme_id'), ['scheme_id'], unique=False)
        batch_op.create_index('uq_subsidy_loans_contract', ['lender', 'contract_no'], unique=True, sqlite_where=sa.text("state in ('filed', 'asked', 'approved')"), postgresql_where=sa.text("state in ('filed', 'asked', 'approved')"))

    op.create_table('subsidy_vouchers',
    sa.Column('scheme_id', sa.String(length=20), nullable=False),
    sa.Column('order_id', sa.String(length=20), nullable=False),
    sa.Column('household_id', sa.String(length=20), nullable=False),
    sa.Column('window_no', sa.Integer(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('returned_fen', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('reserved_at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('used_at', market.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('released_at', market.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.CheckConstraint("returned_fen = 0 or state = 'used'", name=op.f('ck_subsidy_vouchers_returned_when_used')),
    sa.CheckConstraint("state in ('reserved', 'used', 'released')", name=op.f('ck_subsidy_vouchers_state_known')),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_subsidy_vouchers_amount_positive')),
    sa.CheckConstraint('returned_fen >= 0 and returned_fen <= amount_fen', name=op.f('ck_subsidy_vouchers_returned')),
    sa.ForeignKeyConstraint(['scheme_id'], ['subsidy_schemes.id'], name=op.f('fk_subsidy_vouchers_scheme_id_subsidy_schemes')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subsidy_vouchers')),
    sa.UniqueConstraint('scheme_id', 'order_id', name=op.f('uq_subsidy_vouchers_scheme_id_order_id'))
    )
    with op.batch_alter_table('subsidy_vouchers', schema=None) as batch_op:
        batch_op.create_index('ix_subsidy_vouchers_of_household', ['household_id', 'reserved_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_subsidy_vouchers_order_id'), ['order_id'], unique=False)

    op.create_table('subsidy_waivers',
    sa.Column('scheme_id', sa.String(length=20), nullable=False),
    sa.Column('household_id', sa.String(length=20), nullable=False),
    sa.Column('waived_at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['household_id'], ['accounts.id'], name=op.f('fk_subsidy_waivers_household_id_accounts')),
    sa.ForeignKeyConstraint(['scheme_id'], ['subsidy_schemes.id'], name=op.f('fk_subsidy_waivers_scheme_id_subsidy_schemes')),
    sa.PrimaryKeyConstraint('scheme_id', 'household_id', name=op.f('pk_subsidy_waivers'))
    )
    op.create_table('subsidy_claims',
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('scheme_id', sa.String(length=20), nullable=False),
    sa.Column('measure_key', sa.String(length=60), nullable=False),
    sa.Column('beneficiary_id', sa.String(length=20), nullable=False),
    sa.Column('filed_by', sa.String(length=20), nullable=False),
    sa.Column('region_code', sa.String(length=9), nullable=False),
    sa.Column('what', sa.String(length=10), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('single', sa.Boolean(), nullable=False),
    sa.Column('window_no', sa.Integer(), nullable=False),
    sa.Column('lines', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('flags', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('price_fen', sa.BigInteger(), nullable=False),
    sa.Column('asked_fen', sa.BigInteger(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=True),
    sa.Column('steps', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('order_id', sa.String(length=20), nullable=True),
    sa.Column('order_code', sa.String(length=20), nullable=False),
    sa.Column('invoice_no', sa.String(length=40), nullable=True),
    sa.Column('invoice_seller', sa.String(length=80), nullable=False),
    sa.Column('invoiced_on', sa.Date(), nullable=True),
    sa.Column('certificate_id', sa.String(length=20), nullable=True),
    sa.Column('loan_id', sa.String(length=20), nullable=True),
    sa.Column('quarter', sa.Integer(), nullable=True),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('filed_at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('decided_at', market.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.String(length=20), nullable=True),
    sa.Column('paid_at', market.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('batch_id', sa.String(length=20), nullable=True),
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.CheckConstraint("(state = 'paid') = (batch_id is not null)", name=op.f('ck_subsidy_claims_paid_in_a_batch')),
    sa.CheckConstraint("(state in ('approved', 'paid')) = (amount_fen is not null)", name=op.f('ck_subsidy_claims_approved_amount')),
    sa.CheckConstraint("(what = 'quarter') = (loan_id is not null)", name=op.f('ck_subsidy_claims_quarter_of_a_loan')),
    sa.CheckConstraint("state in ('filed', 'asked', 'approved', 'refused', 'withdrawn', 'paid')", name=op.f('ck_subsidy_claims_state_known')),
    sa.CheckConstraint("what in ('order', 'invoice', 'quarter', 'fee')", name=op.f('ck_subsidy_claims_what_known')),
    sa.CheckConstraint('amount_fen is null or amount_fen > 0', name=op.f('ck_subsidy_claims_amount_positive')),
    sa.CheckConstraint('asked_fen > 0 and price_fen > 0', name=op.f('ck_subsidy_claims_amounts_positive')),
    sa.ForeignKeyConstraint(['batch_id'], ['subsidy_batches.id'], name=op.f('fk_subsidy_claims_batch_id_subsidy_batches')),
    sa.ForeignKeyConstraint(['filed_by'], ['accounts.id'], name=op.f('fk_subsidy_claims_filed_by_accounts')),
    sa.ForeignKeyConstraint(['loan_id'], ['subsidy_loans.id'], name=op.f('fk_subsidy_claims_loan_id_subsidy_loans')),
    sa.ForeignKeyConstraint(['scheme_id'], ['subsidy_schemes.id'], name=op.f('fk_subsidy_claims_scheme_id_subsidy_schemes')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subsidy_claims')),
    sa.UniqueConstraint('code', name=op.f('uq_subsidy_claims_code'))
    )
    with op.batch_alter_table('subsidy_claims', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_subsidy_claims_batch_id'), ['batch_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_subsidy_claims_beneficiary_id'), ['beneficiary_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_subsidy_claims_loan_id'), ['loan_id'], unique=False)
        batch_op.create_index('ix_subsidy_claims_queue', ['state', 'region_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_subsidy_claims_scheme_id'), ['scheme_id'], unique=False)
        batch_op.create_index('uq_subsidy_claims_certificate', ['scheme_id', 'certificate_id'], unique=True, sqlite_where=sa.text(STANDING), postgresql_where=sa.text(STANDING))
        batch_op.create_index('uq_subsidy_claims_invoice', ['scheme_id', 'invoice_no'], unique=True, sqlite_where=sa.text(STANDING), postgresql_where=sa.text(STANDING))
        batch_op.create_index('uq_subsidy_claims_once', ['measure_key', 'beneficiary_id', 'window_no'], unique=True, sqlite_where=sa.text(f"{STANDING} and single"), postgresql_where=sa.text(f"{STANDING} and single"))
        batch_op.create_index('uq_subsidy_claims_order', ['scheme_id', 'order_id'], unique=True, sqlite_where=sa.text(STANDING), postgresql_where=sa.text(STANDING))
        batch_op.create_index('uq_subsidy_claims_quarter', ['loan_id', 'quarter'], unique=True, sqlite_where=sa.text(STANDING), postgresql_where=sa.text(STANDING))

    with op.batch_alter_table('orders', schema=None) as batch_op:
        batch_op.add_column(sa.Column('subsidy_fen', sa.BigInteger(), server_default='0', nullable=False))
        batch_op.create_check_constraint(
            op.f("ck_orders_subsidy_within"),
            "subsidy_fen >= 0 AND subsidy_fen <= platform_discount_fen",
        )

    with op.batch_alter_table('seller_orders', schema=None) as batch_op:
        batch_op.add_column(sa.Column('subsidy_fen', sa.BigInteger(), server_default='0', nullable=False))
        batch_op.create_check_constraint(
            op.f("ck_seller_orders_subsidy_within"),
            "subsidy_fen >= 0 AND subsidy_fen <= platform_discount_fen",
        )



def downgrade() -> None:
    with op.batch_alter_table('seller_orders', schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_seller_orders_subsidy_within"), type_="check")
        batch_op.drop_column('subsidy_fen')

    with op.batch_alter_table('orders', schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_orders_subsidy_within"), type_="check")
        batch_op.drop_column('subsidy_fen')

    with op.batch_alter_table('subsidy_claims', schema=None) as batch_op:
        batch_op.drop_index('uq_subsidy_claims_quarter', sqlite_where=sa.text(STANDING), postgresql_where=sa.text(STANDING))
        batch_op.drop_index('uq_subsidy_claims_order', sqlite_where=sa.text(STANDING), postgresql_where=sa.text(STANDING))
        batch_op.drop_index('uq_subsidy_claims_once', sqlite_where=sa.text(f"{STANDING} and single"), postgresql_where=sa.text(f"{STANDING} and single"))
        batch_op.drop_index('uq_subsidy_claims_invoice', sqlite_where=sa.text(STANDING), postgresql_where=sa.text(STANDING))
        batch_op.drop_index('uq_subsidy_claims_certificate', sqlite_where=sa.text(STANDING), postgresql_where=sa.text(STANDING))
        batch_op.drop_index(batch_op.f('ix_subsidy_claims_scheme_id'))
        batch_op.drop_index('ix_subsidy_claims_queue')
        batch_op.drop_index(batch_op.f('ix_subsidy_claims_loan_id'))
        batch_op.drop_index(batch_op.f('ix_subsidy_claims_beneficiary_id'))
        batch_op.drop_index(batch_op.f('ix_subsidy_claims_batch_id'))

    op.drop_table('subsidy_claims')
    op.drop_table('subsidy_waivers')
    with op.batch_alter_table('subsidy_vouchers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_subsidy_vouchers_order_id'))
        batch_op.drop_index('ix_subsidy_vouchers_of_household')

    op.drop_table('subsidy_vouchers')
    with op.batch_alter_table('subsidy_loans', schema=None) as batch_op:
        batch_op.drop_index('uq_subsidy_loans_contract', sqlite_where=sa.text("state in ('filed', 'asked', 'approved')"), postgresql_where=sa.text("state in ('filed', 'asked', 'approved')"))
        batch_op.drop_index(batch_op.f('ix_subsidy_loans_scheme_id'))
        batch_op.drop_index(batch_op.f('ix_subsidy_loans_region_code'))
        batch_op.drop_index(batch_op.f('ix_subsidy_loans_household_id'))

    op.drop_table('subsidy_loans')
    with op.batch_alter_table('subsidy_schemes', schema=None) as batch_op:
        batch_op.drop_index('ix_subsidy_schemes_place')
        batch_op.drop_index(batch_op.f('ix_subsidy_schemes_measure_key'))

    op.drop_table('subsidy_schemes')
    op.drop_table('subsidy_households')
    with op.batch_alter_table('subsidy_events', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_subsidy_events_subject_id'))

    op.drop_table('subsidy_events')
    op.drop_table('subsidy_batches')
