"""Decoding and re-encoding of uploads: what leaves here carries no metadata and no script."""

import io
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from market.media.errors import PhotoTooLarge, UnreadablePhoto

FORMATS = ("JPEG", "PNG", "WEBP")
MAX_MEGAPIXELS = 50
WIDTHS = (320, 640, 1280)
_QUALITY = {320: 68, 640: 74, 1280: 78}


@dataclass(frozen=True)
class EncodedPhoto:
    """The same picture in several widths as WebP, and in the smallest as AVIF too."""

    width: int
    height: int
    files: dict[str, bytes]


def encode(data: bytes) -> EncodedPhoto:
    """Decode one photo and encode it anew in the widths we serve.

    Orientation is applied and all metadata (place, camera) is dropped.
    Raises UnreadablePhoto for anything but JPEG, PNG and WebP, and PhotoTooLarge above
    50 megapixels (checked before the pixels are decoded).
    """
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            if opened.width * opened.height > MAX_MEGAPIXELS * 1_000_000:
                raise PhotoTooLarge(megapixels=MAX_MEGAPIXELS)
            opened.draft("RGB", (WIDTHS[-1] * 2, WIDTHS[-1] * 2))
            picture = ImageOps.exif_transpose(opened).convert("RGB")
    except Image.DecompressionBombError:
        raise PhotoTooLarge(megapixels=MAX_MEGAPIXELS) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError):
        raise UnreadablePhoto() from None
    return _in_sizes(picture)


def _in_sizes(picture: Image.Image) -> EncodedPhoto:
    files: dict[str, bytes] = {}
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    for width in WIDTHS:
        scaled = _scaled(clean, width)
        files[f"{width}.webp"] = _saved(scaled, "WEBP", quality=_QUALITY[width], method=4)
        if width == WIDTHS[0]:
            files[f"{width}.avif"] = _saved(scaled, "AVIF", quality=50, speed=8)
    return EncodedPhoto(clean.width, clean.height, files)


def _scaled(picture: Image.Image, width: int) -> Image.Image:
    if picture.width <= width:
        return picture
    height = max(1, round(picture.height * width / picture.width))
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def _saved(picture: Image.Image, kind: str, **options: int) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()
