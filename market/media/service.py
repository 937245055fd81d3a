"""Keeping uploads. Bytes are decoded and written before any transaction is open."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePath

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.kernel.ids import new_id
from market.media.errors import DocumentTooLarge, FileMissing, UnreadableDocument, UnreadablePhoto
from market.media.models import StoredFile

MAX_DOCUMENT_MB = 10
_root: list[Path] = []


@dataclass(frozen=True)
class NewFile:
    """Bytes already on disk, waiting for the row that says whose they are."""

    id: str
    kind: str
    original_name: str
    media_type: str
    byte_count: int
    width: int | None
    height: int | None
    paths: dict[str, str]


def use_directory(root: Path) -> None:
    """Where files are kept; set once by the composition root."""
    _root[:] = [root]


def directory() -> Path:
    """Where files are kept."""
    return _root[0]


def store_photo(data: bytes, filename: str = "", *, private: bool = False) -> NewFile:
    """Re-encode and write a photo. Raises UnreadablePhoto or PhotoTooLarge.

    A private photo is served only by its owner's package (`private_path`), a public one
    under /media/.
    """
    from market.media import images  # noqa: PLC0415 (its codecs take 3 MB of a process)

    photo = images.encode(data)
    file_id = new_id()
    area = "private" if private else "public"
    paths = {name: _write(area, f"{file_id}-{name}", body) for name, body in photo.files.items()}
    size = sum(len(body) for body in photo.files.values())
    kind = "private_photo" if private else "photo"
    return NewFile(
        file_id, kind, _name(filename), "image/webp", size, photo.width, photo.height, paths
    )


def store_document(data: bytes, filename: str) -> NewFile:
    """Write a private proof document: a PDF as it is, a picture re-encoded.

    Raises UnreadableDocument or DocumentTooLarge.
    """
    if len(data) > MAX_DOCUMENT_MB * 1024 * 1024:
        raise DocumentTooLarge(megabytes=MAX_DOCUMENT_MB)
    if not data.startswith(b"%PDF-"):
        try:
            return store_photo(data, filename, private=True)
        except UnreadablePhoto:
            raise UnreadableDocument() from None
    file_id = new_id()
    path = _write("private", f"{file_id}.pdf", data)
    return NewFile(
        file_id,
        "document",
        _name(filename),
        "application/pdf",
        len(data),
        None,
        None,
        {"file": path},
    )


def attach(
    session: Session, file: NewFile, owner_kind: str, owner_id: str, *, now: datetime,
    caption: str = "",
) -> str:  # fmt: skip
    """Record whose the file is; returns its id."""
    position = session.scalar(
        select(func.count(StoredFile.id)).where(
            StoredFile.owner_kind == owner_kind, StoredFile.owner_id == owner_id
        )
    )
    session.add(
        StoredFile(
            id=file.id,
            kind=file.kind,
            owner_kind=owner_kind,
            owner_id=owner_id,
            position=position or 0,
            caption=caption,
            original_name=file.original_name,
            media_type=file.media_type,
            byte_count=file.byte_count,
            width=file.width,
            height=file.height,
            paths=file.paths,
            uploaded_at=now,
        )
    )
    session.flush()
    return file.id


def detach(session: Session, file_id: str, owner_kind: str, owner_id: str) -> None:
    """Forget a file of this owner. Raises FileMissing for another owner's."""
    row = _owned(session, file_id, owner_kind, owner_id)
    session.delete(row)
    session.flush()


def private_path(
    session: Session, file_id: str, owner_kind: str, owner_id: str, width: int = 1280
) -> tuple[Path, str, str]:
    """(path, media type, file name) of a private file of this owner, whose package has
    checked the reader's right. Raises FileMissing."""
    row = _owned(session, file_id, owner_kind, owner_id)
    relative = row.paths.get("file") or row.paths.get(f"{width}.webp")
    path = directory() / str(relative)
    if relative is None or not path.is_file():
        raise FileMissing()
    suffix = PurePath(str(relative)).suffix
    return path, row.media_type, f"{row.id}{suffix}"


def _owned(session: Session, file_id: str, owner_kind: str, owner_id: str) -> StoredFile:
    row = session.get(StoredFile, file_id)
    if row is None or (row.owner_kind, row.owner_id) != (owner_kind, owner_id):
        raise FileMissing()
    return row


def _write(area: str, name: str, body: bytes) -> str:
    relative = f"{area}/{name[:2]}{name[12:14]}/{name}"
    path = directory() / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return relative


def _name(filename: str) -> str:
    plain = PurePath(filename.replace("\\", "/")).name
    return "".join(c for c in plain if c.isprintable())[:200]
