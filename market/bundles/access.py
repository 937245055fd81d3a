"""Who may write a bundle."""

from market.kernel.actor import Actor


def may_write(actor: Actor, seller_id: str) -> bool:
    """The operator everything, a supplier's people its own."""
    return actor.is_operator or (bool(seller_id) and actor.is_member_of_seller(seller_id))
