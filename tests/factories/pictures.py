"""Small real pictures."""

import io

from PIL import Image


def jpeg(width: int = 64, height: int = 48) -> bytes:
    """A JPEG with a camera's place in its EXIF."""
    picture = Image.new("RGB", (width, height), "#0B6847")
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    exif.get_ifd(0x8825)[1] = "N"
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()
