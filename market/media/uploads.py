"""From a form's field to a stored proof document: slow, so before the transaction."""

from market.kernel.errors import DomainError
from market.media.service import NewFile, store_document
from market.web.forms import PhotoField


def stored(field: PhotoField) -> NewFile | None:
    """What was uploaded, None when nothing was.

    Raises UnreadableDocument or DocumentTooLarge, which name the field.
    """
    data = field.bytes()
    return _store(field, data) if data else None


def stored_file(field: PhotoField) -> NewFile:
    """What was uploaded into a field that must be filled. Raises like `stored`."""
    return _store(field, field.bytes() or b"")


def _store(field: PhotoField, data: bytes) -> NewFile:
    try:
        return store_document(data, field.data.filename)
    except DomainError as error:
        error.field = field.short_name
        raise
