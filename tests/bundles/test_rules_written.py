"""Rules of a bundle are refused at the desk, with their line, when they could never count."""

import html
from dataclasses import replace

import pytest

from market.bundles import codec, queries, service
from market.bundles.authoring import publish, remove_slot, update_bundle
from market.bundles.errors import RuleRefused
from market.bundles.models import Bundle, BundleReview
from market.bundles.staff_forms import bundle_data
from market.bundles.types import Rule, RuleKind
from market.kernel.actor import SYSTEM
from market.sellers import queries as sellers
from tests.factories.accounts import make_actor, sign_in
from tests.factories.bundles import WALL, WRAP, load, make_own_bundle
from tests.factories.catalogue import actor_for, ensure_kinds, make_maker
from tests.factories.sellers import make_seller
from tests.factories.suppliers import make_supplier

GONE = "eps excludes nosuchslot:nomaterial | 不行 | never"
FIRST = "eps needs net | 要网 | needs mesh"
NET = replace(WALL, key="net", element="")


def sent(session, bundle_id, rules):
    """What a browser would send of the editor."""
    data = {**bundle_data(queries.get_draft(session, bundle_id)), "rules": rules}
    return {key: value for key, value in data.items() if value not in (None, "")}


@pytest.fixture
def operators(client, session):
    ensure_kinds(session)
    actor = make_actor(session, "operator")
    sign_in(client, session, actor.account_id or "")


@pytest.fixture
def bundle_id(session, now):
    made = service.create_bundle(session, SYSTEM, WRAP, now)
    for slot in (WALL, NET):
        service.add_slot(session, SYSTEM, made, slot, now)
    return made


def test_the_operator_reads_which_line_names_what(client, session, bundle_id, operators):
    address = f"/operator/bundles/{bundle_id}"
    session.commit()
    answer = client.post(address, data=sent(session, bundle_id, f"{FIRST}\n\n{GONE}"))
    assert answer.status_code == 422
    page = html.unescape(answer.text)
    assert "规则第 3 行：这套方案里没有编号叫 nosuchslot 的材料" in page
    assert 'id="rules-err"' in page
    assert GONE in page
    answer = client.post(address, data=sent(session, bundle_id, f"{FIRST}\neps wants net"))
    assert answer.status_code == 422
    assert "规则第 2 行看不懂" in answer.text
    answer = client.post(address, data=sent(session, bundle_id, f"{FIRST}\r\n"))
    assert answer.status_code == 303
    assert [r.other for r in queries.get_draft(session, bundle_id).rules] == ["net"]


def test_suppliers_are_refused_alike(client, session, now):
    owner, seller_id = make_seller(session, now)
    ensure_kinds(session)
    seller = sellers.get_seller(session, seller_id)
    make_supplier(session, seller)
    made = make_own_bundle(session, seller)
    sign_in(client, session, owner.account_id)
    session.commit()
    answer = client.post(f"/seller/bundles/{made}", data=sent(session, made, GONE))
    assert answer.status_code == 422
    assert "规则第 1 行：这套方案里没有编号叫 nosuchslot 的材料" in html.unescape(answer.text)


def test_a_rule_whose_material_was_taken_out_is_not_published(session, now, bundle_id):
    rule = Rule(RuleKind.NEEDS, "eps", "net", reason_zh="a", reason_en="b")
    update_bundle(session, SYSTEM, bundle_id, replace(WRAP, rules=(rule,)), now)
    assert publish(session, SYSTEM, bundle_id, now) == 1
    remove_slot(session, SYSTEM, bundle_id, "net", now)
    with pytest.raises(RuleRefused) as refused:
        publish(session, SYSTEM, bundle_id, now)
    assert refused.value.params["name"] == "net"


def test_what_was_handed_in_before_is_not_approved_with_such_a_rule(session, now):
    seller = make_maker(session)
    make_supplier(session, seller)
    made = make_own_bundle(session, seller)
    review_id = service.submit(session, actor_for(seller.id), made, now=now)
    review = session.get_one(BundleReview, review_id)
    seen = codec.decode(review.content)
    dead = Rule(RuleKind.EXCLUDES, "eps", "nosuchslot", reason_zh="a", reason_en="b")
    review.content = codec.encode(replace(seen, rules=(dead,)))
    session.flush()
    with pytest.raises(RuleRefused):
        service.approve(session, SYSTEM, review_id, now=now)
    assert session.get_one(Bundle, made).version == 0


def test_the_shipped_bundles_keep_their_rules(session, now):
    load(session)
    for card, changed in queries.list_all(session):
        view = queries.get_live(session, card.slug)
        assert view.rules == queries.get_draft(session, card.id).rules
        assert not changed
    assert len(queries.get_live(session, "cold-clean-heat").rules) == 6
