"""Carbon declarations with their bills, background factors, labels of what was sold; factory
profiles of makers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import market.db.types

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('carbon_factors',
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('category', sa.String(length=20), nullable=False),
    sa.Column('name_zh', sa.String(length=80), nullable=False),
    sa.Column('name_en', sa.String(length=120), nullable=False),
    sa.Column('unit', sa.String(length=12), nullable=False),
    sa.Column('kg_per_unit', sa.Numeric(precision=14, scale=6), nullable=False),
    sa.Column('gas', sa.String(length=4), nullable=False),
    sa.Column('region', sa.String(length=9), nullable=False),
    sa.Column('year', sa.Integer(), nullable=True),
    sa.Column('stage', sa.String(length=8), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('quality', sa.String(length=1), nullable=False),
    sa.Column('basis', sa.Text(), nullable=False),
    sa.Column('supersedes_id', sa.String(length=20), nullable=True),
    sa.Column('created_by', sa.String(length=20), nullable=False),
    sa.Column('created_at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('superseded_at', market.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('updated_at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.CheckConstraint("gas IN ('CO2e','CO2')", name=op.f('ck_carbon_factors_gas')),
    sa.CheckConstraint("quality IN ('A','B','C','D','E')", name=op.f('ck_carbon_factors_quality')),
    sa.CheckConstraint('version >= 1', name=op.f('ck_carbon_factors_version')),
    sa.ForeignKeyConstraint(['supersedes_id'], ['carbon_factors.id'], name=op.f('fk_carbon_factors_supersedes_id_carbon_factors')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_carbon_factors')),
    sa.UniqueConstraint('code', 'version', name=op.f('uq_carbon_factors_code_version')),
    sa.UniqueConstraint('supersedes_id', name=op.f('uq_carbon_factors_supersedes_id'))
    )
    with op.batch_alter_table('carbon_factors', schema=None) as batch_op:
        batch_op.create_index('ix_carbon_factors_updated_at_id', ['updated_at', 'id'], unique=False)

    op.create_table('factory_claims',
    sa.Column('seller_id', sa.String(length=20), nullable=False),
    sa.Column('region_code', sa.String(length=9), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('slot', sa.String(length=100), nullable=False),
    sa.Column('key', sa.String(length=12), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('level', sa.String(length=12), nullable=False),
    sa.Column('list_no', sa.String(length=80), nullable=False),
    sa.Column('share', sa.Numeric(precision=5, scale=2), nullable=True),
    sa.Column('issuer', sa.String(length=120), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('evidence_file_id', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('question', sa.Text(), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('submitted_by', sa.String(length=20), nullable=False),
    sa.Column('submitted_at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.String(length=20), nullable=False),
    sa.Column('decided_at', market.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.CheckConstraint("kind IN ('zero','grade','recognition','waste')", name=op.f('ck_factory_claims_kind')),
    sa.CheckConstraint("state IN ('submitted','asked','answered','approved','refused','ended')", name=op.f('ck_factory_claims_state')),
    sa.CheckConstraint('share IS NULL OR (share > 0 AND share <= 100)', name=op.f('ck_factory_claims_share')),
    sa.ForeignKeyConstraint(['seller_id'], ['sellers.id'], name=op.f('fk_factory_claims_seller_id_sellers')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_factory_claims'))
    )
    with op.batch_alter_table('factory_claims', schema=None) as batch_op:
        batch_op.create_index('ix_factory_claims_region_code_state', ['region_code', 'state'], unique=False)
        batch_op.create_index('ix_factory_claims_seller_id', ['seller_id'], unique=False)
        batch_op.create_index('uq_factory_claims_standing', ['seller_id', 'slot'], unique=True, sqlite_where=sa.text("state = 'approved'"), postgresql_where=sa.text("state = 'approved'"))

    op.create_table('carbon_declarations',
    sa.Column('product_id', sa.String(length=20), nullable=False),
    sa.Column('maker_id', sa.String(length=20), nullable=False),
    sa.Column('region_code', sa.String(length=9), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('unit', sa.String(length=12), nullable=False),
    sa.Column('per_product_unit', sa.Numeric(precision=14, scale=6), nullable=True),
    sa.Column('conversion', sa.String(length=200), nullable=False),
    sa.Column('stages', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('method', sa.String(length=120), nullable=False),
    sa.Column('pcr', sa.String(length=120), nullable=False),
    sa.Column('verifier_body_id', sa.String(length=20), nullable=True),
    sa.Column('verifier_name', sa.String(length=120), nullable=False),
    sa.Column('verifier_number', sa.String(length=80), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('report_file_id', sa.String(length=20), nullable=True),
    sa.Column('evidence', sa.Text(), nullable=False),
    sa.Column('evidence_file_id', sa.String(length=20), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('label', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=True),
    sa.Column('created_by', sa.String(length=20), nullable=False),
    sa.Column('created_at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('submitted_at', market.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('decided_at', market.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.String(length=20), nullable=False),
    sa.Column('superseded_at', market.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_at', market.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('updated_at', market.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.CheckConstraint("state IN ('draft','submitted','refused','verified')", name=op.f('ck_carbon_declarations_state')),
    sa.CheckConstraint('per_product_unit IS NULL OR per_product_unit > 0', name=op.f('ck_carbon_declarations_conversion')),
    sa.CheckConstraint('valid_to IS NULL OR valid_to > valid_from', name=op.f('ck_carbon_declarations_validity')),
    sa.CheckConstraint('version >= 1', name=op.f('ck_carbon_declarations_version')),
    sa.ForeignKeyConstraint(['maker_id'], ['sellers.id'], name=op.f('fk_carbon_declarations_maker_id_sellers')),
    sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_carbon_declarations_product_id_products')),
    sa.ForeignKeyConstraint(['verifier_body_id'], ['certification_bodies.id'], name=op.f('fk_carbon_declarations_verifier_body_id_certification_bodies')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_carbon_declarations')),
    sa.UniqueConstraint('product_id', 'version', name=op.f('uq_carbon_declarations_product_id_version'))
    )
    with op.batch_alter_table('carbon_declarations', schema=None) as batch_op:
        batch_op.create_index('ix_carbon_declarations_maker_id', ['maker_id'], unique=False)
        batch_op.create_index('ix_carbon_declarations_region_code_state', ['region_code', 'state'], unique=False)
        batch_op.create_index('uq_carbon_declarations_open', ['product_id'], unique=True, sqlite_where=sa.text("state IN ('draft','submitted') AND withdrawn_at IS NULL"), postgresql_where=sa.text("state IN ('draft','submitted') AND withdrawn_at IS NULL"))

    op.create_table('carbon_bill_lines',
    sa.Column('declaration_id', sa.String(length=20), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('stage', sa.String(length=8), nullable=False),
    sa.Column('factor_id', sa.String(length=20), nullable=False),
    sa.Column('amount', sa.Numeric(precision=14, scale=6), nullable=False),
    sa.Column('unit', sa.String(length=12), nullable=False),
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.CheckConstraint('amount > 0', name=op.f('ck_carbon_bill_lines_amount')),
    sa.ForeignKeyConstraint(['declaration_id'], ['carbon_declarations.id'], name=op.f('fk_carbon_bill_lines_declaration_id_carbon_declarations')),
    sa.ForeignKeyConstraint(['factor_id'], ['carbon_factors.id'], name=op.f('fk_carbon_bill_lines_factor_id_carbon_factors')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_carbon_bill_lines')),
    sa.UniqueConstraint('declaration_id', 'position', name=op.f('uq_carbon_bill_lines_declaration_id_position'))
    )
    with op.batch_alter_table('carbon_bill_lines', schema=None) as batch_op:
        batch_op.create_index('ix_carbon_bill_lines_factor_id', ['factor_id'], unique=False)

    with op.batch_alter_table('batches', schema=None) as batch_op:
        batch_op.add_column(sa.Column('carbon_label', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=True))

    with op.batch_alter_table('order_lines', schema=None) as batch_op:
        batch_op.add_column(sa.Column('carbon_label', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=True))

    with op.batch_alter_table('products', schema=None) as batch_op:
        batch_op.add_column(sa.Column('carbon_label', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=True))

    with op.batch_alter_table('sellers', schema=None) as batch_op:
        batch_op.add_column(sa.Column('factory_marks', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=True))

    # Nobody could verify a figure before there were declarations; what was marked so is declared.
    products = sa.table("products", sa.column("carbon_trust", sa.String))
    op.execute(
        products.update().where(products.c.carbon_trust == "verified").values(carbon_trust="declared")
    )


def downgrade() -> None:
    with op.batch_alter_table('sellers', schema=None) as batch_op:
        batch_op.drop_column('factory_marks')

    with op.batch_alter_table('products', schema=None) as batch_op:
        batch_op.drop_column('carbon_label')

    with op.batch_alter_table('order_lines', schema=None) as batch_op:
        batch_op.drop_column('carbon_label')

    with op.batch_alter_table('batches', schema=None) as batch_op:
        batch_op.drop_column('carbon_label')

    with op.batch_alter_table('carbon_bill_lines', schema=None) as batch_op:
        batch_op.drop_index('ix_carbon_bill_lines_factor_id')

    op.drop_table('carbon_bill_lines')
    with op.batch_alter_table('carbon_declarations', schema=None) as batch_op:
        batch_op.drop_index('uq_carbon_declarations_open', sqlite_where=sa.text("state IN ('draft','submitted') AND withdrawn_at IS NULL"), postgresql_where=sa.text("state IN ('draft','submitted') AND withdrawn_at IS NULL"))
        batch_op.drop_index('ix_carbon_declarations_region_code_state')
        batch_op.drop_index('ix_carbon_declarations_maker_id')

    op.drop_table('carbon_declarations')
    with op.batch_alter_table('factory_claims', schema=None) as batch_op:
        batch_op.drop_index('uq_factory_claims_standing', sqlite_where=sa.text("state = 'approved'"), postgresql_where=sa.text("state = 'approved'"))
        batch_op.drop_index('ix_factory_claims_seller_id')
        batch_op.drop_index('ix_factory_claims_region_code_state')

    op.drop_table('factory_claims')
    with op.batch_alter_table('carbon_factors', schema=None) as batch_op:
        batch_op.drop_index('ix_carbon_factors_updated_at_id')

    op.drop_table('carbon_factors')
