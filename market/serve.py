"""`make run`: migrate, seed once, then run the site and its companions until stopped.

Starts gunicorn, the job worker and, when no Stripe key is set, the payment sandbox; all
listen on loopback, and all end when this process ends.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType

from market import seed
from market.app import create_app
from market.config import Settings, SettingsError
from market.db import migrating
from market.db.session import database
from market.kernel.ids import new_secret

START_SECONDS = 60  # a site that takes longer to answer goes on without being waited for


@dataclass
class Companions:
    """Child processes that live and die with this one."""

    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, *command: str, env: dict[str, str]) -> subprocess.Popen[bytes]:
        """Start one of them, in a group of its own: Ctrl+C reaches this process alone, which
        ends the others once; gunicorn's workers hang when they are told twice."""
        self.running[name] = subprocess.Popen(  # noqa: S603 (our own commands)
            command, env=env, process_group=0
        )
        return self.running[name]

    def wait(self) -> int:
        """Until one of them ends; returns its exit status."""
        while True:
            for name, process in self.running.items():
                if (status := process.poll()) is not None:
                    print(f"{name} ended with {status}", file=sys.stderr)  # noqa: T201
                    return status
            time.sleep(0.5)

    def stop(self) -> None:
        """End all of them, politely first."""
        for process in self.running.values():
            if process.poll() is None:
                process.terminate()
        for process in self.running.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_taken(port: int) -> bool:
    """Whether somebody listens on this loopback port already."""
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def environment(port: int) -> dict[str, str]:
    """The environment of the children: ours, with the payment sandbox where no key is set, except
    in production, where bank transfer and cash on delivery remain."""
    env = dict(os.environ, PORT=str(port))
    if not env.get("STRIPE_KEY") and env.get("MARKET_ENV") != "production":
        env["STRIPE_KEY"] = "sk_test_sandbox"
        env["STRIPE_WEBHOOK_SECRET"] = f"whsec_{new_secret()}"
        env["STRIPE_API_BASE"] = f"http://127.0.0.1:{free_port()}"
    return env


def prepare(settings: Settings) -> list[str]:
    """Bring the schema up to date and build the demonstration world in an empty database;
    returns lines to print."""
    app = create_app(settings)
    with app.app_context():
        migrating.upgrade(database())
        if settings.is_production:
            return []
        seed.ensure(app)
        return seed.login_lines(settings)


def main() -> int:
    """Run until interrupted; what cannot be used is named before anything begins."""
    try:
        port = Settings.from_env().port
        if is_taken(port):
            raise SettingsError(f"port {port} is taken; set another PORT")
        env = environment(port)
        os.environ.update(env)
        settings = Settings.from_env()
    except SettingsError as error:
        print(f"{error} (settings are described in .env.example)", file=sys.stderr)  # noqa: T201
        return 2
    lines = prepare(settings)
    database().dispose()
    env["SECRET_KEY"] = settings.secret_key
    metrics = settings.data_dir / "metrics"
    metrics.mkdir(parents=True, exist_ok=True)
    for old in metrics.glob("*.db"):
        old.unlink()
    env["PROMETHEUS_MULTIPROC_DIR"] = str(metrics)
    companions = Companions()
    for stop in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(stop, _interrupt)
    try:
        _start_all(companions, env, port)
        print("\n".join([f"\n绿色建材下乡  http://127.0.0.1:{port}", *lines]), flush=True)  # noqa: T201
        return companions.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        for stop in (
            signal.SIGTERM,
            signal.SIGINT,
            signal.SIGHUP,
        ):  # a second one must not cut the first short
            signal.signal(stop, signal.SIG_IGN)
        companions.stop()


def _start_all(companions: Companions, env: dict[str, str], port: int) -> None:
    """The site first, alone with the machine until it answers; then the others."""
    python = sys.executable
    config = str(Path(__file__).parent / "gunicorn_conf.py")
    site = companions.start(
        "site", python, "-m", "gunicorn", "-c", config, "-b", f"127.0.0.1:{port}", "wsgi:app",
        env=env,
    )  # fmt: skip
    _until_it_answers(site, port)
    sandbox = env.get("STRIPE_API_BASE", "")
    if sandbox.startswith("http://127.0.0.1:"):
        companions.start(
            "payment sandbox", python, "-m", "market.stripe_sandbox",
            "--port", sandbox.rsplit(":", 1)[1],
            "--webhook-url", f"http://127.0.0.1:{port}/webhooks/stripe",
            env=env,
        )  # fmt: skip
    companions.start("worker", python, "-m", "flask", "--app", "wsgi", "worker", env=env)


def _until_it_answers(site: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while site.poll() is None and time.monotonic() < until:
        asked = HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            asked.request("GET", "/healthz")
            asked.getresponse()
        except (OSError, HTTPException):
            time.sleep(0.1)
        else:
            return
        finally:
            asked.close()


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
