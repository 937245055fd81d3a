"""From a form's field to a stored proof document: slow, so before the transaction."""

from flask_babel import lazy_gettext as _l

from market.kernel.errors import DomainError
from market.media.service import NewFile, store_document
from market.web.forms import Form, PhotoField, Required


class FilesForm(Form):
    """A form with up to two documents, the first of them needed."""

    file = PhotoField(
        _l("凭证"), [Required(_l("附上凭证的照片或 PDF"))],
        description=_l("照片或 PDF，最大 10 MB"),
    )  # fmt: skip
    file2 = PhotoField(_l("再附一份"), description=_l("照片或 PDF，最大 10 MB"))

    def stored(self) -> list[NewFile]:
        """What was sent. Raises like `stored`."""
        found = (stored(self.file), stored(self.file2))
        return [file for file in found if file is not None]


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
