"""`href` of templates: the addresses Flask makes, by a shorter way for plain values."""

import pytest
from flask import Flask, url_for
from werkzeug.routing import BuildError

from market.web.templating import href


@pytest.mark.parametrize(
    ("endpoint", "values"),
    [
        ("storefront.home", {}),
        ("storefront.show_product", {"product_id": "p01"}),
        ("storefront.show_product", {"product_id": "p01", "amount": "20", "_anchor": "sellers"}),
        ("storefront.show_product", {"product_id": "甲 乙/丙%s"}),
        ("search.show_results", {"q": "屋顶 & 100%", "page": 2}),
        ("manuals.show_version", {"product_id": "p01", "version": 3}),
        ("manuals.show_version", {"product_id": "p01", "version": "3"}),
        ("storefront.compare_products", {"p": ("a1", "b2")}),
        ("search.show_results", {"q": None}),
        ("search.show_results", {"q": ""}),
    ],
)
def test_an_address_is_the_one_that_flask_makes(
    app: Flask, endpoint: str, values: dict[str, object]
) -> None:
    for prefix in ("", "/shop"):
        with app.test_request_context(environ_overrides={"SCRIPT_NAME": prefix}):
            wanted = url_for(endpoint, **values)  # type: ignore[arg-type]
            assert [href(endpoint, **values) for _ in range(2)] == [wanted, wanted]
            assert wanted.startswith(prefix + "/")


def test_two_plain_values_never_share_an_address(app: Flask) -> None:
    with app.test_request_context():
        found = {href("storefront.show_product", product_id=f"p{n}") for n in range(50)}
    assert found == {f"/p/p{n}" for n in range(50)}


def test_a_page_that_does_not_exist_is_refused(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(BuildError):
        href("storefront.show_product", colour="red")
