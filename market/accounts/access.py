"""Who may act on accounts."""

from market.accounts.errors import NotYourself
from market.kernel.actor import Actor


def need_other(actor: Actor, account_id: str) -> None:
    """Raises NotYourself when an operator would act on the own account."""
    if actor.account_id == account_id:
        raise NotYourself()
