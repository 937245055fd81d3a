"""Annual surveillance, the registry of certificates, anomalies, local lists."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import market.db.types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade() -> None:
    op.create_table('surveillance_visits',
    sa.Column('certificate_id', sa.String(length=20), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('done_on', sa.Date(), nullable=False),
    sa.Column('passed', sa.Boolean(), nullable=False),
    sa.Column('report_number', sa.String(length=80), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('evidence_file_id', sa.String(length=20), nullable=False),
    sa.Column('recorded_by_account_id', sa.String(length=20), nullable=False),
    sa.Column('recorded_by', sa.String(length=80), nullable=False),
    sa.Column('recorded_at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['certificate_id'], ['certificates.id'], name=op.f('fk_surveillance_visits_certificate_id_certificates')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_surveillance_visits'))
    )
    with op.batch_alter_table('surveillance_visits', schema=None) as batch_op:
        batch_op.create_index('ix_surveillance_visits_certificate_id', ['certificate_id', 'done_on'], unique=False)

    with op.batch_alter_table('certificates', schema=None) as batch_op:
        batch_op.add_column(sa.Column('surveillance_due_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('holder_authorised_at', market.db.types.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('provenance', JSON, nullable=True))

    # Whoever was approved under another name was looked at; where fields came from is not known.
    op.execute("UPDATE certificates SET holder_authorised_at = reviewed_at WHERE review = 'approved'")
    op.execute("UPDATE certificates SET provenance = '{}'")
    with op.batch_alter_table('certificates', schema=None) as batch_op:
        batch_op.alter_column('provenance', existing_type=JSON, nullable=False)

    op.create_table('registry_records',
    sa.Column('number_key', sa.String(length=60), nullable=False),
    sa.Column('fields', JSON, nullable=False),
    sa.Column('source', sa.String(length=120), nullable=False),
    sa.Column('seen_at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_registry_records')),
    sa.UniqueConstraint('number_key', name=op.f('uq_registry_records_number_key'))
    )
    op.create_table('registry_syncs',
    sa.Column('region_code', sa.String(length=9), nullable=False),
    sa.Column('source', sa.String(length=120), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('records', sa.Integer(), nullable=False),
    sa.Column('left_out', sa.Integer(), nullable=False),
    sa.Column('changes', sa.Integer(), nullable=False),
    sa.Column('made_by', sa.String(length=80), nullable=False),
    sa.Column('made_at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.String(length=80), nullable=False),
    sa.Column('decided_at', market.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.CheckConstraint("state IN ('open','applied','discarded')", name=op.f('ck_registry_syncs_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_registry_syncs'))
    )
    with op.batch_alter_table('registry_syncs', schema=None) as batch_op:
        batch_op.create_index('ix_registry_syncs_region_code_made_at', ['region_code', 'made_at'], unique=False)

    op.create_table('certificate_anomalies',
    sa.Column('certificate_id', sa.String(length=20), nullable=False),
    sa.Column('region_code', sa.String(length=9), nullable=False),
    sa.Column('rule', sa.String(length=30), nullable=False),
    sa.Column('fingerprint', sa.String(length=200), nullable=False),
    sa.Column('params', JSON, nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('found_at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('resolved_by', sa.String(length=80), nullable=False),
    sa.Column('resolved_at', market.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.CheckConstraint("state IN ('open','accepted','acted','gone')", name=op.f('ck_certificate_anomalies_state')),
    sa.ForeignKeyConstraint(['certificate_id'], ['certificates.id'], name=op.f('fk_certificate_anomalies_certificate_id_certificates')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate_anomalies')),
    sa.UniqueConstraint('certificate_id', 'rule', 'fingerprint', name=op.f('uq_certificate_anomalies_certificate_id_rule_fingerprint'))
    )
    with op.batch_alter_table('certificate_anomalies', schema=None) as batch_op:
        batch_op.create_index('ix_certificate_anomalies_state_region_code', ['state', 'region_code'], unique=False)

    op.create_table('registry_changes',
    sa.Column('sync_id', sa.String(length=20), nullable=False),
    sa.Column('number_key', sa.String(length=60), nullable=False),
    sa.Column('before', JSON, nullable=False),
    sa.Column('after', JSON, nullable=False),
    sa.Column('certificate_id', sa.String(length=20), nullable=True),
    sa.Column('differences', JSON, nullable=False),
    sa.Column('problem', sa.String(length=30), nullable=False),
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['certificate_id'], ['certificates.id'], name=op.f('fk_registry_changes_certificate_id_certificates')),
    sa.ForeignKeyConstraint(['sync_id'], ['registry_syncs.id'], name=op.f('fk_registry_changes_sync_id_registry_syncs')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_registry_changes')),
    sa.UniqueConstraint('sync_id', 'number_key', name=op.f('uq_registry_changes_sync_id_number_key'))
    )

    op.create_table('local_admissions',
    sa.Column('product_id', sa.String(length=20), nullable=False),
    sa.Column('region_code', sa.String(length=9), nullable=False),
    sa.Column('sheet_number', sa.String(length=80), nullable=False),
    sa.Column('sheet_file_id', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('admitted_at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('admitted_by', sa.String(length=80), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=False),
    sa.Column('withdrawn_at', market.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_reason', sa.Text(), nullable=False),
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_local_admissions_product_id_products')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_local_admissions'))
    )
    with op.batch_alter_table('local_admissions', schema=None) as batch_op:
        batch_op.create_index('ix_local_admissions_region_code', ['region_code'], unique=False)
        batch_op.create_index('uq_local_admissions_standing', ['product_id', 'region_code'], unique=True, sqlite_where=sa.text('withdrawn_at IS NULL'), postgresql_where=sa.text('withdrawn_at IS NULL'))

    # Added in place on both engines: no table of a large catalogue is copied.
    for table in ('listings', 'products'):
        op.add_column(table, sa.Column('local_areas', sa.Text(), nullable=False, server_default=''))


def downgrade() -> None:
    for table in ('listings', 'products'):
        op.execute(f'ALTER TABLE {table} DROP COLUMN local_areas')
    op.drop_table('local_admissions')
    op.drop_table('registry_changes')
    op.drop_table('certificate_anomalies')
    op.drop_table('registry_syncs')
    op.drop_table('registry_records')
    with op.batch_alter_table('certificates', schema=None) as batch_op:
        batch_op.drop_column('provenance')
        batch_op.drop_column('holder_authorised_at')
        batch_op.drop_column('surveillance_due_on')

    op.drop_table('surveillance_visits')
