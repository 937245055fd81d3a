"""Spot checks: plans, results, appeals; products held and kinds barred after failures."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import market.db.types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('sampling_plans',
    sa.Column('region_code', sa.String(length=9), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('seed', sa.String(length=40), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('kind_codes', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('candidates', sa.Integer(), nullable=False),
    sa.Column('created_by', sa.String(length=20), nullable=False),
    sa.Column('created_at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.CheckConstraint('size BETWEEN 1 AND 200', name=op.f('ck_sampling_plans_size')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sampling_plans'))
    )
    with op.batch_alter_table('sampling_plans', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sampling_plans_region_code'), ['region_code'], unique=False)

    op.create_table('kind_bars',
    sa.Column('maker_id', sa.String(length=20), nullable=False),
    sa.Column('kind_code', sa.String(length=12), nullable=False),
    sa.Column('since', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('until', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('until > since', name=op.f('ck_kind_bars_until_after_since')),
    sa.ForeignKeyConstraint(['kind_code'], ['kinds.code'], name=op.f('fk_kind_bars_kind_code_kinds')),
    sa.ForeignKeyConstraint(['maker_id'], ['sellers.id'], name=op.f('fk_kind_bars_maker_id_sellers')),
    sa.PrimaryKeyConstraint('maker_id', 'kind_code', name=op.f('pk_kind_bars'))
    )
    op.create_table('samples',
    sa.Column('plan_id', sa.String(length=20), nullable=False),
    sa.Column('product_id', sa.String(length=20), nullable=False),
    sa.Column('seller_id', sa.String(length=20), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind_weight', sa.Integer(), nullable=False),
    sa.Column('past_fails', sa.Integer(), nullable=False),
    sa.Column('packs_sold', sa.Integer(), nullable=False),
    sa.Column('weight', sa.Float(), nullable=False),
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['plan_id'], ['sampling_plans.id'], name=op.f('fk_samples_plan_id_sampling_plans')),
    sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_samples_product_id_products')),
    sa.ForeignKeyConstraint(['seller_id'], ['sellers.id'], name=op.f('fk_samples_seller_id_sellers')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_samples')),
    sa.UniqueConstraint('plan_id', 'product_id', name=op.f('uq_samples_plan_id_product_id'))
    )
    op.create_table('spot_checks',
    sa.Column('region_code', sa.String(length=9), nullable=False),
    sa.Column('product_id', sa.String(length=20), nullable=False),
    sa.Column('maker_id', sa.String(length=20), nullable=False),
    sa.Column('seller_id', sa.String(length=20), nullable=False),
    sa.Column('kind_code', sa.String(length=12), nullable=False),
    sa.Column('plan_id', sa.String(length=20), nullable=True),
    sa.Column('purpose', sa.String(length=8), nullable=False),
    sa.Column('batch_no', sa.String(length=60), nullable=False),
    sa.Column('sampled_on', sa.Date(), nullable=False),
    sa.Column('laboratory', sa.String(length=120), nullable=False),
    sa.Column('report_number', sa.String(length=80), nullable=False),
    sa.Column('report_file_id', sa.String(length=20), nullable=True),
    sa.Column('standard', sa.String(length=120), nullable=False),
    sa.Column('passed', sa.Boolean(), nullable=False),
    sa.Column('findings', sa.Text(), nullable=False),
    sa.Column('entered_by', sa.String(length=20), nullable=False),
    sa.Column('entered_at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('published_at', market.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('published_by', sa.String(length=20), nullable=False),
    sa.Column('notice_no', sa.String(length=40), nullable=True),
    sa.Column('recheck_due_on', sa.Date(), nullable=True),
    sa.Column('barred_until', market.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('cleared_at', market.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('cleared_by_check', sa.String(length=20), nullable=True),
    sa.Column('annulled_at', market.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('updated_at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.CheckConstraint("purpose IN ('first','recheck')", name=op.f('ck_spot_checks_purpose')),
    sa.CheckConstraint('published_at IS NULL OR notice_no IS NOT NULL', name=op.f('ck_spot_checks_notice_no')),
    sa.ForeignKeyConstraint(['kind_code'], ['kinds.code'], name=op.f('fk_spot_checks_kind_code_kinds')),
    sa.ForeignKeyConstraint(['maker_id'], ['sellers.id'], name=op.f('fk_spot_checks_maker_id_sellers')),
    sa.ForeignKeyConstraint(['plan_id'], ['sampling_plans.id'], name=op.f('fk_spot_checks_plan_id_sampling_plans')),
    sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_spot_checks_product_id_products')),
    sa.ForeignKeyConstraint(['seller_id'], ['sellers.id'], name=op.f('fk_spot_checks_seller_id_sellers')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_spot_checks')),
    sa.UniqueConstraint('notice_no', name=op.f('uq_spot_checks_notice_no'))
    )
    with op.batch_alter_table('spot_checks', schema=None) as batch_op:
        batch_op.create_index('ix_spot_checks_maker_kind', ['maker_id', 'kind_code'], unique=False)
        batch_op.create_index('ix_spot_checks_product_id_published_at', ['product_id', 'published_at'], unique=False)
        batch_op.create_index('ix_spot_checks_published_at_id', ['published_at', 'id'], unique=False)
        batch_op.create_index('ix_spot_checks_region_code_published_at', ['region_code', 'published_at'], unique=False)
        batch_op.create_index('ix_spot_checks_updated_at_id', ['updated_at', 'id'], unique=False)
        batch_op.create_index('uq_spot_checks_report', ['laboratory', 'report_number'], unique=True)

    op.create_table('spot_check_appeals',
    sa.Column('check_id', sa.String(length=20), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('report_file_id', sa.String(length=20), nullable=False),
    sa.Column('made_by', sa.String(length=20), nullable=False),
    sa.Column('made_at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('decision', sa.String(length=8), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('decided_by', sa.String(length=20), nullable=False),
    sa.Column('decided_at', market.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.CheckConstraint("decision IN ('open','upheld','rejected')", name=op.f('ck_spot_check_appeals_decision')),
    sa.ForeignKeyConstraint(['check_id'], ['spot_checks.id'], name=op.f('fk_spot_check_appeals_check_id_spot_checks')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_spot_check_appeals'))
    )
    with op.batch_alter_table('spot_check_appeals', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_spot_check_appeals_check_id'), ['check_id'], unique=False)
        batch_op.create_index('uq_spot_check_appeals_open', ['check_id'], unique=True, sqlite_where=sa.text("decision = 'open'"), postgresql_where=sa.text("decision = 'open'"))

    with op.batch_alter_table('order_lines', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_order_lines_product_id'), ['product_id'], unique=False)

    with op.batch_alter_table('products', schema=None) as batch_op:
        batch_op.add_column(sa.Column('held_since', market.db.types.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('barred_until', market.db.types.UtcDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('products', schema=None) as batch_op:
        batch_op.drop_column('barred_until')
        batch_op.drop_column('held_since')

    with op.batch_alter_table('order_lines', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_order_lines_product_id'))

    with op.batch_alter_table('spot_check_appeals', schema=None) as batch_op:
        batch_op.drop_index('uq_spot_check_appeals_open', sqlite_where=sa.text("decision = 'open'"), postgresql_where=sa.text("decision = 'open'"))
        batch_op.drop_index(batch_op.f('ix_spot_check_appeals_check_id'))

    op.drop_table('spot_check_appeals')
    with op.batch_alter_table('spot_checks', schema=None) as batch_op:
        batch_op.drop_index('uq_spot_checks_report')
        batch_op.drop_index('ix_spot_checks_updated_at_id')
        batch_op.drop_index('ix_spot_checks_region_code_published_at')
        batch_op.drop_index('ix_spot_checks_published_at_id')
        batch_op.drop_index('ix_spot_checks_product_id_published_at')
        batch_op.drop_index('ix_spot_checks_maker_kind')

    op.drop_table('spot_checks')
    op.drop_table('samples')
    op.drop_table('kind_bars')
    with op.batch_alter_table('sampling_plans', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sampling_plans_region_code'))

    op.drop_table('sampling_plans')