"""Refusals of the business, each with a stable code, an HTTP status and a sentence.

A domain defines its own by subclassing one of the bases here. The sentence is a
msgid; `params` fill it. `market.web.errors` renders them in one place.
"""

import re
from typing import Any, ClassVar

from market.kernel.i18n import N_


class DomainError(Exception):
    """A refusal a person can understand and act on."""

    code: ClassVar[str] = "domain_error"
    status: ClassVar[int] = 409
    message: ClassVar[str] = N_("这一步没有做成")
    step: ClassVar[tuple[str, str] | None] = None  # where to go on: an endpoint and its words

    def __init__(self, *, field: str | None = None, **params: Any) -> None:
        super().__init__(self.code)
        self.field = field
        self.params = params

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "code" not in cls.__dict__:
            cls.code = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    def __str__(self) -> str:
        try:
            return self.message % self.params
        except (KeyError, TypeError, ValueError):
            return self.code


class Invalid(DomainError):
    """The input cannot be used; `field` says which."""

    status = 422
    message = N_("填写的内容不对，请检查")


class NotFound(DomainError):
    """The thing does not exist, or is not this actor's to know of."""

    status = 404
    message = N_("没有找到，可能已经删除或地址不对")


class Forbidden(DomainError):
    """The actor is known and may not do this."""

    status = 403
    message = N_("你没有权限做这件事")


class Conflict(DomainError):
    """The state of things does not allow it now."""

    status = 409
    message = N_("现在的状态不能这样做，请刷新后再看")


class Gone(DomainError):
    """It was there and its time is over."""

    status = 410
    message = N_("已经过期")


class TooMany(DomainError):
    """A limit on frequency is reached."""

    status = 429
    message = N_("次数太多了，过一会儿再试")


class Unavailable(DomainError):
    """A service needed for this does not answer."""

    status = 503
    message = N_("服务暂时不可用，请稍后再试")
