"""Groups of promotions with names of their own; promotions keep the group's id instead of a text."""

import sqlalchemy as sa
from alembic import op

import market.db.types
from market.kernel.clock import SystemClock
from market.kernel.ids import new_id

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

PROMOTIONS = sa.table("promotions", sa.column("stacking_group", sa.String))


def upgrade() -> None:
    instant = market.db.types.UtcDateTime(timezone=True)
    made = op.create_table(
        "stacking_groups",
        sa.Column("id", sa.String(20), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("name_en", sa.String(80), nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("created_by", sa.String(20), nullable=True),
        sa.Column("retired_at", instant, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stacking_groups")),
        sa.UniqueConstraint("name", name=op.f("uq_stacking_groups_name")),
    )
    bind, column = op.get_bind(), PROMOTIONS.c.stacking_group
    typed = sa.select(column).where(column != "").distinct().order_by(column)
    for name in bind.scalars(typed).all():
        key = new_id()
        bind.execute(
            sa.insert(made).values(id=key, name=name, name_en="", created_at=SystemClock().now())
        )
        bind.execute(sa.update(PROMOTIONS).where(column == name).values(stacking_group=key))


def downgrade() -> None:
    groups = sa.table("stacking_groups", sa.column("id", sa.String), sa.column("name", sa.String))
    column = PROMOTIONS.c.stacking_group
    name = sa.select(groups.c.name).where(groups.c.id == column).scalar_subquery()
    op.get_bind().execute(
        sa.update(PROMOTIONS).where(column.in_(sa.select(groups.c.id))).values(stacking_group=name)
    )
    op.drop_table("stacking_groups")
