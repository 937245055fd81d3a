"""Pure rules about codes, scopes and legal pages."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import date, timedelta

from market.accounts.types import NOTICE_DAYS, Role
from market.kernel.region_code import RegionCode

CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=10)
CODE_ATTEMPTS = 5
CODE_GAP = timedelta(seconds=60)
CONFIRMED_FOR = timedelta(minutes=10)
HOUSEHOLD_SESSION = timedelta(days=30)
STAFF_SESSION = timedelta(hours=12)
MOST_ADDRESSES = 20


def new_code() -> str:
    """Six random digits."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def code_hash(secret: str, phone: str, purpose: str, code: str) -> str:
    """The keyed hash of a code, bound to its phone and purpose."""
    message = f"{purpose}:{phone}:{code}".encode()
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def token_hash(token: str) -> str:
    """What the database keeps of a session token."""
    return hashlib.sha256(token.encode()).hexdigest()


def scope_fits(role: str, scope: str) -> bool:
    """Officials have a region (or the whole country), members a seller or provider."""
    if role == Role.OPERATOR:
        return scope == ""
    if role == Role.OFFICIAL:
        try:
            return RegionCode(scope).digits == scope
        except ValueError:
            return False
    return role in (Role.SELLER, Role.PROVIDER) and 0 < len(scope) <= 20


def earliest_effect(slug: str, today: date) -> date:
    """The first day a new version of a legal page may take effect."""
    return today + timedelta(days=NOTICE_DAYS.get(slug, 0))


def masked_phone(phone: str | None) -> str:
    """138****5678: enough to recognise one's own number."""
    return f"{phone[:3]}****{phone[-4:]}" if phone and len(phone) >= 8 else ""


def masked_name(name: str) -> str:
    """张三丰 as 张**: enough for neighbours who know who is meant."""
    text = name.strip()
    return text[:1] + "*" * min(2, max(1, len(text) - 1)) if text else ""


@dataclass(frozen=True)
class Block:
    """A piece of a legal text: heading, paragraph or list."""

    kind: str
    lines: tuple[str, ...]


def blocks(body: str) -> list[Block]:
    """A legal text as blocks: `## ` starts a heading, `- ` a list item, blank lines divide."""
    result: list[Block] = []
    for part in re.split(r"\n\s*\n", body.strip()):
        lines = [line.strip() for line in part.splitlines() if line.strip()]
        while lines:
            kind = _kind(lines[0])
            count = 1 if kind == "heading" else _run(lines, kind)
            result.append(Block(kind, tuple(_bare(line, kind) for line in lines[:count])))
            lines = lines[count:]
    return result


def _kind(line: str) -> str:
    return "heading" if line.startswith("## ") else "list" if line.startswith("- ") else "text"


def _run(lines: list[str], kind: str) -> int:
    return next((i for i, line in enumerate(lines) if _kind(line) != kind), len(lines))


def _bare(line: str, kind: str) -> str:
    return line if kind == "text" else line.removeprefix("## ").removeprefix("- ").strip()


_BROWSERS = (
    ("micromessenger", "WeChat"),
    ("edg", "Edge"),
    ("firefox", "Firefox"),
    ("chrome", "Chrome"),
    ("safari", "Safari"),
)
_SYSTEMS = (
    ("harmony", "HarmonyOS"),
    ("android", "Android"),
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("windows", "Windows"),
    ("mac os", "Mac"),
    ("linux", "Linux"),
)


def device_name(agent: str) -> str:
    """Browser and system as people know them, empty when neither is recognised."""
    text = agent.lower()
    found = [
        next((word for mark, word in table if mark in text), "") for table in (_BROWSERS, _SYSTEMS)
    ]
    return ", ".join(filter(None, found))
