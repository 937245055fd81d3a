"""From publishing to the award, with the clocks."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event as sql_event
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from market.kernel import events
from market.kernel.actor import Actor
from market.kernel.errors import Conflict, Forbidden, Gone, Invalid, NotFound
from market.kernel.region_code import RegionCode
from market.matching import queries, service
from market.matching.events import (
    InvitationSent,
    NoQuotesByDeadline,
    QuoteReceived,
    RequestAwarded,
)
from market.providers import queries as providers
from market.providers import service as provider_service
from market.providers.types import Verdict
from market.renovations import queries as renovations
from market.renovations import service as requests
from market.renovations.errors import (
    AlreadyAwarded,
    InvitationOver,
    NoPlaceLeft,
    QuoteDateTooEarly,
    QuoteExpired,
    QuoteOutdated,
    RequestClosed,
    RequestIncomplete,
)
from market.renovations.models import Quote, RenovationRequest
from market.renovations.types import QuoteLineDraft, Visitor
from tests.factories.accounts import make_actor
from tests.factories.providers import HOME, make_provider
from tests.factories.renovations import (
    LIMITS,
    crew_actor,
    make_draft,
    make_quote_draft,
    make_request,
    quoted,
)


@pytest.fixture
def told():
    """The events of the test, in order."""
    heard = []
    before = dict(events._table)
    kinds = (InvitationSent, QuoteReceived, RequestAwarded, NoQuotesByDeadline)
    events.install({kind: [lambda _s, event: heard.append(event)] for kind in kinds})
    yield heard
    events.install(before)


def states(session, request_id):
    return {one.provider_id: one.state for one in renovations.invitations_of(session, request_id)}


def test_publishing_invites_one_wave_with_reasons(session, now, told):
    crews = [make_provider(session) for _ in range(7)]
    _, key = make_request(session, now=now)
    sent = renovations.invitations_of(session, key)
    assert len(sent) == LIMITS.wave_size
    assert {one.wave for one in sent} == {1}
    assert all(one.reasons and one.expires_at == now + timedelta(hours=48) for one in sent)
    assert [type(event) for event in told] == [InvitationSent] * LIMITS.wave_size
    assert renovations.find_request(session, key).crews_fit == len(crews)


def test_equal_crews_share_the_invitations(session, now):
    crews = {make_provider(session).id for _ in range(10)}
    limits = replace(LIMITS, wave_size=5)
    first, second = (
        set(states(session, make_request(session, now=now + timedelta(hours=n), limits=limits)[1]))
        for n in (0, 1)
    )
    assert first | second == crews


def test_an_unfinished_draft_cannot_be_published(session, now):
    who = Visitor(make_actor(session))
    key = requests.start(session, who, now=now)
    with pytest.raises(RequestIncomplete):
        service.publish(session, who, key, now=now, limits=LIMITS, open_days=7)


def test_a_request_outside_is_not_found(session, now):
    make_provider(session)
    outside = make_provider(session, areas=("130626",))
    _, key = make_request(session, now=now)
    with pytest.raises(NotFound):
        queries.crew_page(session, crew_actor(outside.id), key)
    with pytest.raises(NotFound):
        service.accept(session, crew_actor(outside.id), key, now=now)


def test_declining_asks_the_next_crew(session, now):
    for _ in range(2):
        make_provider(session)
    _, key = make_request(session, now=now, limits=replace(LIMITS, wave_size=1))
    (first,) = states(session, key)
    service.decline(
        session, crew_actor(first), key, "busy", now=now, limits=replace(LIMITS, wave_size=1)
    )
    after = states(session, key)
    assert after.pop(first) == "declined"
    assert list(after.values()) == ["sent"]


def test_later_waves_reach_every_crew(session, now):
    crews = {make_provider(session).id for _ in range(45)}
    limits = replace(LIMITS, wave_size=15)
    _, key = make_request(session, now=now, limits=limits)
    for wave in range(1, 4):
        service.sweep(session, now=now + timedelta(hours=49 * wave), limits=limits)
    assert set(states(session, key)) == crews


def test_an_unanswered_invitation_expires_by_the_clock_and_is_rerouted(session, now):
    for _ in range(2):
        make_provider(session)
    limits = replace(LIMITS, wave_size=1)
    _, key = make_request(session, now=now, limits=limits)
    (first,) = states(session, key)
    later = now + timedelta(hours=48)
    with pytest.raises(InvitationOver):
        service.accept(session, crew_actor(first), key, now=later)
    session.rollback()


def test_the_sweep_expires_and_reroutes_and_repeats_harmlessly(session, now):
    for _ in range(2):
        make_provider(session)
    limits = replace(LIMITS, wave_size=1)
    _, key = make_request(session, now=now, limits=limits)
    (first,) = states(session, key)
    later = now + timedelta(hours=49)
    assert service.sweep(session, now=later, limits=limits).expired_invitations_of == 1
    once = states(session, key)
    assert once[first] == "expired"
    assert sorted(once.values()) == ["expired", "sent"]
    service.sweep(session, now=later, limits=limits)
    assert states(session, key) == once


def test_places_run_out(session, now):
    crews = [make_provider(session) for _ in range(3)]
    _, key = make_request(session, now=now, limits=replace(LIMITS, quoting_places=2))
    for crew in crews[:2]:
        service.accept(session, crew_actor(crew.id), key, now=now)
    with pytest.raises(NoPlaceLeft):
        service.accept(session, crew_actor(crews[2].id), key, now=now)


def test_accepting_twice_takes_one_place(session, now):
    crew = make_provider(session)
    _, key = make_request(session, now=now)
    service.accept(session, crew_actor(crew.id), key, now=now)
    with pytest.raises(InvitationOver):
        service.accept(session, crew_actor(crew.id), key, now=now)


def test_withdrawing_frees_the_place(session, now):
    crew = make_provider(session)
    _, key = make_request(session, now=now)
    service.accept(session, crew_actor(crew.id), key, now=now)
    service.withdraw(session, crew_actor(crew.id), key, now=now, limits=LIMITS)
    assert renovations.find_request(session, key).places_left == LIMITS.quoting_places
    assert states(session, key) == {crew.id: "withdrawn"}


def test_the_server_computes_the_total(session, now, told):
    crew = make_provider(session)
    _, key = make_request(session, now=now)
    lines = (
        QuoteLineDraft("labour", "屋面防水施工", Decimal("88.5"), "m2", 4_550, "roof_waterproof"),
        QuoteLineDraft("other", "搬东西", Decimal(1), "set", 20_000),
    )
    quote_id = quoted(session, key, crew.id, *lines, now=now)
    quote = renovations.get_quote(session, key, quote_id)
    assert quote.total_fen == 402_675 + 20_000 == sum(line.amount_fen for line in quote.lines)
    assert any(isinstance(event, QuoteReceived) for event in told)


def test_a_new_version_replaces_the_old_one_which_stays_readable(session, now):
    crew = make_provider(session)
    who, key = make_request(session, now=now)
    old = quoted(session, key, crew.id, now=now)
    draft = make_quote_draft(now, QuoteLineDraft("labour", "全部", Decimal(1), "set", 99_900))
    new = service.send_quote(session, crew_actor(crew.id), key, draft, now=now)
    assert [one.id for one in renovations.current_quotes(session, key)] == [new]
    assert [one.version for one in renovations.quote_versions(session, key, crew.id)] == [2, 1]
    with pytest.raises(QuoteOutdated):
        service.award(session, who, key, old, now=now)


def test_quotes_close_with_the_request(session, now):
    crew = make_provider(session)
    _, key = make_request(session, now=now)
    service.accept(session, crew_actor(crew.id), key, now=now)
    late = now + timedelta(days=7)
    with pytest.raises(RequestClosed):
        service.send_quote(session, crew_actor(crew.id), key, make_quote_draft(late), now=late)
    with pytest.raises(QuoteDateTooEarly):
        service.send_quote(
            session, crew_actor(crew.id), key, make_quote_draft(now, days_valid=1), now=now
        )


def test_the_award(session, now, told):
    winner, loser, silent = (make_provider(session, weekly_capacity=1) for _ in range(3))
    who, key = make_request(session, now=now)
    chosen = quoted(session, key, winner.id, now=now)
    other = quoted(session, key, loser.id, now=now)
    page = queries.crew_page(session, crew_actor(winner.id), key)
    assert page.contact is None
    service.award(session, who, key, chosen, now=now)
    assert states(session, key) == {
        winner.id: "won", loser.id: "lost", silent.id: "withdrawn",
    }  # fmt: skip
    assert queries.crew_page(session, crew_actor(winner.id), key).contact is not None
    assert queries.crew_page(session, crew_actor(loser.id), key).contact is None
    assert not providers.find_provider(session, winner.id).free
    (told_award,) = (event for event in told if isinstance(event, RequestAwarded))
    assert told_award.other_provider_ids == (loser.id,)
    with pytest.raises(AlreadyAwarded):
        service.award(session, who, key, other, now=now)


def test_the_database_itself_refuses_a_second_award(session, now):
    crews = [make_provider(session) for _ in range(2)]
    _, key = make_request(session, now=now)
    for crew in crews:
        quoted(session, key, crew.id, now=now)
    rows = session.scalars(select(Quote).where(Quote.request_id == key)).all()
    rows[0].awarded_at = now
    session.flush()
    rows[1].awarded_at = now
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_only_the_own_household_awards(session, now):
    crew = make_provider(session)
    _, key = make_request(session, now=now)
    quote_id = quoted(session, key, crew.id, now=now)
    with pytest.raises(NotFound):
        service.award(session, Visitor(make_actor(session)), key, quote_id, now=now)


def test_an_expired_quote_cannot_be_chosen(session, now):
    crew = make_provider(session)
    who, key = make_request(session, now=now)
    service.accept(session, crew_actor(crew.id), key, now=now)
    draft = make_quote_draft(now, days_valid=8)
    quote_id = service.send_quote(session, crew_actor(crew.id), key, draft, now=now)
    with pytest.raises(QuoteExpired):
        service.award(session, who, key, quote_id, now=now + timedelta(days=9))


def test_too_few_quotes_are_told_once(session, now, told):
    crew = make_provider(session)
    _, key = make_request(session, now=now)
    quoted(session, key, crew.id, now=now)
    after = now + timedelta(days=7)
    assert service.sweep(session, now=after, limits=LIMITS).escalated == 1
    assert service.sweep(session, now=after, limits=LIMITS).escalated == 0
    (event,) = (event for event in told if isinstance(event, NoQuotesByDeadline))
    assert event.quotes == 1


def test_enough_quotes_are_not_escalated(session, now):
    crews = [make_provider(session) for _ in range(2)]
    _, key = make_request(session, now=now)
    for crew in crews:
        quoted(session, key, crew.id, now=now)
    report = service.sweep(session, now=now + timedelta(days=8), limits=LIMITS)
    assert (report.escalated, report.expired_requests) == (0, 0)


def test_an_extension_asks_crews_that_came_later(session, now):
    who, key = make_request(session, now=now)
    after = now + timedelta(days=7)
    service.sweep(session, now=after, limits=LIMITS)
    crew = make_provider(session)
    service.extend(session, who, key, now=after, limits=LIMITS)
    assert states(session, key) == {crew.id: "sent"}
    with pytest.raises(Conflict):
        service.extend(session, who, key, now=after, limits=LIMITS)


def test_a_crew_approved_later_is_asked_by_the_sweep(session, now):
    _, key = make_request(session, now=now)
    assert not states(session, key)
    crew = make_provider(session)
    service.sweep(session, now=now + timedelta(hours=1), limits=LIMITS)
    assert states(session, key) == {crew.id: "sent"}


def test_an_undecided_request_ends_by_the_clock(session, now):
    crew = make_provider(session)
    who, key = make_request(session, now=now)
    quote_id = quoted(session, key, crew.id, now=now)
    end = now + timedelta(days=22)
    assert service.sweep(session, now=end, limits=LIMITS).expired_requests == 1
    assert renovations.find_request(session, key).state == "expired"
    assert states(session, key) == {crew.id: "lost"}
    with pytest.raises((Gone, Conflict)):
        service.award(session, who, key, quote_id, now=now)


def test_ending_without_an_award_keeps_the_reason(session, now):
    crew = make_provider(session)
    who, key = make_request(session, now=now)
    quoted(session, key, crew.id, now=now)
    with pytest.raises(Invalid):
        requests.close(session, who, key, "because", now=now)
    requests.close(session, who, key, "none_suitable", now=now)
    view = renovations.find_request(session, key)
    assert (view.state, view.close_reason) == ("closed", "none_suitable")
    with pytest.raises(Conflict):
        requests.close(session, who, key, "not_now", now=now)


def test_without_a_quote_it_is_cancelled(session, now):
    who, key = make_request(session, now=now)
    requests.close(session, who, key, "not_now", now=now)
    assert renovations.find_request(session, key).state == "cancelled"


def test_finishing_frees_the_capacity_and_rates_once(session, now):
    crew = make_provider(session, weekly_capacity=1)
    who, key = make_request(session, now=now)
    service.award(session, who, key, quoted(session, key, crew.id, now=now), now=now)
    service.finish_by_crew(session, crew_actor(crew.id), key, now=now)
    service.finish_by_household(session, who, key, 5, now=now)
    view = providers.find_provider(session, crew.id)
    assert (view.open_jobs, view.rating.average_tenths) == (0, 50)
    with pytest.raises(Conflict):
        service.finish_by_household(session, who, key, 1, now=now)


def test_a_suspended_crew_cannot_accept(session, now):
    crew = make_provider(session)
    _, key = make_request(session, now=now)
    judge = Actor(account_id="o", roles=frozenset({"operator"}))
    provider_service.decide(session, judge, crew.id, Verdict.SUSPEND, "投诉", now=now)
    with pytest.raises(Conflict):
        service.accept(session, crew_actor(crew.id), key, now=now)


def test_officials_see_their_own_subtree(session, now):
    make_request(session, now=now)
    own = Actor("o", frozenset({"official"}), official_regions=(RegionCode("1306"),))
    other = Actor("p", frozenset({"official"}), official_regions=(RegionCode("130626"),))
    (view,) = renovations.list_in_regions(session, own).items
    assert not renovations.list_in_regions(session, other).items
    assert renovations.gaps_by_township(session, own) == [(RegionCode(HOME), 1, 1)]
    with pytest.raises(Forbidden):
        queries.official_request(session, other, view.id)
    assert queries.official_request(session, own, view.id).id == view.id


def test_drafts_are_nobodys_business(session, now):
    _, key = make_draft(session, now=now)
    operator = Actor("o", frozenset({"operator"}))
    with pytest.raises(NotFound):
        queries.official_request(session, operator, key)
    assert not session.scalars(
        select(RenovationRequest).where(RenovationRequest.state != "draft")
    ).all()


def test_publishing_costs_the_same_statements_with_many_crews(session, now):
    def cost():
        statements = []

        def count(_conn, _cursor, statement, *_rest):
            statements.append(statement)

        who, key = make_draft(session, now=now)
        session.flush()
        sql_event.listen(session.get_bind(), "before_cursor_execute", count)
        service.publish(session, who, key, now=now, limits=LIMITS, open_days=7)
        session.flush()
        sql_event.remove(session.get_bind(), "before_cursor_execute", count)
        return len(statements)

    for _ in range(6):
        make_provider(session)
    few = cost()
    for _ in range(30):
        make_provider(session)
    assert cost() == few
