"""Entry for gunicorn and `flask --app wsgi`."""

import sys

from market.app import create_app
from market.config import Settings, SettingsError

try:
    app = create_app(Settings.from_env())
except SettingsError as error:
    sys.exit(f"{error} (settings are described in .env.example)")
