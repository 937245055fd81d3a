"""Settings from the environment, checked at start. `.env.example` documents every one."""

from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit

from environs import Env, EnvError
from marshmallow.validate import OneOf, Range


@dataclass(frozen=True)
class Settings:
    """Everything the program may be told from outside."""

    secret_key: str
    data_dir: Path
    # Of the digests of household register numbers; the secret key when empty.
    household_key: str = ""
    database_url: str = ""
    # Whether a pooler shares the connections between transactions (PgBouncer's transaction mode).
    database_pooler: bool = False
    redis_url: str = ""
    environment: str = "development"
    base_url: str = "http://127.0.0.1:8000"
    # Demonstration and development aids; refused in production.
    dev_messages: bool = True
    # Payment
    stripe_key: str = ""
    stripe_webhook_secret: str = ""
    stripe_api_base: str = ""
    # Bank transfer: the account that households pay into.
    bank_transfer: bool = True
    bank_account_name: str = ""
    bank_name: str = ""
    bank_account: str = ""
    # Messages
    sms_gateway_url: str = ""
    sms_gateway_token: str = ""
    smtp_url: str = ""
    mail_from: str = ""
    # Where the certificates of all bodies are published; empty: lists are uploaded.
    certificate_registry_url: str = ""
    # Durations and limits (shown to users where they matter)
    hold_minutes: int = 30
    hold_cap_lines: int = 20
    cart_hold_minutes: int = 10
    cart_hold_most_minutes: int = 30  # in all, whatever is done with the cart meanwhile
    cart_hold_lines: int = 20  # of one person's cart
    guest_hold_lines: int = 10  # of a guest's, from the checkout on
    address_hold_lines: int = 60  # of all guests from one address, in such a time
    invitation_hours: int = 48
    invitation_wave_size: int = 5
    quoting_places: int = 5
    request_open_days: int = 7
    quote_valid_days: int = 15
    pickup_remind_days: int = 3  # after which a household is reminded of goods at its point
    pickup_keep_days: int = 7  # for which they are kept there
    # How many households of a county must have bought a product before anybody is told.
    local_households: int = 5
    goods_decision_days: int = 14  # about goods that wait when a job is called off
    max_upload_mb: int = 128  # of one request; a request for crews takes 12 photos of 10 MB
    # Search
    search_engine: str = ""
    # Server
    port: int = 8000
    web_workers: int = 2
    web_threads: int = 4
    trusted_proxies: int = 0
    testing: bool = False
    # Measurements: tell in a header how many SQL statements an answer took.
    count_statements: bool = False
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def hold(self) -> timedelta:
        return timedelta(minutes=self.hold_minutes)

    @property
    def cart_hold(self) -> timedelta:
        return timedelta(minutes=self.cart_hold_minutes)

    @property
    def household_secret(self) -> str:
        """What digests of household register numbers are made with."""
        return self.household_key or self.secret_key

    @property
    def cart_hold_most(self) -> timedelta:
        return timedelta(minutes=max(self.cart_hold_minutes, self.cart_hold_most_minutes))

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
        try:
            return _checked(cls(**{**cls._read(Env()), **overrides}))
        except EnvError as error:
            raise SettingsError(str(error)) from None

    @staticmethod
    def _read(env: Env) -> dict[str, Any]:
        environment = env.str("MARKET_ENV", "development", validate=OneOf(ENVIRONMENTS))
        data_dir = Path(env.str("DATA_DIR", "data")).resolve()
        port = env.int("PORT", _default("port"), validate=Range(min=1, max=65_535))
        values: dict[str, Any] = {
            "environment": environment,
            "data_dir": data_dir,
            "secret_key": env.str("SECRET_KEY", ""),
            "household_key": env.str("HOUSEHOLD_KEY", ""),
            "database_url": _psycopg(env.str("DATABASE_URL", "")),
            "database_pooler": env.bool("DATABASE_POOLER", False),
            "redis_url": env.str("REDIS_URL", ""),
            "base_url": env.str("BASE_URL", "") or f"http://127.0.0.1:{port}",
            "port": port,
            "dev_messages": env.bool("DEV_MESSAGES", environment != "production"),
            "stripe_key": env.str("STRIPE_KEY", ""),
            "stripe_webhook_secret": env.str("STRIPE_WEBHOOK_SECRET", ""),
            "stripe_api_base": env.str("STRIPE_API_BASE", ""),
            "bank_transfer": env.bool("BANK_TRANSFER", True),
            "bank_account_name": env.str("BANK_ACCOUNT_NAME", "").strip(),
            "bank_name": env.str("BANK_NAME", "").strip(),
            "bank_account": env.str("BANK_ACCOUNT", "").strip(),
            "sms_gateway_url": env.str("SMS_GATEWAY_URL", ""),
            "sms_gateway_token": env.str("SMS_GATEWAY_TOKEN", ""),
            "certificate_registry_url": env.str("CERTIFICATE_REGISTRY_URL", ""),
            "smtp_url": env.str("SMTP_URL", ""),
            "mail_from": env.str("MAIL_FROM", ""),
            "search_engine": env.str(
                "SEARCH_ENGINE", "", validate=OneOf(["", "whoosh", "tantivy", "postgresql"])
            ),
            "local_households": env.int(
                "LOCAL_HOUSEHOLDS", _default("local_households"), validate=Range(5, 100_000)
            ),
            "trusted_proxies": env.int("TRUSTED_PROXIES", 0, validate=Range(min=0, max=5)),
            "count_statements": env.bool("COUNT_STATEMENTS", False),
        }
        for name in _COUNTS:
            values[name] = env.int(name.upper(), _default(name), validate=Range(min=1, max=100_000))
        return values


