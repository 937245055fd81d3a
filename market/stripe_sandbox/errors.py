"""Errors in the shape of the protocol."""

from typing import Any


class ApiError(Exception):
    """`{"error": {...}}` with its status; `remember`: whether the idempotency key keeps it."""

    def __init__(
        self,
        status: int,
        kind: str,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        remember: bool = True,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.remember = remember
        body = {"type": kind, "message": message, "code": code, "param": param}
        self.body: dict[str, Any] = {
            "error": {key: value for key, value in body.items() if value is not None}
        }


def invalid(message: str, param: str | None = None, code: str | None = None) -> ApiError:
    """A request that fails its validation; nothing is remembered for its key."""
    return ApiError(400, "invalid_request_error", message, code=code, param=param, remember=False)


def refused(message: str, code: str, param: str | None = None) -> ApiError:
    """A well-formed request that the state of things does not allow."""
    return ApiError(400, "invalid_request_error", message, code=code, param=param)


def missing(kind: str, identity: str) -> ApiError:
    """No object of that id."""
    return ApiError(
        404,
        "invalid_request_error",
        f"No such {kind}: '{identity}'",
        code="resource_missing",
        param="id",
        remember=False,
    )


def declined(message: str, code: str = "card_declined") -> ApiError:
    """The card or the wallet said no."""
    return ApiError(402, "card_error", message, code=code)
