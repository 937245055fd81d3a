"""The smallest Flask site: what a request costs before we do anything."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def index() -> str:
    """A short answer."""
    return "ok"