ENVIRONMENTS = ("development", "production")
_COUNTS = (
    "hold_minutes",
    "hold_cap_lines",
    "cart_hold_minutes",
    "cart_hold_most_minutes",
    "cart_hold_lines",
    "guest_hold_lines",
    "address_hold_lines",
    "invitation_hours",
    "invitation_wave_size",
    "quoting_places",
    "request_open_days",
    "quote_valid_days",
    "pickup_remind_days",
    "pickup_keep_days",
    "goods_decision_days",
    "max_upload_mb",
    "web_workers",
    "web_threads",
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


_SCHEMES = {
    "base_url": ("http", "https"),
    "database_url": ("sqlite", "postgresql+psycopg"),
    "redis_url": ("redis", "rediss", "unix"),
    "stripe_api_base": ("http", "https"),
    "certificate_registry_url": ("http", "https"),
    "sms_gateway_url": ("https",),
    "smtp_url": ("smtp", "smtps"),
}


def _check_addresses(settings: Settings) -> None:
    for name, schemes in _SCHEMES.items():
        value = getattr(settings, name)
        if value and urlsplit(value).scheme not in schemes:
            wanted = " or ".join(f"{scheme.partition('+')[0]}://" for scheme in schemes)
            raise SettingsError(f"{name.upper()} must begin with {wanted}")
    if not urlsplit(settings.base_url).hostname:
        raise SettingsError("BASE_URL must name a host, for example https://market.example.cn")
    if settings.smtp_url and "@" not in settings.mail_from:
        raise SettingsError("MAIL_FROM must be a mail address when SMTP_URL is set")
    if bool(settings.sms_gateway_url) != bool(settings.sms_gateway_token):
        raise SettingsError("SMS_GATEWAY_URL and SMS_GATEWAY_TOKEN are set together")
    if settings.search_engine == "tantivy" and find_spec("tantivy") is None:
        raise SettingsError("SEARCH_ENGINE=tantivy needs the optional dependency: .[tantivy]")
    if settings.search_engine == "postgresql" and not settings.uses_postgresql:
        raise SettingsError("SEARCH_ENGINE=postgresql needs a PostgreSQL DATABASE_URL")


def _check_bank(settings: Settings) -> None:
    """Outside production an account of the demonstration stands in, marked as such."""
    given = [settings.bank_account_name, settings.bank_name, settings.bank_account]
    if any(given) and not all(given):
        raise SettingsError("BANK_ACCOUNT_NAME, BANK_NAME and BANK_ACCOUNT are set together")
    if settings.is_production and settings.bank_transfer and not all(given):
        raise SettingsError(
            "BANK_ACCOUNT_NAME, BANK_NAME and BANK_ACCOUNT are needed in production; "
            "BANK_TRANSFER=false switches bank transfer off"
        )


def _checked(settings: Settings) -> Settings:
    _check_addresses(settings)
    if settings.is_production:
        if len(settings.secret_key) < 32:
            raise SettingsError("SECRET_KEY must be set to at least 32 characters in production")
        if 0 < len(settings.household_key) < 32:
            raise SettingsError("HOUSEHOLD_KEY must have at least 32 characters in production")
        if settings.dev_messages:
            raise SettingsError("DEV_MESSAGES shows one-time codes and is refused in production")
        if settings.stripe_api_base:
            raise SettingsError("STRIPE_API_BASE points at a sandbox and is refused in production")
    _check_bank(settings)
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
