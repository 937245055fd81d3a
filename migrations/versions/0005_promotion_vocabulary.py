"""Promotions of every kind, who bears them, and where they are used."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import market.db.types

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('campaigns',
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('name_en', sa.String(length=120), nullable=False),
    sa.Column('terms', sa.String(length=1000), nullable=False),
    sa.Column('region_code', sa.String(length=9), nullable=False),
    sa.Column('starts_at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('ends_at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('created_at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(length=20), nullable=True),
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_campaigns_dates_in_order')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaigns'))
    )
    with op.batch_alter_table('campaigns', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_campaigns_region_code'), ['region_code'], unique=False)

    op.create_table('promotion_caps',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('line_bp', sa.Integer(), nullable=False),
    sa.Column('order_bp', sa.Integer(), nullable=False),
    sa.Column('set_at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('set_by', sa.String(length=20), nullable=True),
    sa.CheckConstraint('line_bp between 0 and 10000', name=op.f('ck_promotion_caps_line_bp')),
    sa.CheckConstraint('order_bp between 0 and 10000', name=op.f('ck_promotion_caps_order_bp')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_promotion_caps'))
    )
    op.create_table('campaign_enrolments',
    sa.Column('campaign_id', sa.String(length=20), nullable=False),
    sa.Column('seller_id', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('applied_at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('decided_at', market.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.String(length=20), nullable=True),
    sa.CheckConstraint("state in ('applied', 'approved', 'refused', 'left')", name=op.f('ck_campaign_enrolments_state_known')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_campaign_enrolments_campaign_id_campaigns'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['seller_id'], ['sellers.id'], name=op.f('fk_campaign_enrolments_seller_id_sellers')),
    sa.PrimaryKeyConstraint('campaign_id', 'seller_id', name=op.f('pk_campaign_enrolments'))
    )
    op.create_table('household_flags',
    sa.Column('household_id', sa.String(length=20), nullable=False),
    sa.Column('flag', sa.String(length=30), nullable=False),
    sa.Column('set_at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('set_by', sa.String(length=20), nullable=True),
    sa.ForeignKeyConstraint(['household_id'], ['accounts.id'], name=op.f('fk_household_flags_household_id_accounts')),
    sa.PrimaryKeyConstraint('household_id', 'flag', name=op.f('pk_household_flags'))
    )
    op.create_table('till_entries',
    sa.Column('seller_id', sa.String(length=20), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('code', sa.String(length=32), nullable=False),
    sa.Column('goods_fen', sa.BigInteger(), nullable=False),
    sa.Column('taken_at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('sent_at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('sent_by', sa.String(length=20), nullable=True),
    sa.Column('outcome', sa.String(length=40), nullable=False),
    sa.Column('off_fen', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['seller_id'], ['sellers.id'], name=op.f('fk_till_entries_seller_id_sellers')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_till_entries')),
    sa.UniqueConstraint('seller_id', 'key', name=op.f('uq_till_entries_seller_id_key'))
    )
    op.create_table('group_joins',
    sa.Column('promotion_id', sa.String(length=20), nullable=False),
    sa.Column('household_id', sa.String(length=20), nullable=False),
    sa.Column('packs', sa.Integer(), nullable=False),
    sa.Column('bought', sa.Integer(), nullable=False),
    sa.Column('joined_at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('bought >= 0 and bought <= packs', name=op.f('ck_group_joins_bought_within')),
    sa.CheckConstraint('packs > 0', name=op.f('ck_group_joins_packs_positive')),
    sa.ForeignKeyConstraint(['household_id'], ['accounts.id'], name=op.f('fk_group_joins_household_id_accounts')),
    sa.ForeignKeyConstraint(['promotion_id'], ['promotions.id'], name=op.f('fk_group_joins_promotion_id_promotions'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('promotion_id', 'household_id', name=op.f('pk_group_joins'))
    )
    op.create_table('group_purchases',
    sa.Column('promotion_id', sa.String(length=20), nullable=False),
    sa.Column('closes_at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('joined_packs', sa.Integer(), nullable=False),
    sa.Column('closed_at', market.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint('joined_packs >= 0', name=op.f('ck_group_purchases_joined_not_negative')),
    sa.ForeignKeyConstraint(['promotion_id'], ['promotions.id'], name=op.f('fk_group_purchases_promotion_id_promotions'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('promotion_id', name=op.f('pk_group_purchases'))
    )
    with op.batch_alter_table('group_purchases', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_group_purchases_closes_at'), ['closes_at'], unique=False)

    op.create_table('promotion_proofs',
    sa.Column('promotion_id', sa.String(length=20), nullable=False),
    sa.Column('household_id', sa.String(length=20), nullable=False),
    sa.Column('pieces', sa.Integer(), nullable=False),
    sa.Column('accepted', sa.Integer(), nullable=False),
    sa.Column('used', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.Column('file_id', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('sent_at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('decided_at', market.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.String(length=20), nullable=True),
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.CheckConstraint("state in ('waiting', 'accepted', 'refused')", name=op.f('ck_promotion_proofs_state_known')),
    sa.CheckConstraint('accepted >= 0 and accepted <= pieces', name=op.f('ck_promotion_proofs_accepted_within')),
    sa.CheckConstraint('pieces between 1 and 99', name=op.f('ck_promotion_proofs_pieces')),
    sa.CheckConstraint('used >= 0 and used <= accepted', name=op.f('ck_promotion_proofs_used_within')),
    sa.ForeignKeyConstraint(['household_id'], ['accounts.id'], name=op.f('fk_promotion_proofs_household_id_accounts')),
    sa.ForeignKeyConstraint(['promotion_id'], ['promotions.id'], name=op.f('fk_promotion_proofs_promotion_id_promotions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_promotion_proofs'))
    )
    with op.batch_alter_table('promotion_proofs', schema=None) as batch_op:
        batch_op.create_index('ix_promotion_proofs_of_household', ['household_id', 'promotion_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_promotion_proofs_promotion_id'), ['promotion_id'], unique=False)

    op.create_table('promotion_vouchers',
    sa.Column('promotion_id', sa.String(length=20), nullable=False),
    sa.Column('household_id', sa.String(length=20), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('issued_at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('redeemed_at', market.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('redeemed_by', sa.String(length=20), nullable=True),
    sa.Column('seller_id', sa.String(length=20), nullable=True),
    sa.Column('goods_fen', sa.BigInteger(), nullable=True),
    sa.Column('off_fen', sa.BigInteger(), nullable=True),
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.CheckConstraint('(redeemed_at is null) = (seller_id is null)', name=op.f('ck_promotion_vouchers_redeemed_somewhere')),
    sa.ForeignKeyConstraint(['household_id'], ['accounts.id'], name=op.f('fk_promotion_vouchers_household_id_accounts')),
    sa.ForeignKeyConstraint(['promotion_id'], ['promotions.id'], name=op.f('fk_promotion_vouchers_promotion_id_promotions'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['seller_id'], ['sellers.id'], name=op.f('fk_promotion_vouchers_seller_id_sellers')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_promotion_vouchers')),
    sa.UniqueConstraint('code', name=op.f('uq_promotion_vouchers_code')),
    sa.UniqueConstraint('promotion_id', 'household_id', name=op.f('uq_promotion_vouchers_promotion_id_household_id'))
    )
    with op.batch_alter_table('promotion_vouchers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_promotion_vouchers_seller_id'), ['seller_id'], unique=False)

    op.create_table('order_freight_adjustments',
    sa.Column('seller_order_id', sa.String(length=20), nullable=False),
    sa.Column('promotion_id', sa.String(length=20), nullable=False),
    sa.Column('label', sa.String(length=200), nullable=False),
    sa.Column('label_en', sa.String(length=200), nullable=False),
    sa.Column('bearer', sa.String(length=32), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.CheckConstraint('amount_fen < 0', name=op.f('ck_order_freight_adjustments_negative')),
    sa.ForeignKeyConstraint(['seller_order_id'], ['seller_orders.id'], name=op.f('fk_order_freight_adjustments_seller_order_id_seller_orders')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_order_freight_adjustments'))
    )
    with op.batch_alter_table('order_freight_adjustments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_order_freight_adjustments_promotion_id'), ['promotion_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_order_freight_adjustments_seller_order_id'), ['seller_order_id'], unique=False)

    op.create_table('listing_prices',
    sa.Column('listing_id', sa.String(length=20), nullable=False),
    sa.Column('price_fen', sa.BigInteger(), nullable=False),
    sa.Column('from_at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.CheckConstraint('price_fen > 0', name=op.f('ck_listing_prices_price_fen')),
    sa.ForeignKeyConstraint(['listing_id'], ['listings.id'], name=op.f('fk_listing_prices_listing_id_listings'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_listing_prices'))
    )
    with op.batch_alter_table('listing_prices', schema=None) as batch_op:
        batch_op.create_index('ix_listing_prices_of_listing', ['listing_id', 'from_at'], unique=False)

    with op.batch_alter_table('listings', schema=None) as batch_op:
        batch_op.add_column(sa.Column('was_fen', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('was_until', market.db.types.UtcDateTime(timezone=True), nullable=True))

    with op.batch_alter_table('order_line_adjustments', schema=None) as batch_op:
        batch_op.alter_column('bearer',
               existing_type=sa.VARCHAR(length=20),
               type_=sa.String(length=32),
               existing_nullable=False)

    with op.batch_alter_table('order_lines', schema=None) as batch_op:
        batch_op.add_column(sa.Column('gift_of', sa.String(length=20), nullable=True))

    with op.batch_alter_table('seller_orders', schema=None) as batch_op:
        batch_op.add_column(sa.Column('drop_point', sa.String(length=80), nullable=False, server_default=''))

    with op.batch_alter_table('promotion_redemptions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('packs', sa.Integer(), nullable=False, server_default='1'))
        batch_op.add_column(sa.Column('channel', sa.String(length=10), nullable=False, server_default='online'))

    with op.batch_alter_table('promotions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('layer', sa.String(length=10), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('terms', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False, server_default='{}'))

    # The price in force is the one to go on from; since when, only the last change tells.
    op.execute(
        "INSERT INTO listing_prices (id, listing_id, price_fen, from_at) "
        "SELECT id, id, price_fen, updated_at FROM listings"
    )


def downgrade() -> None:
    op.drop_column('promotions', 'terms')
    op.drop_column('promotions', 'layer')

    op.drop_column('promotion_redemptions', 'channel')
    op.drop_column('promotion_redemptions', 'packs')

    op.drop_column('seller_orders', 'drop_point')
    op.drop_column('order_lines', 'gift_of')

    with op.batch_alter_table('order_line_adjustments', schema=None) as batch_op:
        batch_op.alter_column('bearer',
               existing_type=sa.String(length=32),
               type_=sa.VARCHAR(length=20),
               existing_nullable=False)

    op.drop_column('listings', 'was_until')
    op.drop_column('listings', 'was_fen')

    with op.batch_alter_table('listing_prices', schema=None) as batch_op:
        batch_op.drop_index('ix_listing_prices_of_listing')

    op.drop_table('listing_prices')
    with op.batch_alter_table('order_freight_adjustments', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_order_freight_adjustments_seller_order_id'))
        batch_op.drop_index(batch_op.f('ix_order_freight_adjustments_promotion_id'))

    op.drop_table('order_freight_adjustments')
    with op.batch_alter_table('promotion_vouchers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_promotion_vouchers_seller_id'))

    op.drop_table('promotion_vouchers')
    with op.batch_alter_table('promotion_proofs', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_promotion_proofs_promotion_id'))
        batch_op.drop_index('ix_promotion_proofs_of_household')

    op.drop_table('promotion_proofs')
    with op.batch_alter_table('group_purchases', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_group_purchases_closes_at'))

    op.drop_table('group_purchases')
    op.drop_table('group_joins')
    op.drop_table('till_entries')
    op.drop_table('household_flags')
    op.drop_table('campaign_enrolments')
    op.drop_table('promotion_caps')
    with op.batch_alter_table('campaigns', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_campaigns_region_code'))

    op.drop_table('campaigns')
