"""Pages travel compressed: a village line is slow, and a page is mostly repeated markup."""

import gzip

from flask import Flask, Response, request

SMALLEST = 1024  # below this the header costs what compression saves
LEVEL = 5


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
        asked = request.environ.get("HTTP_ACCEPT_ENCODING", "")
        if "gzip" not in asked or not request.accept_encodings["gzip"]:
            return response
        if response.headers.get("Content-Encoding"):
            return response
        page = response.get_data()
        if len(page) < SMALLEST:
            return response
        response.set_data(gzip.compress(page, LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        if (tag := response.get_etag()[0]) is not None:
            response.set_etag(tag, weak=True)
        return response
