"""Reading what is stored."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import bindparam, select
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


_OWNED = (
    select(StoredFile)
    .where(
        StoredFile.owner_kind == bindparam("kind"),
        StoredFile.owner_id.in_(bindparam("ids", expanding=True)),
    )
    .order_by(StoredFile.owner_id, StoredFile.position, StoredFile.id)
)


def files_of(
    session: Session, owner_kind: str, owner_ids: Collection[str]
) -> dict[str, list[FileView]]:
    """The files of several owners in their order, in one statement."""
    rows = session.scalars(_OWNED, {"kind": owner_kind, "ids": list(owner_ids)})
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
