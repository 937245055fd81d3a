"""Who may do what: grants, and operators acting on accounts."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from market.accounts import rules, sessions
from market.accounts.access import need_other
from market.accounts.errors import BadScope, LastOperator, SuspendReasonMissing, UnknownAccount
from market.accounts.events import AccountReinstated, AccountSuspended
from market.accounts.models import Account, RoleGrant
from market.accounts.types import AccountState, Role
from market.audit import service as audit
from market.kernel.actor import ANONYMOUS, Actor, need_operator
from market.kernel.events import publish
from market.kernel.region_code import RegionCode


def actor_of(account_id: str, display_name: str, grants: Iterable[tuple[str, str]]) -> Actor:
    """The authority that some grants add up to."""
    rows = list(grants)
    scopes = {role: [scope for r, scope in rows if r == role] for role in Role}
    return Actor(
        account_id=account_id,
        roles=frozenset({Role.HOUSEHOLD.value, *(role for role, _scope in rows)}),
        seller_ids=frozenset(scopes[Role.SELLER]),
        provider_ids=frozenset(scopes[Role.PROVIDER]),
        official_regions=tuple(RegionCode(scope) for scope in sorted(scopes[Role.OFFICIAL])),
        display_name=display_name,
    )


def load_actor(session: Session, account_id: str) -> Actor:
    """The actor of an active account; ANONYMOUS for any other."""
    account = session.get(Account, account_id)
    if account is None or account.state != AccountState.ACTIVE:
        return ANONYMOUS
    grants = session.execute(
        select(RoleGrant.role, RoleGrant.scope).where(RoleGrant.account_id == account_id)
    ).all()
    return actor_of(account_id, account.display_name, [(g.role, g.scope) for g in grants])


def grant_role(session: Session, account_id: str, role: str, scope: str = "") -> bool:
    """Give a role; False when it was there already. In force with the next request.

    Raises UnknownAccount, BadScope.
    """
    if session.get(Account, account_id) is None:
        raise UnknownAccount()
    if not rules.scope_fits(role, scope):
        raise BadScope(field="scope")
    known = select(RoleGrant.id).where(
        RoleGrant.account_id == account_id, RoleGrant.role == role, RoleGrant.scope == scope
    )
    if session.scalar(known) is not None:
        return False
    session.add(RoleGrant(account_id=account_id, role=str(role), scope=scope))
    session.flush()
    return True


def revoke_role(session: Session, account_id: str, role: str, scope: str = "") -> bool:
    """Take a role away; False when there was none. Raises LastOperator."""
    grants = select(RoleGrant).where(
        RoleGrant.account_id == account_id, RoleGrant.role == role, RoleGrant.scope == scope
    )
    row = session.scalar(grants)
    if row is None:
        return False
    if role == Role.OPERATOR:
        _keep_an_operator(session, account_id)
    session.delete(row)
    session.flush()
    return True


def _keep_an_operator(session: Session, leaving: str) -> None:
    others = session.scalar(
        select(func.count())
        .select_from(RoleGrant)
        .join(Account, Account.id == RoleGrant.account_id)
        .where(
            RoleGrant.role == Role.OPERATOR,
            RoleGrant.account_id != leaving,
            Account.state == AccountState.ACTIVE,
        )
    )
    if not others:
        raise LastOperator()


def grant_by_operator(
    session: Session, actor: Actor, account_id: str, role: str, scope: str, *, now: datetime
) -> None:
    """Give a role, audited. Raises Forbidden, UnknownAccount, BadScope."""
    need_operator(actor)
    if grant_role(session, account_id, role, scope):
        after = {"role": str(role), "scope": scope}
        audit.record(
            session, actor, "account.grant_role", "account", account_id, after=after, now=now
        )


def revoke_by_operator(
    session: Session, actor: Actor, account_id: str, role: str, scope: str, *, now: datetime
) -> None:
    """Take a role away, audited. Raises Forbidden, LastOperator."""
    need_operator(actor)
    if revoke_role(session, account_id, role, scope):
        before = {"role": str(role), "scope": scope}
        audit.record(
            session, actor, "account.revoke_role", "account", account_id, before=before, now=now
        )


def suspend(session: Session, actor: Actor, account_id: str, reason: str, *, now: datetime) -> None:
    """Switch an account off: all its sessions end at once. Audited, with the reason.

    Raises Forbidden, NotYourself, UnknownAccount, SuspendReasonMissing, LastOperator.
    """
    need_operator(actor)
    need_other(actor, account_id)
    if not reason.strip():
        raise SuspendReasonMissing(field="reason")
    account = _known(session, account_id)
    if account.state == AccountState.SUSPENDED:
        return
    if session.scalar(
        select(RoleGrant.id).where(
            RoleGrant.account_id == account_id, RoleGrant.role == Role.OPERATOR
        )
    ):
        _keep_an_operator(session, account_id)
    account.state, account.suspended_reason = AccountState.SUSPENDED, reason.strip()
    session.flush()
    sessions.revoke_all(session, account_id)
    after = {"state": "suspended", "reason": reason.strip()}
    audit.record(session, actor, "account.suspend", "account", account_id, after=after, now=now)
    publish(session, AccountSuspended(account_id, now))


def reinstate(session: Session, actor: Actor, account_id: str, *, now: datetime) -> None:
    """Switch an account on again; old sessions stay dead. Audited. Raises Forbidden,
    UnknownAccount."""
    need_operator(actor)
    account = _known(session, account_id)
    if account.state != AccountState.SUSPENDED:
        return
    account.state, account.suspended_reason = AccountState.ACTIVE, ""
    session.flush()
    audit.record(
        session, actor, "account.reinstate", "account", account_id, after={"state": "active"},
        now=now,
    )  # fmt: skip
    publish(session, AccountReinstated(account_id, now))


def _known(session: Session, account_id: str) -> Account:
    account = session.get(Account, account_id)
    if account is None or account.state == AccountState.DELETED:
        raise UnknownAccount()
    return account


def remove_all(session: Session, account_id: str) -> None:
    """Every role of an account that leaves. Raises LastOperator."""
    roles = session.scalars(select(RoleGrant.role).where(RoleGrant.account_id == account_id))
    if Role.OPERATOR in set(roles):
        _keep_an_operator(session, account_id)
    session.execute(delete(RoleGrant).where(RoleGrant.account_id == account_id))
