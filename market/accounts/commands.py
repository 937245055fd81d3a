"""Commands of the accounts package."""

import click

from market.accounts import passwords, queries, service
from market.accounts.types import Role
from market.audit import service as audit
from market.db.session import unit_of_work
from market.kernel.actor import SYSTEM
from market.kernel.clock import SystemClock
from market.kernel.errors import DomainError


def _phone(_context: click.Context, _option: click.Parameter, value: str) -> str:
    digits = "".join(value.split())
    if not (digits.isascii() and digits.isdigit() and len(digits) == 11 and digits[0] == "1"):
        raise click.BadParameter("a mobile number of 11 digits is needed")
    return digits


@click.command("create-admin")
@click.option("--phone", prompt=True, callback=_phone)
@click.option("--name", prompt=True)
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True)
def create_admin(phone: str, name: str, password: str) -> None:
    """Make an operator; asks for everything, there is no default password."""
    try:
        passwords.check_strength(password, phone)
    except DomainError as error:
        raise click.ClickException(str(error)) from None
    now, hashed = SystemClock().now(), passwords.hash_password(password)
    with unit_of_work() as session:
        service.ensure_first_versions(session, now=now)
        known = queries.find_by_phone(session, phone)
        if known is not None:
            raise click.ClickException("this number has an account; grant it the role instead")
        account_id = service.register(
            session, phone, display_name=name[:40], password_hash=hashed, now=now
        )
        service.grant_role(session, account_id, Role.OPERATOR)
        audit.record(
            session, SYSTEM, "account.create_admin", "account", account_id,
            after={"role": "operator"}, now=now,
        )  # fmt: skip
    click.echo(f"operator {phone} created")


@click.command("load-legal")
def load_legal() -> None:
    """Publish the legal pages that come with the program where there are none yet."""
    with unit_of_work() as session:
        made = service.ensure_first_versions(session, now=SystemClock().now())
    click.echo(f"{made} legal pages published")
