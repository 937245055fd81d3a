"""The payment gateway of this application, installed by the composition root."""

from flask import current_app

from market.kernel.ports import PaymentProvider


def payment_provider() -> PaymentProvider | None:
    """The gateway for cards and wallets; None where the operator has none."""
    provider: PaymentProvider | None = current_app.extensions.get("market.payment_provider")
    return provider
