"""A temporary PostgreSQL server of this run's own, on a free loopback port."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

# Tests make small databases by the hundred: nothing is to be saved for long or planned at length.
HASTY = [
    word
    for setting in ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "jit=off",
                    "autovacuum=off", "max_wal_size=4GB")
    for word in ("-c", setting)
]  # fmt: skip


class PostgresMissing(RuntimeError):
    """No PostgreSQL server programs on this machine."""


def binaries() -> Path:
    """The directory of initdb and postgres. Raises PostgresMissing."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not versions:
        raise PostgresMissing("install the Debian packages postgresql and postgresql-contrib")
    return versions[-1].parent


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _unprivileged() -> dict[str, int]:
    """initdb refuses root: run it as a system account then."""
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam("postgres")
    return {"user": account.pw_uid, "group": account.pw_gid}


@contextmanager
def temporary_server(*, durable: bool = True) -> Iterator[str]:
    """Start a server, by default as durable as in production, otherwise one that does not wait
    for the disk; yields a URL; stops it at the end."""
    programs = binaries()
    as_user = _unprivileged()
    base = Path(tempfile.mkdtemp(prefix="market-pg-"))
    if as_user:
        os.chown(base, as_user["user"], as_user["group"])
    port = free_port()
    subprocess.run(
        [programs / "initdb", "-D", base / "data", "-U", "market", "-A", "trust",
         "--locale=C.UTF-8", "-E", "UTF8"], check=True, capture_output=True, cwd=base, **as_user,
    )  # fmt: skip
    log = (base / "log").open("w")
    server = subprocess.Popen(
        [programs / "postgres", "-D", base / "data", "-p", str(port), "-k", base,
         "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=120",
         "-c", "shared_buffers=128MB", *([] if durable else HASTY)],
        stdout=subprocess.DEVNULL, stderr=log, cwd=base, **as_user,
    )  # fmt: skip
    try:
        _wait(port, server, base / "log")
        yield f"postgresql+psycopg://market@127.0.0.1:{port}/postgres"
    finally:
        server.send_signal(signal.SIGINT)  # "fast": does not wait for open connections
        server.wait(20)
        log.close()
        shutil.rmtree(base, ignore_errors=True)


def _wait(port: int, server: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(150):
        if server.poll() is not None:
            raise RuntimeError(log.read_text())
        try:
            psycopg.connect(f"host=127.0.0.1 port={port} user=market dbname=postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("PostgreSQL did not start")
