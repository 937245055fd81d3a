"""A product page is put into a frame that other addresses share."""

import re

from markupsafe import escape

from market.web.templating import in_query
from tests.factories.catalogue import make_offer


def test_each_page_says_its_own_address_and_product(client, session):
    first = make_offer(session, product={"name_zh": "石墨板"})
    second = make_offer(session, first.maker, first.certificate, product={"name_zh": "岩棉<板>"})
    session.commit()
    for offer, name, other in ((first, "石墨板", "岩棉"), (second, "岩棉&lt;板&gt;", "石墨板")):
        for query in ("", '?amount=30&x="<i>'):
            address = f"/p/{offer.product_id}{query}"
            page = client.get(address).get_data(as_text=True)
            assert f'name="next" value="{escape(address)}"' in page
            assert f"<title>{name}" in page
            assert f"<title>{other}" not in page
            assert "%%" not in page


def test_an_error_is_told_beside_the_product(client, session):
    offer = make_offer(session)
    session.commit()
    wrong = client.get(f"/p/{offer.product_id}?amount=viel").get_data(as_text=True)
    assert 'class="notice bad" role="alert"' in wrong
    right = client.get(f"/p/{offer.product_id}").get_data(as_text=True)
    assert 'role="alert"' not in right


def test_what_was_asked_before_is_answered_to_everybody_in_their_language(client, session):
    offer = make_offer(session)
    session.commit()
    said = []
    for language in ("zh", "en", "zh"):
        client.set_cookie("lang", language)
        page = client.get(f"/p/{offer.product_id}?amount=viel").get_data(as_text=True)
        said.append(re.search(r'id="amount-err".*?</svg>(.*?)</p>', page, re.S)[1])
        assert 'value="viel"' in page
        for more in ("", "&x=" + "y" * 200):  # too long to be remembered
            right = client.get(f"/p/{offer.product_id}?amount=84{more}").get_data(as_text=True)
            assert 'id="amount-err"' not in right
            assert 'value="84"' in right
    assert said[0] == said[2] != said[1]
    assert all(said)


def test_the_place_is_chosen_for_the_page_one_is_on():
    assert in_query("/p/1?a=1&b=ö x") == "/p/1?a%3D1%26b%3D%C3%B6%20x"
