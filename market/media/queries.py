"""Reading what is stored."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.orm import Session

from market.db.plain import Columns, read
from market.media.models import StoredFile


@dataclass(frozen=True)
class FileView:
    """A stored file; `url(width)` is for public photos."""

    id: str
    kind: str
    caption: str
    original_name: str
    media_type: str
    width: int | None
    height: int | None
    paths: dict[str, str]

    def url(self, width: int = 640, kind: str = "webp") -> str:
        """The public address of a photo (320, 640 or 1280 wide; 320 also as avif)."""
        path = self.paths[f"{width}.{kind}"]
        return "/media/" + path.removeprefix("public/")


_FILE = Columns(StoredFile, "id kind caption original_name media_type width height paths owner_id")
_OWNED = (
    select(*_FILE.columns)
    .where(
        _FILE.of.owner_kind == bindparam("kind"),
        _FILE.of.owner_id.in_(bindparam("ids", expanding=True)),
    )
    .order_by(_FILE.of.owner_id, _FILE.of.position, _FILE.of.id)
)


def has_files(owner_kind: str, owner_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Within a statement of others: whether a row owns any files."""
    return (
        select(_FILE.of.id)
        .where(_FILE.of.owner_kind == owner_kind, _FILE.of.owner_id == owner_id)
        .exists()
    )


def files_of(
    session: Session, owner_kind: str, owner_ids: Collection[str]
) -> dict[str, list[FileView]]:
    """The files of several owners in their order, in one statement."""
    found: dict[str, list[FileView]] = {}
    for row in map(_FILE.cut, read(session, _OWNED, {"kind": owner_kind, "ids": list(owner_ids)})):
        view = FileView(
            row.id,
            row.kind,
            row.caption,
            row.original_name,
            row.media_type,
            row.width,
            row.height,
            dict(row.paths),
        )
        found.setdefault(row.owner_id, []).append(view)
    return found
