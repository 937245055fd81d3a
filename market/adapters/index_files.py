"""Index builds in a directory: each in a folder of its own, `current` names the one in use.

A build becomes visible by one rename, so readers never see half an index. One lock keeps
updates and rebuilds of all processes of this machine apart.
"""

import fcntl
import os
import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from market.kernel.ids import new_id
from market.search.types import IndexUnusable


class Builds:
    """The builds of one engine's version under a directory."""

    def __init__(self, root: Path, version: str) -> None:
        self.root, self.version = root, version
        self._threads = threading.Lock()

    def current(self) -> Path:
        """The folder in use. Raises IndexUnusable when there is none of this version."""
        try:
            name = (self.root / "current").read_text().strip()
        except OSError as error:
            raise IndexUnusable(str(error)) from error
        if not name.startswith(f"{self.version}-") or not (self.root / name).is_dir():
            raise IndexUnusable(f"the index is of another version or gone: {name[:40]!r}")
        return self.root / name

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One writer at a time on this machine; the lock ends with its process."""
        self.root.mkdir(parents=True, exist_ok=True)
        with self._threads, (self.root / ".writing").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @contextmanager
    def fresh(self) -> Iterator[Path]:
        """A new folder that is put in use when the block ends well, and removed otherwise."""
        name = f"{self.version}-{new_id()}"
        directory = self.root / name
        directory.mkdir(parents=True)
        try:
            yield directory
        except BaseException:
            shutil.rmtree(directory, ignore_errors=True)
            raise
        pointer = self.root / f".{name}"
        pointer.write_text(name)
        pointer.replace(self.root / "current")
        self._sweep(keep=name)

    def _sweep(self, keep: str) -> None:
        """Remove older builds, but leave the last one to readers that still have it open."""
        builds = sorted(
            (p for p in self.root.glob("*-*") if p.is_dir() and p.name != keep),
            key=lambda path: path.name.rpartition("-")[2],
        )
        for old in builds[:-1]:
            shutil.rmtree(old, ignore_errors=True)


def sizes(directory: Path, names: Iterable[str]) -> dict[str, int]:
    """Bytes of these files; a mapped file that was cut short must not be read any more."""
    try:
        return {name: os.stat(directory / name).st_size for name in names}
    except OSError as error:
        raise IndexUnusable(str(error)) from error
