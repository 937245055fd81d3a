"""Words of products for the text index, cut once."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('index_tokens',
    sa.Column('product_id', sa.String(length=20), nullable=False),
    sa.Column('kind_code', sa.String(length=12), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('name_words', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('product_id', name=op.f('pk_index_tokens'))
    )
    with op.batch_alter_table('index_tokens', schema=None) as batch_op:
        batch_op.create_index('ix_index_tokens_kind_code', ['kind_code'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('index_tokens', schema=None) as batch_op:
        batch_op.drop_index('ix_index_tokens_kind_code')

    op.drop_table('index_tokens')
