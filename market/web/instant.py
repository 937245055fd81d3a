"""The instant of what happens outside of a view: a message, a reaction to an event."""

from datetime import datetime

from flask import has_app_context

from market.kernel.clock import SystemClock
from market.web import context


def present() -> datetime:
    """That of the request or the application; the system's outside of both."""
    return context.now() if has_app_context() else SystemClock().now()
