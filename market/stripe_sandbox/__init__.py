"""A small stand-in for the payment service: same protocol, no money.

The site always talks through the real SDK; without a key only the address differs. It runs
beside the site for demonstration and serves the tests. It keeps its own truth, follows the
rules on idempotency keys, amounts and refunds, signs its webhooks, marks every object
`livemode: false` and refuses to listen on anything but the loopback interface.
"""

from market.stripe_sandbox.app import create_sandbox
from market.stripe_sandbox.settings import SandboxSettings

__all__ = ["SandboxSettings", "create_sandbox"]
