"""Which revision of the schema the files end with, and which one a database has.

Read without Alembic, which would cost every web process 10 MB.
"""

import re
from functools import cache
from pathlib import Path

from sqlalchemy import text

from market.db.session import Database

DIRECTORY = Path(__file__).parent.parent.parent / "migrations"
_REVISION = re.compile(r'^revision\b[^=]*=\s*["\'](\w+)["\']', re.MULTILINE)
_BEFORE = re.compile(r'^down_revision\b[^=]*=\s*["\'](\w+)["\']', re.MULTILINE)


@cache
def head() -> str | None:
    """The newest revision in the files: the one that no other comes after."""
    sources = [path.read_text(encoding="utf-8") for path in DIRECTORY.glob("versions/*.py")]
    before = {found.group(1) for source in sources if (found := _BEFORE.search(source))}
    here = {found.group(1) for source in sources if (found := _REVISION.search(source))}
    return next(iter(sorted(here - before)), None)


def at_head(database: Database) -> bool:
    """Whether the database has the newest revision. Raises OperationalError without any."""
    with database.readers.connect() as connection:
        return connection.scalar(text("SELECT version_num FROM alembic_version")) == head()
