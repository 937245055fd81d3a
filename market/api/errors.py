"""Refusals of the API itself."""

from typing import Any

from market.kernel.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, TooMany
from market.kernel.i18n import N_


class Unauthorised(DomainError):
    """The call does not say who calls, or not in a way we know."""

    status = 401
    message = N_("要带上有效的令牌：Authorization: Bearer 你的令牌")


class TokenMissing(Unauthorised):
    """This operation acts for an account."""


class TokenInvalid(Unauthorised):
    """Unknown, revoked, expired, or its account is switched off."""

    message = N_("令牌不对、已收回或已过期。到“接口令牌”页新建一个")


class ScopeMissing(Forbidden):
    """The token is not meant for this."""

    message = N_("这个令牌没有“%(scope)s”权限，请新建一个带这项权限的")


class TooManyCalls(TooMany):
    """More calls than a minute takes."""

    message = N_("调用太快了，%(seconds)s 秒后再试")

    def __init__(self, **params: Any) -> None:
        super().__init__(**params)
        self.retry_after = int(params["seconds"])


class MalformedBody(DomainError):
    """The body is no JSON."""

    status = 400
    message = N_("请求内容不是 JSON")


class BodyTooLarge(DomainError):
    """More than any body of this API needs."""

    status = 413
    message = N_("请求内容太大，最多 %(kib)s KiB")


class WrongContentType(DomainError):
    """Only JSON is read."""

    status = 415
    message = N_("请求内容要用 application/json")


class InvalidInput(Invalid):
    """Fields that cannot be used; the problem names each."""

    message = N_("有些内容不对，逐项列在 fields 里")


class CursorInvalid(Invalid):
    """Not a cursor this list gave out."""

    message = N_("翻页记号不对，请从第一页重新开始")


class IdempotencyKeyMissing(Invalid):
    """An order is placed once however often it is sent."""

    message = N_("要带 Idempotency-Key：1 到 60 个字母、数字、点、横线或下划线")


class IdempotencyKeyReused(Conflict):
    """The same key came with another content."""

    message = N_("这个 Idempotency-Key 已经用在另一个订单上，请换一个")


class NoSuchResource(NotFound):
    """The address names nothing."""


class TokenNotFound(NotFound):
    """No such token, or somebody else's."""

    message = N_("没有这个令牌，可能已经收回")


class TooManyTokens(Conflict):
    """Live tokens are limited."""

    message = N_("最多同时用 %(most)s 个令牌，先收回不用的")


class ScopesMissing(Invalid):
    """A token is good for something."""

    message = N_("至少选一项权限")
