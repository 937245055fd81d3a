"""Settings are documented one by one, and nonsense stops the start and is named."""

import ast
import os
import re
import socket
import subprocess
import sys
from dataclasses import fields

import pytest

from market import serve
from market.config import Settings, SettingsError
from tests.architecture.source import MARKET, ROOT

EXAMPLE = ROOT / ".env.example"
NAME = re.compile(r"^(?:# )?([A-Z][A-Z_]+)=(.*)$", re.M)
# Not settings of the site: the sandbox's own, passed by the tests that drive it.
SANDBOX = {"SANDBOX_CONTROL_TOKEN"}
KEY = "k" * 32


def documented():
    return dict(NAME.findall(EXAMPLE.read_text(encoding="utf-8")))


def read_by_settings():
    """Every name that `Settings.from_env` asks the environment for."""
    tree = ast.parse((MARKET / "config.py").read_text(encoding="utf-8"))
    names = {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "env"
        and isinstance(node.args[0], ast.Constant)
    }
    from market import config  # noqa: PLC0415

    return names | {name.upper() for name in config._COUNTS}


def read_elsewhere():
    """Names that other files take from the environment."""
    pattern = re.compile(r"os\.environ(?:\.get\(|\[)\s*\"([A-Z_]+)\"|\"([A-Z_]+)\" in os\.environ")
    found = set()
    for path in MARKET.rglob("*.py"):
        for one, two in pattern.findall(path.read_text(encoding="utf-8")):
            found.add(one or two)
    return found - SANDBOX


def test_every_setting_is_documented_and_every_documented_one_is_read():
    assert set(documented()) == read_by_settings() | read_elsewhere()


def test_every_field_of_the_settings_can_be_set(monkeypatch, tmp_path):
    env = {"MARKET_ENV": "environment"}
    computed = {"testing", "extra"}
    names = {env.get(name, name.lower()) for name in read_by_settings()}
    assert names == {field.name for field in fields(Settings)} - computed


@pytest.fixture
def env(monkeypatch, tmp_path):
    """Sets variables in an environment without any of ours."""
    for name in documented():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))

    def env(**values):
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        return Settings.from_env()

    return env


def test_the_example_is_what_holds_without_any_setting(env, tmp_path):
    without = env()
    kept = ("DATA_DIR", "PROMETHEUS_MULTIPROC_DIR")
    assert env(**{k: v for k, v in documented().items() if k not in kept}) == without
    assert without.base_url == "http://127.0.0.1:8000"
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"MARKET_ENV": "staging"}, "MARKET_ENV"),
        ({"MARKET_ENV": "production"}, "SECRET_KEY"),
        ({"MARKET_ENV": "production", "SECRET_KEY": KEY}, "BANK_ACCOUNT"),
        ({"MARKET_ENV": "production", "SECRET_KEY": KEY, "HOUSEHOLD_KEY": "x"}, "HOUSEHOLD_KEY"),
        ({"BANK_NAME": "某某银行"}, "BANK_ACCOUNT"),
        ({"MARKET_ENV": "production", "SECRET_KEY": KEY, "DEV_MESSAGES": "1"}, "DEV_MESSAGES"),
        (
            {"MARKET_ENV": "production", "SECRET_KEY": KEY, "STRIPE_API_BASE": "http://x"},
            "STRIPE_API_BASE",
        ),
        ({"PORT": "eighty"}, "PORT"),
        ({"PORT": "70000"}, "PORT"),
        ({"BASE_URL": "market.example.cn"}, "BASE_URL"),
        ({"BASE_URL": "https://"}, "BASE_URL"),
        ({"DATABASE_URL": "mysql://localhost/market"}, "DATABASE_URL"),
        ({"REDIS_URL": "http://localhost"}, "REDIS_URL"),
        ({"STRIPE_KEY": "sk_test_1"}, "STRIPE_WEBHOOK_SECRET"),
        ({"SMS_GATEWAY_URL": "http://sms.example.cn", "SMS_GATEWAY_TOKEN": "t"}, "SMS_GATEWAY_URL"),
        ({"SMS_GATEWAY_URL": "https://sms.example.cn"}, "SMS_GATEWAY_TOKEN"),
        ({"SMTP_URL": "mail.example.cn", "MAIL_FROM": "a@b.cn"}, "SMTP_URL"),
        ({"SMTP_URL": "smtps://mail.example.cn"}, "MAIL_FROM"),
        ({"SEARCH_ENGINE": "elastic"}, "SEARCH_ENGINE"),
        ({"SEARCH_ENGINE": "postgresql"}, "SEARCH_ENGINE"),
        ({"TRUSTED_PROXIES": "-1"}, "TRUSTED_PROXIES"),
        ({"HOLD_MINUTES": "0"}, "HOLD_MINUTES"),
        ({"DEV_MESSAGES": "perhaps"}, "DEV_MESSAGES"),
    ],
)
def test_nonsense_stops_the_start_and_is_named(env, values, named):
    with pytest.raises(SettingsError, match=named):
        env(**values)


def test_growing_takes_settings_alone(env):
    grown = env(
        DATABASE_URL="postgresql://market@db/market", REDIS_URL="redis://cache:6379/0",
        SMS_GATEWAY_URL="https://sms.example.cn/send", SMS_GATEWAY_TOKEN="t",
        SMTP_URL="smtps://u:p@mail.example.cn", MAIL_FROM="no-reply@market.example.cn",
        MARKET_ENV="production", SECRET_KEY=KEY, BASE_URL="https://market.example.cn",
        BANK_ACCOUNT_NAME="某某公司", BANK_NAME="某某银行", BANK_ACCOUNT="6222021",
    )  # fmt: skip
    assert grown.uses_postgresql
    assert grown.resolved_search_engine == "postgresql"
    assert not grown.dev_messages


def test_production_without_bank_transfer_needs_no_account(env):
    lean = env(MARKET_ENV="production", SECRET_KEY=KEY, BANK_TRANSFER="false")
    assert not lean.bank_transfer


def started(command, tmp_path, **values):
    """What a command of ours says on its way out, and its exit status."""
    plain = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, timeout=600, check=False, text=True,
        env={**plain, "DATA_DIR": str(tmp_path / "data"), **values}, capture_output=True,
    )  # fmt: skip
    return done.returncode, done.stderr.strip()


@pytest.mark.parametrize(
    "command", [["market.serve"], ["flask", "--app", "wsgi", "audit"]], ids=lambda words: words[0]
)
def test_a_start_with_nonsense_ends_with_one_sentence(tmp_path, command):
    status, said = started(command, tmp_path, PORT="eighty")
    assert status
    assert "PORT" in said
    assert "\n" not in said


def test_a_taken_port_is_named_before_anything_is_built(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        status, said = started(["market.serve"], tmp_path, PORT=str(other.getsockname()[1]))
    assert status
    assert "PORT" in said
    assert not (tmp_path / "data" / "market.db").exists()


def test_production_pays_without_a_sandbox(monkeypatch):
    monkeypatch.delenv("STRIPE_KEY", raising=False)
    assert serve.environment(8000)["STRIPE_API_BASE"].startswith("http://127.0.0.1:")
    monkeypatch.setenv("MARKET_ENV", "production")
    assert "STRIPE_API_BASE" not in serve.environment(8000)
