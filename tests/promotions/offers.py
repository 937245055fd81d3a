"""What the tests of offers have in common."""

import io

from PIL import Image

from market.carts import queries as carts
from market.carts.types import CartOwner
from market.checkout.quote import quote
from market.notifications import service as inbox
from market.notifications.texts import words as said
from tests.factories.orders import TOWN


def picture():
    file = io.BytesIO()
    Image.new("RGB", (40, 40), "brown").save(file, "PNG")
    file.seek(0)
    return file


def seen(session, household, now):
    cart = carts.get_cart(session, CartOwner(household.account_id))
    return quote(session, cart, TOWN, household.account_id, now)


def reasons(quoted):
    return [v.reason_code for v in quoted.not_applied]


def told(session, account_id):
    return [
        (message.kind, *said(message.kind, message.params, "zh"), message.link)
        for message in inbox.list_messages(session, account_id)
    ]
