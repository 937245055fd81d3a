"""What the sandbox may be told from outside."""

import ipaddress
from dataclasses import dataclass, field

SANDBOX_KEY = "sk_test_sandbox"
SANDBOX_WEBHOOK_SECRET = "whsec_sandbox"  # noqa: S105 (protects nothing: no money moves here)


@dataclass(frozen=True)
class SandboxSettings:
    """`retry_seconds` are the waits before a webhook is sent again; a control token opens
    the endpoints by which tests script faults (closed without one)."""

    secret_key: str = SANDBOX_KEY
    webhook_secret: str = SANDBOX_WEBHOOK_SECRET
    webhook_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8001
    database: str = ":memory:"
    public_url: str = ""
    control_token: str = ""
    retry_seconds: tuple[float, ...] = field(default=(2, 5, 15, 60, 300))

    @property
    def base_url(self) -> str:
        return self.public_url or f"http://{self.host}:{self.port}"


class NotLoopback(ValueError):
    """The address would be reachable from other machines."""


def assert_loopback(host: str) -> None:
    """Raise NotLoopback for anything but this machine's own address."""
    if host == "localhost":
        return
    try:
        address = ipaddress.ip_address(host)
    except ValueError as error:
        raise NotLoopback(f"{host} is not a loopback address") from error
    if not address.is_loopback:
        raise NotLoopback(f"{host} is not a loopback address; the sandbox is for this machine only")
