"""Public photos by their unguessable names."""

import re

from flask import Blueprint, send_from_directory
from werkzeug.wrappers import Response

from market.kernel.errors import NotFound
from market.media import service
from market.web.access import PUBLIC, policy

blueprint = Blueprint("media", __name__)
_PATH = re.compile(r"[0-9a-z]{4}/[0-9a-z]{20}-(320|640|1280)\.(webp|avif)")


@blueprint.get("/media/<path:path>")
@policy(PUBLIC)
def show_photo(path: str) -> Response:
    """A public photo; its name changes with its content, so it may be cached for ever."""
    if not _PATH.fullmatch(path):
        raise NotFound()
    response = send_from_directory(service.directory() / "public", path, max_age=31_536_000)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
