"""Who owns a request."""

import hashlib
import hmac

from market.renovations.types import Visitor


def digest(secret: str) -> str:
    """What is stored of a draft's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def owns(visitor: Visitor, household_id: str | None, draft_digest: str | None) -> bool:
    """A request with an owner is its account's; a guest's draft is its cookie's."""
    if household_id is not None:
        return visitor.actor.account_id == household_id
    if not visitor.draft_secret or draft_digest is None:
        return False
    return hmac.compare_digest(digest(visitor.draft_secret), draft_digest)
