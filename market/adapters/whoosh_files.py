"""Lets Whoosh read an index from the mapped file, where it would copy all of it into memory.

At 100,000 listings the copy alone would be some 90 MB in every process.
"""

import io
import mmap
import os
from typing import Any

from whoosh.filedb import compound
from whoosh.filedb.structfile import BufferFile, StructFile


class MappedBytes:
    """Reads, seeks and tells like a file, over a part of a mapped one."""

    def __init__(self, view: memoryview) -> None:
        self._view = view
        self._at = 0

    def read(self, size: int | None = -1) -> bytes:
        """The next `size` bytes, the rest when negative."""
        end = len(self._view) if size is None or size < 0 else self._at + size
        found = bytes(self._view[self._at : end])
        self._at += len(found)
        return found

    def readline(self) -> bytes:
        """Up to and with the next line end; pickles need it."""
        line = io.BytesIO(self._view[self._at : self._at + 4096]).readline()
        self._at += len(line)
        return line

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go somewhere."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: len(self._view)}[whence]
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        """Where the next byte is read."""
        return self._at

    def close(self) -> None:
        """Let go of the map."""
        self._view.release()


class MappedFile(BufferFile):
    """Whoosh's file over a buffer, without its copy."""

    def __init__(self, buf: memoryview, name: str | None = None, onclose: Any = None) -> None:
        StructFile.__init__(self, MappedBytes(buf), name=name, onclose=onclose)
        self._buf = buf

    def subset(self, position: int, length: int, name: str | None = None) -> "MappedFile":
        """A part as a file of its own, still without a copy."""
        return MappedFile(self._buf[position : position + length], name=name or self._name)


def give_back(reader: Any) -> None:
    """Pages of the mapped file that were read stay with the system, which shares them between
    processes, but no longer count as memory of this one. To map them again costs a search some
    tens of microseconds."""
    source = getattr(getattr(reader.storage(), "a", None), "_source", None)
    if isinstance(source, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        source.madvise(mmap.MADV_DONTNEED)


def install() -> None:
    """Use mapped files for every index opened from now on."""
    compound.BufferFile = MappedFile
