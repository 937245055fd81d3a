"""The blueprint that the views of the catalogue share."""

from flask import Blueprint

blueprint = Blueprint("catalogue", __name__)
