"""The one blueprint of bundles; the view modules add their pages to it."""

from flask import Blueprint

blueprint = Blueprint("bundles", __name__)
