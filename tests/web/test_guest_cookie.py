"""A guest's cookie is the one Flask would write."""

import pytest
from flask import Response, request, session
from flask.sessions import SecureCookieSessionInterface

from market.web.security import _Sessions


def _written(shared_app, save, vary):
    response = Response(headers={"Vary": vary} if vary else None)
    with shared_app.test_request_context("/"):
        session["csrf_token"] = "a" * 40
        save(shared_app, session._get_current_object(), response)
    return response


def _flags(response):
    [header] = response.headers.getlist("Set-Cookie")
    return sorted(part.strip() for part in header.split(";")[1:])


@pytest.mark.parametrize("https", [False, True])
@pytest.mark.parametrize("vary", [None, "Accept-Encoding"])
def test_it_has_the_flags_flask_gives_it(shared_app, monkeypatch, https, vary):
    monkeypatch.setitem(shared_app.config, "SESSION_COOKIE_SECURE", https)
    ours = _Sessions(shared_app.secret_key, https=https)
    mine = _written(shared_app, ours.save_session, vary)
    flask = _written(
        shared_app, lambda *of: SecureCookieSessionInterface.save_session(ours, *of), vary
    )
    assert _flags(mine) == _flags(flask)
    assert mine.vary == flask.vary


def test_it_is_read_again(shared_app):
    mine = _written(shared_app, shared_app.session_interface.save_session, None)
    cookie = mine.headers["Set-Cookie"].split(";")[0]
    with shared_app.test_request_context("/", headers={"Cookie": cookie}):
        assert request.cookies
        assert session["csrf_token"] == "a" * 40
