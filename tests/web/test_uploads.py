"""An upload that is too large gets an answer that a browser can show."""

from io import BytesIO

from market.web import context

WIZARD_PHOTOS, PHOTO_MB = 12, 10  # what the request for crews allows at once
MULTIPART = "multipart/form-data; boundary=b"


def test_one_request_holds_all_photos_of_a_house(app):
    with app.app_context():
        assert context.settings().max_upload_mb > WIZARD_PHOTOS * PHOTO_MB
        assert app.config["MAX_CONTENT_LENGTH"] == context.settings().max_upload_mb << 20


def test_too_large_an_upload_is_taken_in_before_it_is_refused(client, app, monkeypatch):
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 1_000)
    body = BytesIO(b"x" * 300_000)
    for language, words in (("zh", "文件太大了"), ("en", "too large")):
        body.seek(0)
        answer = client.post(
            "/requests/new", query_string={"lang": language}, input_stream=body,
            content_length=300_000, content_type=MULTIPART,
        )  # fmt: skip
        assert answer.status_code == 413
        assert words in answer.get_data(as_text=True)
        assert body.tell() == 300_000  # nothing is left in the pipe
