"""Static files under names that change with their content, and two stylesheets made of many.

`static/css` is kept as small files; a layout links one bundle. Bundles are joined and
minified once at start into the data directory, drawings and scripts are put beside them, all
of them compressed as well, and everything is served by WhiteNoise with a far-future cache
lifetime.
"""

import gzip
import hashlib
from pathlib import Path

import rcssmin
from flask import Flask
from whitenoise import WhiteNoise

BUNDLES = {
    "site.css": ("tokens", "base", "components", "domains/*"),
    "desk.css": ("desk",),
}

COMPRESSED = ("img/**/*.svg", "js/*.js")  # sixty drawings of a list weigh half as much


class Assets:
    """Knows the public address of every static file."""

    def __init__(self, static_dir: Path, build_dir: Path) -> None:
        self.static_dir = static_dir
        self.build_dir = build_dir
        self._urls: dict[str, str] = {}
        self._make_bundles()
        for pattern in COMPRESSED:
            for path in sorted(static_dir.glob(pattern)):
                self._publish(path.relative_to(static_dir).as_posix(), path.name, path.read_bytes())

    def url(self, path: str) -> str:
        """The address of `css/site.css`, `img/x.svg`, … with the hash of its content.

        Raises FileNotFoundError for a file that is not there.
        """
        if path not in self._urls:
            content = (self.static_dir / path).read_bytes()
            self._urls[path] = f"/static/{path}?v={_digest(content)}"
        return self._urls[path]

    def _make_bundles(self) -> None:
        self.build_dir.mkdir(parents=True, exist_ok=True)
        for name, parts in BUNDLES.items():
            sheets = [
                path.read_text(encoding="utf-8")
                for part in parts
                for path in sorted((self.static_dir / "css").glob(f"{part}.css"))
            ]
            css = rcssmin.cssmin("\n".join(sheets)).encode()
            self._publish(f"css/{name}", name, css)

    def _publish(self, path: str, name: str, content: bytes) -> None:
        """Put a text under a name of its own content, and beside it compressed."""
        target = f"{Path(name).stem}.{_digest(content)}{Path(name).suffix}"
        if not (self.build_dir / f"{target}.gz").exists():
            _write(self.build_dir / target, content)
            _write(self.build_dir / f"{target}.gz", gzip.compress(content, 9, mtime=0))
        self._urls[path] = f"/assets/{target}"


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=6).hexdigest()


def _write(path: Path, content: bytes) -> None:
    if not path.exists():
        temporary = path.with_suffix(f"{path.suffix}.{id(content):x}.part")
        temporary.write_bytes(content)
        temporary.replace(path)


def init_app(app: Flask, static_dir: Path, data_dir: Path) -> None:
    """Bundle the styles and put WhiteNoise in front of `app`."""
    assets = Assets(static_dir, data_dir / "assets")
    app.extensions["market.assets"] = assets
    served = WhiteNoise(app.wsgi_app, max_age=31_536_000)
    served.add_files(str(static_dir), prefix="static/")
    served.add_files(str(assets.build_dir), prefix="assets/")
    app.wsgi_app = served  # type: ignore[method-assign]
