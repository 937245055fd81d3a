"""What the goods of a demonstration project are used for.

Revision ID: 0026b
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None
_STRUCTURAL = ("G101", "G102", "G103", "G104", "G106", "G108", "X01", "X02", "X03", "X07")
_OUTDOOR = ("G202", "G204", "G206", "G302", "G505", "G508", "X04", "X06", "X13")


def upgrade() -> None:
    with op.batch_alter_table("demonstration_lines") as table:
        table.add_column(sa.Column("use", sa.String(12), nullable=False, server_default="indoor"))
        table.create_check_constraint(
            op.f("ck_demonstration_lines_known_use"),
            "\"use\" IN ('structural', 'indoor', 'child_room', 'outdoor')",
        )
    _fill()


def downgrade() -> None:
    with op.batch_alter_table("demonstration_lines") as table:
        table.drop_constraint(op.f("ck_demonstration_lines_known_use"), type_="check")
        table.drop_column("use")


def _fill() -> None:
    """What is usual for the kind and the part it went into."""
    lines = sa.table(
        "demonstration_lines", sa.column("kind_code"), sa.column("place"), sa.column("use")
    )
    kind, place = lines.c.kind_code, lines.c.place
    outer = sa.or_(
        place.in_(("wall", "roof", "window", "door")),
        sa.and_(place == "other", kind.in_(_OUTDOOR)),
    )
    op.execute(
        sa.update(lines).values(
            use=sa.case(
                (kind.in_(_STRUCTURAL), "structural"), (outer, "outdoor"), else_="indoor"
            )
        )
    )
