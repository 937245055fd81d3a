"""A small registry of certificates over HTTP for tests: pages, changes, errors, delays."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Registry:
    """What it knows, and how the next answers go wrong (one entry of `faults` per answer).

    Faults: "500", "404", "slow" (no answer for a second), "trickle" (a byte now and then),
    "cut" (half a body), "html", "away" (a redirection), "elsewhere" (the next page at another
    server).
    """

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.faults: list[str] = []
        self.asked = 0
        self.page_size = 2
        self.url = ""

    def change(self, number: str, **values: Any) -> None:
        """The registry changes its mind about a number, or learns of it."""
        for row in self.rows:
            if row["number"] == number:
                row.update(values)
                return
        self.rows.append({"number": number, **values})

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """One page, or the next fault."""
        self.asked += 1
        fault = self.faults.pop(0) if self.faults else ""
        start = int(request.path.partition("from=")[2] or 0)
        following = start + self.page_size
        more = f"/list?from={following}" if following < len(self.rows) else None
        if fault == "elsewhere":
            more = "http://127.0.0.2:9/list"
        page = {"certificates": self.rows[start:following], "next": more}
        body = b"<html>" if fault == "html" else json.dumps(page).encode()
        status = int(fault) if fault.isdigit() else 302 if fault == "away" else 200
        if fault == "slow":
            time.sleep(1)
        request.send_response(status)
        if fault == "away":
            request.send_header("Location", "/list")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        if fault == "trickle":
            for byte in body:
                request.wfile.write(bytes([byte]))
                request.wfile.flush()
                time.sleep(0.1)
        else:
            request.wfile.write(body[: len(body) // 2] if fault == "cut" else body)


@contextmanager
def running() -> Iterator[Registry]:
    """Serve on a free port of this machine until the block ends."""
    registry = Registry()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                registry.answer(self)
            except OSError:  # the client went away, as it should
                self.close_connection = True

        def log_message(self, *_args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    registry.url = f"http://127.0.0.1:{server.server_port}/list"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield registry
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
