"""One-time codes: sent to a phone, good once, for a while, for a few tries."""

import hmac
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from market.accounts import rules
from market.accounts.errors import CodeJustSent
from market.accounts.models import OneTimeCode
from market.accounts.types import CodeCheck, CodePurpose


def issue(session: Session, phone: str, purpose: CodePurpose, *, secret: str, now: datetime) -> str:
    """A fresh code for `phone`; earlier ones for the same purpose stop working.

    Raises CodeJustSent within a minute of the last one. Whether the phone has an account
    is neither asked nor shown.
    """
    last = session.scalar(
        select(OneTimeCode.created_at)
        .where(OneTimeCode.phone == phone, OneTimeCode.purpose == purpose)
        .order_by(OneTimeCode.created_at.desc())
        .limit(1)
    )
    if last is not None and now - last < rules.CODE_GAP:
        raise CodeJustSent(seconds=int((rules.CODE_GAP - (now - last)).total_seconds()) or 1)
    session.execute(
        update(OneTimeCode)
        .where(
            OneTimeCode.phone == phone,
            OneTimeCode.purpose == purpose,
            OneTimeCode.used_at.is_(None),
        )
        .values(used_at=now)
    )
    code = rules.new_code()
    session.add(
        OneTimeCode(
            phone=phone,
            purpose=purpose,
            code_hash=rules.code_hash(secret, phone, purpose, code),
            created_at=now,
            expires_at=now + rules.CODE_LIFE,
        )
    )
    session.flush()
    return code


def check(
    session: Session, phone: str, purpose: CodePurpose, code: str, *, secret: str, now: datetime
) -> CodeCheck:
    """Judge a typed code and use it up when right.

    A wrong one counts, so the caller commits whatever the verdict is. Two requests with the
    same right code: one of them wins.
    """
    row = session.execute(
        select(OneTimeCode.id, OneTimeCode.code_hash)
        .where(
            OneTimeCode.phone == phone,
            OneTimeCode.purpose == purpose,
            OneTimeCode.used_at.is_(None),
            OneTimeCode.expires_at > now,
        )
        .order_by(OneTimeCode.created_at.desc())
        .limit(1)
    ).first()
    given = rules.code_hash(secret, phone, purpose, code)
    if row is None:
        return CodeCheck.EXPIRED
    fits = hmac.compare_digest(row.code_hash, given)
    change = {"used_at": now} if fits else {}
    took = session.execute(
        update(OneTimeCode)
        .where(
            OneTimeCode.id == row.id,
            OneTimeCode.used_at.is_(None),
            OneTimeCode.attempts < rules.CODE_ATTEMPTS,
        )
        .values(attempts=OneTimeCode.attempts + 1, **change)
        .execution_options(synchronize_session=False)
    )
    if took.rowcount != 1:  # type: ignore[attr-defined]
        return CodeCheck.EXPIRED
    return CodeCheck.RIGHT if fits else CodeCheck.WRONG


def clear_expired(session: Session, *, now: datetime) -> int:
    """Remove codes that are of no use any more (a day after they expired); returns how many."""
    gone: Any = session.execute(
        delete(OneTimeCode).where(OneTimeCode.expires_at < now - rules.CODE_LIFE * 144)
    )
    return int(gone.rowcount)


def forget_phone(session: Session, phone: str) -> None:
    """Remove every code of a phone."""
    session.execute(delete(OneTimeCode).where(OneTimeCode.phone == phone))
