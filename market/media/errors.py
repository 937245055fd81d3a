"""Refusals of uploads."""

from market.kernel.errors import Invalid, NotFound
from market.kernel.i18n import N_


class UnreadablePhoto(Invalid):
    """The bytes are not a picture of an accepted kind."""

    message = N_("这个文件不是能用的照片，请传 JPG、PNG 或 WebP")


class PhotoTooLarge(Invalid):
    """Too many pixels or bytes."""

    message = N_("照片太大了，最多 %(megapixels)s 百万像素")


class UnreadableDocument(Invalid):
    """The bytes are neither PDF nor picture."""

    message = N_("文件只收 PDF、JPG 或 PNG")


class DocumentTooLarge(Invalid):
    """Too many bytes."""

    message = N_("文件太大了，最多 %(megabytes)s MB")


class FileMissing(NotFound):
    """No such stored file."""

    message = N_("没有这个文件")
