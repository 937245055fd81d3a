"""Batches, trace codes with their scans and alarms; which batch a parcel holds."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import market.db.types

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TRACED = ["X01", "G302", "G303", "A09"]


def upgrade() -> None:
    op.create_table('batches',
    sa.Column('product_id', sa.String(length=20), nullable=False),
    sa.Column('maker_id', sa.String(length=20), nullable=False),
    sa.Column('number', sa.String(length=60), nullable=False),
    sa.Column('number_key', sa.String(length=60), nullable=False),
    sa.Column('made_on', sa.Date(), nullable=False),
    sa.Column('use_by', sa.Date(), nullable=True),
    sa.Column('quantity', sa.Numeric(precision=14, scale=3), nullable=False),
    sa.Column('unit', sa.String(length=12), nullable=False),
    sa.Column('report_file_id', sa.String(length=20), nullable=True),
    sa.Column('certificate_id', sa.String(length=20), nullable=True),
    sa.Column('certificate', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=True),
    sa.Column('made_by', sa.String(length=20), nullable=False),
    sa.Column('created_at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', market.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_reason', sa.String(length=300), nullable=False),
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.CheckConstraint('quantity > 0', name=op.f('ck_batches_quantity')),
    sa.CheckConstraint('use_by IS NULL OR use_by > made_on', name=op.f('ck_batches_use_by_after_made_on')),
    sa.ForeignKeyConstraint(['certificate_id'], ['certificates.id'], name=op.f('fk_batches_certificate_id_certificates')),
    sa.ForeignKeyConstraint(['maker_id'], ['sellers.id'], name=op.f('fk_batches_maker_id_sellers')),
    sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_batches_product_id_products')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_batches')),
    sa.UniqueConstraint('product_id', 'number_key', name=op.f('uq_batches_product_id_number_key'))
    )
    with op.batch_alter_table('batches', schema=None) as batch_op:
        batch_op.create_index('ix_batches_maker_id_created_at', ['maker_id', 'created_at'], unique=False)
        batch_op.create_index('ix_batches_number_key', ['number_key'], unique=False)

    op.create_table('batch_recalls',
    sa.Column('batch_id', sa.String(length=20), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('by_maker', sa.Boolean(), nullable=False),
    sa.Column('sent_by', sa.String(length=20), nullable=False),
    sa.Column('sent_at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('buyers', sa.Integer(), nullable=False),
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.CheckConstraint('buyers > 0', name=op.f('ck_batch_recalls_buyers')),
    sa.ForeignKeyConstraint(['batch_id'], ['batches.id'], name=op.f('fk_batch_recalls_batch_id_batches')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_batch_recalls'))
    )
    with op.batch_alter_table('batch_recalls', schema=None) as batch_op:
        batch_op.create_index('ix_batch_recalls_batch_id_sent_at', ['batch_id', 'sent_at'], unique=False)

    op.create_table('trace_codes',
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('batch_id', sa.String(length=20), nullable=False),
    sa.Column('level', sa.String(length=8), nullable=False),
    sa.Column('parent', sa.String(length=16), nullable=True),
    sa.Column('serial', sa.Integer(), nullable=False),
    sa.Column('made_at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('scans', sa.Integer(), nullable=False),
    sa.Column('first_scanned_at', market.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('first_county', sa.String(length=6), nullable=False),
    sa.Column('counterfeit_at', market.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(level = 'batch') = (parent IS NULL)", name=op.f('ck_trace_codes_parent')),
    sa.CheckConstraint("level IN ('batch','pallet','unit')", name=op.f('ck_trace_codes_level')),
    sa.CheckConstraint('(scans = 0) = (first_scanned_at IS NULL)', name=op.f('ck_trace_codes_first_scan')),
    sa.CheckConstraint('scans >= 0', name=op.f('ck_trace_codes_scans')),
    sa.ForeignKeyConstraint(['batch_id'], ['batches.id'], name=op.f('fk_trace_codes_batch_id_batches')),
    sa.ForeignKeyConstraint(['parent'], ['trace_codes.code'], name=op.f('fk_trace_codes_parent_trace_codes')),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_trace_codes')),
    sa.UniqueConstraint('batch_id', 'level', 'serial', name=op.f('uq_trace_codes_batch_id_level_serial'))
    )
    with op.batch_alter_table('trace_codes', schema=None) as batch_op:
        batch_op.create_index('ix_trace_codes_parent', ['parent'], unique=False)

    op.create_table('scan_alarms',
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('batch_id', sa.String(length=20), nullable=False),
    sa.Column('maker_id', sa.String(length=20), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('county', sa.String(length=6), nullable=False),
    sa.Column('other_county', sa.String(length=6), nullable=False),
    sa.Column('km', sa.Integer(), nullable=False),
    sa.Column('hours', sa.Integer(), nullable=False),
    sa.Column('scans', sa.Integer(), nullable=False),
    sa.Column('raised_at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('decision', sa.String(length=12), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('decided_by', sa.String(length=20), nullable=False),
    sa.Column('decided_at', market.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.CheckConstraint("decision IN ('open','genuine','counterfeit')", name=op.f('ck_scan_alarms_decision')),
    sa.CheckConstraint("kind IN ('far','many')", name=op.f('ck_scan_alarms_kind')),
    sa.ForeignKeyConstraint(['batch_id'], ['batches.id'], name=op.f('fk_scan_alarms_batch_id_batches')),
    sa.ForeignKeyConstraint(['code'], ['trace_codes.code'], name=op.f('fk_scan_alarms_code_trace_codes')),
    sa.ForeignKeyConstraint(['maker_id'], ['sellers.id'], name=op.f('fk_scan_alarms_maker_id_sellers')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scan_alarms'))
    )
    with op.batch_alter_table('scan_alarms', schema=None) as batch_op:
        batch_op.create_index('ix_scan_alarms_batch_id', ['batch_id'], unique=False)
        batch_op.create_index('ix_scan_alarms_county_raised_at', ['county', 'raised_at'], unique=False)
        batch_op.create_index('ix_scan_alarms_maker_id_raised_at', ['maker_id', 'raised_at'], unique=False)
        batch_op.create_index('uq_scan_alarms_open', ['code', 'kind'], unique=True, sqlite_where=sa.text("decision = 'open'"), postgresql_where=sa.text("decision = 'open'"))

    op.create_table('trace_scans',
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('county', sa.String(length=6), nullable=False),
    sa.Column('visitor', sa.String(length=32), nullable=True),
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['code'], ['trace_codes.code'], name=op.f('fk_trace_scans_code_trace_codes')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trace_scans')),
    sa.UniqueConstraint('code', 'visitor', name=op.f('uq_trace_scans_code_visitor'))
    )
    with op.batch_alter_table('trace_scans', schema=None) as batch_op:
        batch_op.create_index('ix_trace_scans_at', ['at'], unique=False)
        batch_op.create_index('ix_trace_scans_code_at', ['code', 'at'], unique=False)

    with op.batch_alter_table('kinds', schema=None) as batch_op:
        batch_op.add_column(sa.Column('traced', sa.Boolean(), server_default=sa.false(), nullable=False))

    # Cement and waterproofing; the operator may change it. What is on sale stays on sale.
    kinds = sa.table("kinds", sa.column("code", sa.String), sa.column("traced", sa.Boolean))
    op.execute(kinds.update().where(kinds.c.code.in_(TRACED)).values(traced=True))

    with op.batch_alter_table('order_parcel_lines', schema=None) as batch_op:
        batch_op.add_column(sa.Column('batch_id', sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column('batch_no', sa.String(length=60), server_default='', nullable=False))
        batch_op.create_index(batch_op.f('ix_order_parcel_lines_batch_id'), ['batch_id'], unique=False)

    with op.batch_alter_table('products', schema=None) as batch_op:
        batch_op.add_column(sa.Column('batches_until', market.db.types.UtcDateTime(timezone=True), nullable=True))



def downgrade() -> None:
    with op.batch_alter_table('products', schema=None) as batch_op:
        batch_op.drop_column('batches_until')

    with op.batch_alter_table('order_parcel_lines', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_order_parcel_lines_batch_id'))
        batch_op.drop_column('batch_no')
        batch_op.drop_column('batch_id')

    with op.batch_alter_table('kinds', schema=None) as batch_op:
        batch_op.drop_column('traced')

    with op.batch_alter_table('trace_scans', schema=None) as batch_op:
        batch_op.drop_index('ix_trace_scans_code_at')
        batch_op.drop_index('ix_trace_scans_at')

    op.drop_table('trace_scans')
    with op.batch_alter_table('scan_alarms', schema=None) as batch_op:
        batch_op.drop_index('uq_scan_alarms_open', sqlite_where=sa.text("decision = 'open'"), postgresql_where=sa.text("decision = 'open'"))
        batch_op.drop_index('ix_scan_alarms_maker_id_raised_at')
        batch_op.drop_index('ix_scan_alarms_county_raised_at')
        batch_op.drop_index('ix_scan_alarms_batch_id')

    op.drop_table('scan_alarms')
    with op.batch_alter_table('trace_codes', schema=None) as batch_op:
        batch_op.drop_index('ix_trace_codes_parent')

    op.drop_table('trace_codes')
    with op.batch_alter_table('batch_recalls', schema=None) as batch_op:
        batch_op.drop_index('ix_batch_recalls_batch_id_sent_at')

    op.drop_table('batch_recalls')
    with op.batch_alter_table('batches', schema=None) as batch_op:
        batch_op.drop_index('ix_batches_number_key')
        batch_op.drop_index('ix_batches_maker_id_created_at')

    op.drop_table('batches')
