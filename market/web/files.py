"""Sending private files, after the owning package has checked the reader's right."""

from pathlib import Path

from flask import send_file
from werkzeug.wrappers import Response


def send_private(path: Path, media_type: str, name: str, *, keep_seconds: int = 0) -> Response:
    """The file itself, never kept by shared caches."""
    response = send_file(path, mimetype=media_type, download_name=name, max_age=0)
    response.headers["Cache-Control"] = (
        f"private, max-age={keep_seconds}" if keep_seconds else "private, no-store"
    )
    return response
