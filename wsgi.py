"""Entry for gunicorn and `flask --app wsgi`."""

from market.app import create_app
from market.config import Settings

app = create_app(Settings.from_env())
