"""The API's blueprint: no cookies count here, so no forgery is possible and none is checked."""

from flask import Blueprint

from market.web.security import csrf

PREFIX = "/api/v1"
blueprint = Blueprint("api", __name__)
csrf.exempt(blueprint)
