"""Pages travel compressed: a village line is slow, and a page is mostly repeated markup."""

import gzip
from functools import lru_cache

from flask import Flask, Response, request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

SMALLEST = 1024  # below this the header costs what compression saves
LEVEL = 3  # a third of the time of 5, for pages that are a twentieth longer


def init_app(app: Flask) -> None:
    """Compress HTML for clients that take gzip."""

    @app.after_request
    def compress(response: Response) -> Response:
        if response.mimetype != "text/html" or response.is_streamed:
            return response
        if "Vary" in response.headers:
            response.vary.add("Accept-Encoding")
        else:  # nearly always; the set of `vary` is dear
            response.headers.add("Vary", "Accept-Encoding")
        taken = _takes_gzip(request.environ.get("HTTP_ACCEPT_ENCODING", ""))
        if response.headers.get("Content-Encoding") or not taken:
            return response
        page = response.get_data()
        if len(page) < SMALLEST:
            return response
        response.set_data(gzip.compress(page, LEVEL, mtime=0))
        response.headers.add("Content-Encoding", "gzip")
        if (tag := response.get_etag()[0]) is not None:
            response.set_etag(tag, weak=True)
        return response


@lru_cache(64)
def _takes_gzip(accepted: str) -> bool:
    """Kept, because browsers send one of a few values, and to read one costs as much as a text
    costs to look up twenty times."""
    return parse_accept_header(accepted, Accept)["gzip"] > 0
