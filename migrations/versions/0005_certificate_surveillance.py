"""Annual surveillance of certificates."""

import sqlalchemy as sa
from alembic import op

import market.db.types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


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


def downgrade() -> None:
    with op.batch_alter_table('certificates', schema=None) as batch_op:
        batch_op.drop_column('surveillance_due_on')

    op.drop_table('surveillance_visits')
