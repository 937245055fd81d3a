"""Settings from the environment, checked at start. `.env.example` documents every one."""

from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any

from environs import Env
from marshmallow.validate import OneOf, Range


@dataclass(frozen=True)
class Settings:
    """Everything the program may be told from outside."""

    secret_key: str
    data_dir: Path
    database_url: str = ""
    redis_url: str = ""
    environment: str = "development"
    base_url: str = "http://127.0.0.1:8000"
    # Demonstration and development aids; refused in production.
    dev_messages: bool = True
    # Payment
    stripe_key: str = ""
    stripe_webhook_secret: str = ""
    stripe_api_base: str = ""
    # Durations and limits (shown to users where they matter)
    hold_minutes: int = 30
    hold_cap_lines: int = 20
    invitation_hours: int = 48
    invitation_wave_size: int = 5
    quoting_places: int = 5
    request_open_days: int = 7
    quote_valid_days: int = 15
    certificate_due_days: int = 90
    max_upload_mb: int = 12
    # Search
    search_engine: str = ""
    # Server
    trusted_proxies: int = 0
    testing: bool = False
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def hold(self) -> timedelta:
        return timedelta(minutes=self.hold_minutes)

    @property
    def is_production(self) -> bool:
        return self.environment == "production"

    @property
    def resolved_database_url(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir / 'market.db'}"

    @property
    def uses_postgresql(self) -> bool:
        return self.resolved_database_url.startswith("postgresql")

    @property
    def resolved_search_engine(self) -> str:
        return self.search_engine or ("postgresql" if self.uses_postgresql else "whoosh")

    @classmethod
    def from_env(cls, **overrides: Any) -> "Settings":
        """Read and check the environment. Raises SettingsError naming what is wrong."""
        env = Env()
        environment = env.str("MARKET_ENV", "development", validate=OneOf(ENVIRONMENTS))
        data_dir = Path(env.str("DATA_DIR", "data")).resolve()
        values: dict[str, Any] = {
            "environment": environment,
            "data_dir": data_dir,
            "secret_key": env.str("SECRET_KEY", ""),
            "database_url": _psycopg(env.str("DATABASE_URL", "")),
            "redis_url": env.str("REDIS_URL", ""),
            "base_url": env.str("BASE_URL", f"http://127.0.0.1:{env.int('PORT', 8000)}"),
            "dev_messages": env.bool("DEV_MESSAGES", environment != "production"),
            "stripe_key": env.str("STRIPE_KEY", ""),
            "stripe_webhook_secret": env.str("STRIPE_WEBHOOK_SECRET", ""),
            "stripe_api_base": env.str("STRIPE_API_BASE", ""),
            "search_engine": env.str(
                "SEARCH_ENGINE", "", validate=OneOf(["", "whoosh", "postgresql"])
            ),
            "trusted_proxies": env.int("TRUSTED_PROXIES", 0, validate=Range(min=0, max=5)),
        }
        for name in _COUNTS:
            values[name] = env.int(name.upper(), _default(name), validate=Range(min=1, max=100_000))
        values.update(overrides)
        settings = cls(**values)
        return _checked(settings)


ENVIRONMENTS = ("development", "production")
_COUNTS = (
    "hold_minutes",
    "hold_cap_lines",
    "invitation_hours",
    "invitation_wave_size",
    "quoting_places",
    "request_open_days",
    "quote_valid_days",
    "certificate_due_days",
    "max_upload_mb",
)


class SettingsError(Exception):
    """The environment cannot be used; the text says why and what to set."""


def _default(name: str) -> Any:
    return next(f.default for f in fields(Settings) if f.name == name)


def _psycopg(url: str) -> str:
    for scheme in ("postgresql://", "postgres://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url


def _checked(settings: Settings) -> Settings:
    if settings.is_production:
        if len(settings.secret_key) < 32:
            raise SettingsError("SECRET_KEY must be set to at least 32 characters in production")
        if settings.dev_messages:
            raise SettingsError("DEV_MESSAGES shows one-time codes and is refused in production")
        if settings.stripe_api_base:
            raise SettingsError("STRIPE_API_BASE points at a sandbox and is refused in production")
    if settings.stripe_key and not settings.stripe_webhook_secret:
        raise SettingsError("STRIPE_WEBHOOK_SECRET is needed together with STRIPE_KEY")
    if settings.secret_key:
        return settings
    return _with_local_secret(settings)


def _with_local_secret(settings: Settings) -> Settings:
    """Outside production a secret is made once and kept in the data directory."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    path = settings.data_dir / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(token_hex(32))
    return replace(settings, secret_key=path.read_text().strip())
