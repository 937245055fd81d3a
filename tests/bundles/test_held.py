"""What was kept stays with its version of a bundle for as long as a quotation of it is valid."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from market.bundles import service
from market.bundles.authoring import publish, update_slot
from market.bundles.errors import BundleNotFound
from market.bundles.house import HouseAnswers
from market.bundles.types import Choices, Owner
from market.kernel.actor import SYSTEM
from market.kernel.region_code import RegionCode
from market.quotations import service as quotations
from market.quotations.models import Quotation
from tests.factories.accounts import make_account, sign_in
from tests.factories.bundles import WALL, WRAP, offer_eps

TOWN = RegionCode("130624104")
MINE = Owner(token="g" * 43)
OTHER = Owner(token="h" * 43)
SMALL = Choices(HouseAnswers("brick-concrete-2"))


@pytest.fixture
def bundle_id(session, now):
    offer_eps(session)
    made = service.create_bundle(session, SYSTEM, WRAP, now)
    service.add_slot(session, SYSTEM, made, WALL, now)
    publish(session, SYSTEM, made, now)
    return made


@pytest.fixture
def kept(session, bundle_id, now):
    return service.save_configuration(
        session, MINE, WRAP.slug, SMALL, configuration_id=None, now=now
    )


def double(session, bundle_id, now):
    """A second version that asks for twice as many boards."""
    update_slot(session, SYSTEM, bundle_id, replace(WALL, quantity="wall_net*2"), now)
    publish(session, SYSTEM, bundle_id, now)


def packs(session, configuration_id, at):
    return service.select_for_cart(session, MINE, configuration_id, TOWN, at).lines[0].packs


def test_a_kept_configuration_stays_with_its_version_then_moves_on(session, bundle_id, kept, now):
    first = packs(session, kept, now)
    double(session, bundle_id, now)
    assert packs(session, kept, now) == first
    held = service.held_version(session, WRAP.slug, 1, now)
    assert (held.version, held.newest, held.until) == (1, 2, now + service.HELD_FOR)
    assert [(one.part, one.field) for one in held.changes] == [("slot", "quantity")]
    later = now + service.HELD_FOR
    assert packs(session, kept, later - timedelta(seconds=1)) == first
    assert packs(session, kept, later) == pytest.approx(2 * first, abs=1)
    held = service.held_version(session, WRAP.slug, 1, later)
    assert (held.version, held.made_with, held.is_old) == (2, 1, False)
    assert held.changes


def test_changing_it_keeps_the_version_and_one_press_leaves_it(session, bundle_id, kept, now):
    double(session, bundle_id, now)
    save = {"configuration_id": kept, "now": now}
    service.save_configuration(session, MINE, WRAP.slug, Choices(), **save)
    assert service.select_for_cart(session, MINE, kept, TOWN, now).version == 1
    assert service.use_newest(session, MINE, kept, now) == 2
    assert service.select_for_cart(session, MINE, kept, TOWN, now).version == 2
    fresh = service.save_configuration(
        session, OTHER, WRAP.slug, SMALL, configuration_id=None, now=now
    )
    assert service.select_for_cart(session, OTHER, fresh, TOWN, now).version == 2


def test_a_short_code_opens_the_version_it_was_made_with(session, bundle_id, kept, now):
    shared = service.get_share(session, service.share(session, MINE, kept, now))
    double(session, bundle_id, now)
    opened = service.save_configuration(
        session, OTHER, shared.slug, shared.choices, configuration_id=None, now=now,
        version=shared.version,
    )  # fmt: skip
    assert service.select_for_cart(session, OTHER, opened, TOWN, now).version == 1


def test_no_quotation_outlives_the_version_it_is_made_of(session, bundle_id, kept, now):
    quotations.issue(session, MINE, kept, TOWN, now)
    double(session, bundle_id, now + timedelta(days=1))
    late = now + timedelta(days=10)
    quotations.issue(session, MINE, kept, TOWN, late)
    for row in session.scalars(select(Quotation)):
        at = row.valid_until - timedelta(seconds=1)
        assert row.bundle_version == 1
        assert service.held_version(session, WRAP.slug, 1, at).version == 1


def test_an_unknown_version_is_the_newest_and_a_retired_bundle_is_gone(session, bundle_id, now):
    assert service.held_version(session, WRAP.slug, 77, now).version == 1
    service.retire(session, SYSTEM, bundle_id, now)
    with pytest.raises(BundleNotFound):
        service.held_version(session, WRAP.slug, 1, now)


def test_the_page_says_so_and_recomputes_in_one_press(client, session, bundle_id, clock):
    account = make_account(session)
    sign_in(client, session, account.id)
    kept = service.save_configuration(
        session, Owner(account.id), WRAP.slug, SMALL, configuration_id=None, now=clock.now()
    )
    session.commit()
    address = f"/bundles/{WRAP.slug}/my/{kept}"
    assert "按最新版本重新计算" not in client.get(address).text
    double(session, bundle_id, clock.now())
    session.commit()
    text = client.get(address).text
    assert "这一套是按第 1 版配的" in text
    assert "wall_net*2" in text  # what the new version changes
    assert "按最新版本重新计算" in client.get(f"/bundles/{WRAP.slug}").text
    done = client.post(f"{address}/newest", follow_redirects=True)
    assert "现在按第 2 版算" in done.text
    assert "按最新版本重新计算" not in done.text
    assert client.post(f"/bundles/{WRAP.slug}/my/{'x' * 20}/newest").status_code == 404


def test_the_page_says_when_the_old_version_expired(client, session, bundle_id, clock):
    account = make_account(session)
    sign_in(client, session, account.id)
    kept = service.save_configuration(
        session, Owner(account.id), WRAP.slug, SMALL, configuration_id=None, now=clock.now()
    )
    double(session, bundle_id, clock.now())
    session.commit()
    clock.advance(days=16)
    text = client.get(f"/bundles/{WRAP.slug}/my/{kept}").text
    assert "那一版过期了" in text
    assert "wall_net*2" in text
