"""Bytes that are no text are refused once, before any view, in the visitor's language."""

from io import BytesIO
from urllib.parse import quote

import pytest

CHINESE, ENGLISH = "读不出来的字符", "characters that cannot be read"
URLENCODED = "application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def faults_become_answers(app):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield
    app.config["PROPAGATE_EXCEPTIONS"] = None


def raw(path="/", query="", cookie=""):
    """WSGI's view of a request, byte for byte."""
    found = {"PATH_INFO": path, "QUERY_STRING": query}
    return found | ({"HTTP_COOKIE": cookie} if cookie else {})


ADDRESSES = {
    "NUL in the path": raw("/p/\0"),
    "bytes in the path": raw("/p/\xff\xfe"),
    "NUL in a path of nowhere": raw("/nowhere\0/x"),
    "NUL in the query": raw("/search", "q=a%00b"),
    "raw NUL in the query": raw("/search", "q=a\0b"),
    "bytes in the query": raw("/search", "q=%FF%FE"),
    "raw bytes in the query": raw("/search", "q=\xff"),
    "half a surrogate pair in the query": raw("/search", "q=%ED%A0%80"),
    "NUL in a name of the query": raw("/search", "%00=1"),
    "NUL in a cookie": raw("/", cookie="township=5101\0"),
    "escaped NUL in a cookie": raw("/", cookie='township="5101\\000"'),
    "NUL by percent in a cookie": raw("/", cookie="cart=a%00b"),
    "bytes in a cookie": raw("/", cookie="cart=\xff\xfe"),
}


@pytest.mark.parametrize("case", ADDRESSES)
def test_an_address_or_cookie_that_is_no_text_is_refused(app, case):
    client, environ = app.test_client(use_cookies=False), ADDRESSES[case]
    got = client.get("/", environ_overrides=environ)
    assert got.status_code == 400
    assert CHINESE in got.get_data(as_text=True)
    cookies = "; ".join(filter(None, (environ.get("HTTP_COOKIE"), "lang=en")))
    got = client.get("/", environ_overrides=environ | {"HTTP_COOKIE": cookies})
    assert got.status_code == 400
    assert ENGLISH in got.get_data(as_text=True)


FORMS = {
    "NUL": ({"data": b"phone=1%00&password=x", "content_type": URLENCODED}),
    "a raw NUL": ({"data": b"phone=1\0&password=x", "content_type": URLENCODED}),
    "escaped bytes": ({"data": b"phone=%FF", "content_type": URLENCODED}),
    "raw bytes": ({"data": b"phone=\xff", "content_type": URLENCODED}),
    "NUL in a part": ({"data": {"phone": "a\0b", "f": (BytesIO(b"x"), "x.jpg")}}),
    "NUL in a file's name": ({"data": {"phone": "1", "f": (BytesIO(b"x"), "x\0.jpg")}}),
}


@pytest.mark.parametrize("case", FORMS)
@pytest.mark.parametrize("path", ["/sign-in", "/cart/lines", "/region", "/requests/new"])
def test_a_form_that_is_no_text_is_refused(client, case, path):
    call = dict(FORMS[case])
    if isinstance(call["data"], dict):
        name = call["data"]["f"][1]
        call["data"] = {**call["data"], "f": (BytesIO(b"x"), name)}
    got = client.post(path, query_string={"lang": "en"}, **call)
    assert (got.status_code, ENGLISH in got.get_data(as_text=True)) == (400, True)


def test_the_api_answers_unreadable_addresses_with_a_problem(client):
    got = client.get("/", environ_overrides=raw("/api/v1/regions/\0", "lang=en"))
    assert (got.status_code, got.json["code"]) == (400, "unreadable_text")
    assert ENGLISH in got.json["title"]


@pytest.mark.parametrize("text", ["绿色建材", "é", "🏠", "100%", "a+b", "%25", "\\000", "�"])
def test_text_of_every_script_passes(client, text):
    assert client.get(f"/search?q={quote(text)}").status_code == 200
