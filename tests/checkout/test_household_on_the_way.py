"""Stating one's household on the last page of checkout loses nothing that was chosen."""

from urllib.parse import parse_qs, urlsplit

from tests.factories.accounts import sign_in
from tests.factories.orders import make_household


def next_of(client, **data):
    answer = client.post("/checkout/household", data=data)
    assert answer.status_code == 303
    (back,) = parse_qs(urlsplit(answer.location).query)["next"]
    assert urlsplit(back).path == "/checkout/confirm"
    return parse_qs(urlsplit(back).query)


def test_the_address_and_the_pick_up_point_are_kept(client, session):
    household = make_household(session)
    session.commit()
    sign_in(client, session, household.account_id)
    chosen = {"address": "1m8qeqc825zddn8pxtqs", "pickup": "1m8qeqc825zddn8pxtqt.2026-12-05"}
    assert next_of(client, **chosen) == {name: [value] for name, value in chosen.items()}
    assert next_of(client, address=chosen["address"]) == {"address": [chosen["address"]]}
