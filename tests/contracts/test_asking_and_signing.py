"""From a configuration to a contract that both have signed."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from market.catalogue.models import StockLevel
from market.contracts import service
from market.contracts.content import digest_of
from market.contracts.errors import (
    AlreadySigned,
    ConsentMissing,
    ContractChanged,
    ContractNotFound,
    DatesOutOfOrder,
    DayIsOver,
    DepositTooLarge,
    NameMissing,
    PercentSum,
    RetentionTooLarge,
)
from market.contracts.invariants import breaches
from market.contracts.models import Contract, ContractSignature, ContractVersion
from market.contracts.types import ContractState, DraftEdit, Party, StepEdit, StepKind
from market.kernel.actor import Actor
from market.kernel.clock import shanghai_date
from market.matching import queries as matching
from market.matching import service as verbs
from market.matching.errors import JobUnderContract
from market.matching.service import finish_by_crew, finish_by_household
from market.renovations import queries as renovations
from market.renovations.types import Visitor
from tests.factories import contracts as make
from tests.factories.renovations import make_quote_draft


def edit_of(view, **over):
    """The version as it is, to be changed by a test."""
    steps = tuple(StepEdit(s.pct, s.planned_on) for s in view.steps)
    values = {"seen_version": view.version, "steps": steps, "goods": {}, "words": "", **over}
    return DraftEdit(**values)


def with_pct(view, **pct):
    """The steps with other percentages, by position."""
    return tuple(StepEdit(pct.get(f"p{i}", s.pct), s.planned_on) for i, s in enumerate(view.steps))


def test_a_request_is_filled_from_the_plan_and_crews_see_the_goods_without_prices(session, now):
    job = make.make_parties(session)
    key = make.ask(session, job, now)
    page = matching.crew_page(session, job.crew, key)
    request = page.request
    assert request.contract_mode == "platform"
    assert request.project_type == make.SLUG
    assert request.region == make.TOWN
    assert set(request.trades) == set(make.TRADES)
    plan = request.plan
    assert plan is not None
    assert plan.configuration_id == job.configuration_id
    assert {line.listing_id for line in plan.lines} == {
        job.boards.listing_id, job.windows.listing_id
    }  # fmt: skip
    assert all(line.packs > 0 for line in plan.lines)
    assert page.contact is None
    told = {part.name for part in fields(plan.lines[0])}
    assert not [name for name in told if "fen" in name or "price" in name or "seller" in name]
    expected = renovations.expected_items(request.project_type, has_plan=True)
    assert "main_material" not in {item.key for item in expected}
    assert "main_material" in {
        item.key for item in renovations.expected_items(request.project_type)
    }


def test_the_award_drafts_a_contract_from_quote_and_plan(session, now):
    job = make.draft(session, now)
    view = job.view(session)
    assert (view.state, view.version) == (ContractState.DRAFT, 1)
    assert view.labour_fen == 450_000
    assert sum(s.pct for s in view.steps) == 100
    assert sum(m.amount_fen for m in view.milestones) == 450_000
    materials = view.content["materials"]
    assert materials["source"] == "price"
    assert len(materials["sellers"]) == 2
    assert materials["total_fen"] == sum(s["total_fen"] for s in materials["sellers"])
    assert materials["missing"] == []
    kinds = [s.kind for s in view.steps]
    goods = view.content["goods"]
    assert kinds[goods[job.boards.listing_id]] is StepKind.ARRIVAL
    assert goods[job.windows.listing_id] > kinds.index(StepKind.ARRIVAL)
    assert view.digest == digest_of(view.content)
    assert "赵户主" not in str(view.content)
    assert breaches(session) == []


def test_work_does_not_begin_before_its_goods_can_be_there(session, now):
    job = make.make_parties(session)
    make.draft(session, now, job, starts_on=shanghai_date(now))
    lead = max(
        line["lead_days"]
        for seller in job.view(session).content["materials"]["sellers"]
        for line in seller["lines"]
    )
    arrival = next(s for s in job.view(session).steps if s.kind is StepKind.ARRIVAL)
    assert arrival.planned_on == shanghai_date(now) + timedelta(days=lead + 7)


def test_goods_nobody_sells_any_more_are_named_and_count_nothing(session, now):
    job = make.make_parties(session)
    make.ask(session, job, now)
    for level in session.scalars(
        select(StockLevel).where(StockLevel.listing_id == job.windows.listing_id)
    ):
        level.on_hand = 0
    session.flush()
    verbs.accept(session, job.crew, job.request_id, now=now)
    quote = verbs.send_quote(
        session, job.crew, job.request_id, make_quote_draft(now, make.wall_work()), now=now
    )
    verbs.award(session, Visitor(job.household), job.request_id, quote, now=now)
    said = session.scalars(select(ContractVersion)).one().content["materials"]
    assert [line["name_zh"] for line in said["missing"]] == ["塑钢窗"]
    assert len(said["sellers"]) == 1
    assert said["total_fen"] == said["sellers"][0]["total_fen"]


def test_a_change_makes_a_version_and_signatures_of_before_count_no_more(session, now):
    job = make.draft(session, now)
    service.sign(session, job.crew, job.contract_id, 1, "李队长", agreed=True, now=now)
    view = job.view(session)
    assert view.signed_by(Party.CREW)
    wanted = edit_of(view, steps=with_pct(view, p0=5, p1=35), words="窗台石归施工队")
    assert service.edit(session, job.household, job.contract_id, wanted, now) == 2
    view = job.view(session)
    assert view.signed_by(Party.CREW) is None
    assert view.content["words"] == "窗台石归施工队"
    assert [s.pct for s in view.steps][:2] == [5, 35]
    with pytest.raises(ContractChanged):
        service.sign(session, job.crew, job.contract_id, 1, "李队长", agreed=True, now=now)
    assert not service.sign(session, job.crew, job.contract_id, 2, "李队长", agreed=True, now=now)
    with pytest.raises(AlreadySigned):
        service.sign(session, job.crew, job.contract_id, 2, "李队长", agreed=True, now=now)
    assert service.sign(session, job.household, job.contract_id, 2, "赵户主", agreed=True, now=now)
    view = job.view(session)
    assert view.state is ContractState.RUNNING
    assert {s.digest for s in view.signatures if s.version == 2} == {view.digest}
    assert view.milestones[0].state == "accepted"
    assert breaches(session) == []


def test_two_who_read_the_same_version_cannot_both_change_it(session, now):
    job = make.draft(session, now)
    seen = edit_of(job.view(session), words="甲")
    service.edit(session, job.household, job.contract_id, seen, now)
    with pytest.raises(ContractChanged):
        service.edit(session, job.crew, job.contract_id, replace(seen, words="乙"), now)
    assert job.view(session).content["words"] == "甲"


@pytest.mark.parametrize(
    ("pct", "refusal", "field"),
    [
        ({"p0": 21, "p1": 19}, DepositTooLarge, "steps-0-pct"),
        ({"p5": 4, "p4": 11}, RetentionTooLarge, "steps-5-pct"),
        ({"p1": 31}, PercentSum, "steps-4-pct"),
    ],
)
def test_the_law_and_the_sum_are_kept(session, now, pct, refusal, field):
    job = make.draft(session, now)
    view = job.view(session)
    with pytest.raises(refusal) as refused:
        service.edit(
            session, job.crew, job.contract_id, edit_of(view, steps=with_pct(view, **pct)), now
        )
    assert refused.value.field == field
    assert job.view(session).version == 1


def test_days_are_in_order_and_not_over(session, now):
    job = make.draft(session, now)
    view = job.view(session)
    today = shanghai_date(now)
    late = [StepEdit(s.pct, s.planned_on) for s in view.steps]
    late[2] = StepEdit(late[2].pct, late[1].planned_on - timedelta(days=1))
    with pytest.raises(DatesOutOfOrder):
        service.edit(session, job.crew, job.contract_id, edit_of(view, steps=tuple(late)), now)
    late[1] = StepEdit(late[1].pct, today - timedelta(days=1))
    with pytest.raises(DayIsOver):
        service.edit(session, job.crew, job.contract_id, edit_of(view, steps=tuple(late)), now)


def test_a_plan_whose_days_went_by_is_not_signed(session, now):
    job = make.draft(session, now)
    with pytest.raises(DayIsOver):
        service.sign(
            session, job.crew, job.contract_id, 1, "李队长", agreed=True,
            now=now + timedelta(days=60),
        )  # fmt: skip
    assert session.scalars(select(ContractSignature)).all() == []


def test_a_signature_is_a_name_given_on_purpose(session, now):
    job = make.draft(session, now)
    with pytest.raises(NameMissing):
        service.sign(session, job.crew, job.contract_id, 1, " 李 ", agreed=True, now=now)
    with pytest.raises(ConsentMissing):
        service.sign(session, job.crew, job.contract_id, 1, "李队长", agreed=False, now=now)
    assert job.view(session).signatures == ()


def test_strangers_find_nothing(session, now):
    job = make.draft(session, now)
    for who in (Actor("s" * 20), Actor("s" * 20, provider_ids=frozenset({"p" * 20}))):
        with pytest.raises(ContractNotFound):
            service.sign(session, who, job.contract_id, 1, "张三丰", agreed=True, now=now)
        with pytest.raises(ContractNotFound):
            service.edit(session, who, job.contract_id, edit_of(job.view(session)), now)
        with pytest.raises(ContractNotFound):
            service.cancel(session, who, job.contract_id, "不", now, 14)


def test_a_job_under_contract_is_not_finished_beside_it(session, now):
    job = make.running(session, now)
    with pytest.raises(JobUnderContract):
        finish_by_crew(session, job.crew, job.request_id, now=now)
    with pytest.raises(JobUnderContract):
        finish_by_household(session, Visitor(job.household), job.request_id, None, now=now)


def test_a_template_begins_the_milestones_anew(session, now):
    job = make.draft(session, now)
    service.use_template(session, job.household, job.contract_id, "newbuild", 1, now)
    view = job.view(session)
    assert (view.version, len(view.steps), view.content["template"]) == (2, 7, "newbuild")
    with pytest.raises(ContractChanged):
        service.use_template(session, job.household, job.contract_id, "small", 1, now)
    assert breaches(session) == []


def test_breaches_are_seen(session, now):
    job = make.running(session, now)
    said = session.scalars(select(ContractVersion)).one()
    content = {**said.content, "steps": [dict(s) for s in said.content["steps"]]}
    content["steps"][0]["pct"] = 25
    said.content = content
    row = session.get_one(Contract, job.contract_id)
    session.flush()
    found = " ".join(breaches(session))
    assert "deposit_too_large" in found
    assert "digest" in found
    session.scalars(select(ContractSignature)).first().digest = "0" * 64
    session.flush()
    assert f"contract {row.id}: runs with 1 signatures" in " ".join(breaches(session))
