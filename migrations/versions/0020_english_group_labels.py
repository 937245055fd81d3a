"""The English name of the bundle that a line of an order came with; what bundles are written for."""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

LINES = sa.table(
    "order_lines", sa.column("group_origin", sa.String), sa.column("group_label_en", sa.String)
)
VERSIONS = sa.table(
    "bundle_versions",
    sa.column("bundle_id", sa.String), sa.column("version", sa.Integer), sa.column("content"),
)  # fmt: skip


def upgrade() -> None:
    op.add_column(
        "order_lines",
        sa.Column("group_label_en", sa.String(200), nullable=False, server_default=""),
    )
    json_type = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
    op.add_column("bundles", sa.Column("site", json_type, nullable=False, server_default="{}"))
    bind = op.get_bind()
    origins = sa.select(LINES.c.group_origin).where(LINES.c.group_origin != "").distinct()
    for origin in bind.scalars(origins).all():
        name = _name(bind, origin)
        if name:
            bind.execute(
                sa.update(LINES).where(LINES.c.group_origin == origin).values(group_label_en=name)
            )


def downgrade() -> None:
    op.execute("ALTER TABLE bundles DROP COLUMN site")
    op.execute("ALTER TABLE order_lines DROP COLUMN group_label_en")


def _name(bind: sa.Connection, origin: str) -> str:
    """The English name in the version that a line was made from: "<bundle>@<version>"."""
    bundle_id, _, version = origin.partition("@")
    content = bind.scalar(
        sa.select(VERSIONS.c.content).where(
            VERSIONS.c.bundle_id == bundle_id, VERSIONS.c.version == int(version or 0)
        )
    )
    known = json.loads(content) if isinstance(content, str) else content or {}
    return str(known.get("name_en", ""))[:200]
