"""The one blueprint of promotions; the view modules add their pages to it."""

from flask import Blueprint

blueprint = Blueprint("promotions", __name__)
