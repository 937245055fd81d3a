"""Index builds in a directory: each in a folder of its own, `current` names the one in use.

A build becomes visible by one rename, so readers never see half an index. One lock keeps
updates and rebuilds of all processes of this machine apart. Whoever cannot read a build
leaves a note beside it, so that the worker builds anew what looks whole from outside.
"""

import fcntl
import os
import shutil
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from market.kernel.ids import new_id
from market.search.types import IndexBusy, IndexUnusable

WAIT = 20.0  # seconds for another writer
SETTLED = 600.0  # seconds; a younger build is not doubted again, in case the question is at fault


class Builds:
    """The builds of one engine's version under a directory."""

    def __init__(self, root: Path, version: str, wait: float = WAIT) -> None:
        self.root, self.version, self.wait = root, version, wait
        self._threads = threading.Lock()
        self._pointer: str = str(root / "current")
        self._last: Path | None = None  # asked for at every search

    def current(self) -> Path:
        """The folder in use. Raises IndexUnusable when there is none of this version."""
        try:
            name = _read(self._pointer)
            if self._last is not None and self._last.name == name and self._last.is_dir():
                return self._last
        except OSError as error:
            raise IndexUnusable(str(error)) from error
        if not name.startswith(f"{self.version}-") or not (self.root / name).is_dir():
            raise IndexUnusable(f"the index is of another version or gone: {name[:40]!r}")
        self._last = self.root / name
        return self._last

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One writer at a time on this machine; the lock ends with its process. Raises IndexBusy
        when another one does not finish."""
        self.root.mkdir(parents=True, exist_ok=True)
        until = time.monotonic() + self.wait
        if not self._threads.acquire(timeout=self.wait):
            raise IndexBusy("another thread writes the index")
        try:
            with (self.root / ".writing").open("w") as lock:
                while not _locked(lock):
                    if time.monotonic() > until:
                        raise IndexBusy("another process writes the index")
                    time.sleep(0.05)
                yield
        finally:
            self._threads.release()

    def doubt(self, error: Exception) -> None:
        """Note that the build in use could not be read. What the system refused (no memory, no
        files left, a build just swept away) says nothing about it."""
        if isinstance(error, OSError | MemoryError):
            return
        with suppress(OSError, IndexUnusable):
            current = self.current()
            if time.time() - current.stat().st_mtime > SETTLED:
                (self.root / "doubted").write_text(current.name)

    def check(self) -> None:
        """Raises IndexUnusable when somebody could not read the build in use."""
        current = self.current()
        with suppress(OSError):
            if (self.root / "doubted").read_text() == current.name:
                raise IndexUnusable("a search could not read the index")

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


def _locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(path: str) -> str:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return os.read(descriptor, 200).decode(errors="replace").strip()
    finally:
        os.close(descriptor)


def sizes(directory: Path, names: Iterable[str]) -> dict[str, int]:
    """Bytes of these files; a mapped file that was cut short must not be read any more."""
    begin = f"{directory}{os.sep}"
    try:
        return {name: os.stat(begin + name).st_size for name in names}
    except OSError as error:
        raise IndexUnusable(str(error)) from error
