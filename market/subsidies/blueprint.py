"""The blueprint that the pages of subsidies share."""

from flask import Blueprint

blueprint = Blueprint("subsidies", __name__)
