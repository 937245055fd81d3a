"""`python -m market.stripe_sandbox --port 8001 --webhook-url http://127.0.0.1:8000/webhooks/stripe`"""

import argparse
import os
import sys
from pathlib import Path

from werkzeug.serving import make_server

from market.stripe_sandbox.app import create_sandbox
from market.stripe_sandbox.settings import SANDBOX_KEY, SANDBOX_WEBHOOK_SECRET, SandboxSettings


def _database() -> str:
    """Beside the site's own data, so that both remember the same payments."""
    directory = Path(os.environ.get("DATA_DIR", "data"))
    return str(directory / "payment-sandbox.db") if directory.is_dir() else ":memory:"


def main() -> None:
    """Read the arguments and serve until stopped."""
    parser = argparse.ArgumentParser(prog="python -m market.stripe_sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--webhook-url", default="http://127.0.0.1:8000/webhooks/stripe")
    parser.add_argument("--database", default=_database(), help="SQLite file, or :memory:")
    parser.add_argument("--public-url", default="", help="address shown to browsers")
    given = parser.parse_args()
    settings = SandboxSettings(
        host=given.host,
        port=given.port,
        webhook_url=given.webhook_url,
        database=given.database,
        public_url=given.public_url,
        secret_key=os.environ.get("STRIPE_KEY") or SANDBOX_KEY,
        webhook_secret=os.environ.get("STRIPE_WEBHOOK_SECRET") or SANDBOX_WEBHOOK_SECRET,
        control_token=os.environ.get("SANDBOX_CONTROL_TOKEN", ""),
    )
    app = create_sandbox(settings)
    server = make_server(settings.host, settings.port, app, threaded=True)
    sys.stdout.write(f"payment sandbox on {settings.base_url} (simulation, no money moves)\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
