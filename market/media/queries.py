"""Reading what is stored."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

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


def files_of(
    session: Session, owner_kind: str, owner_ids: Collection[str]
) -> dict[str, list[FileView]]:
    """The files of several owners in their order, in one statement."""
    rows = session.scalars(
        select(StoredFile)
        .where(StoredFile.owner_kind == owner_kind, StoredFile.owner_id.in_(owner_ids))
        .order_by(StoredFile.owner_id, StoredFile.position, StoredFile.id)
    )
    found: dict[str, list[FileView]] = {}
    for row in rows:
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
