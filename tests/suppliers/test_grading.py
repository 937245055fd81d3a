"""A supplier of whole solutions is graded by what it proves, and only while an official says so."""

from dataclasses import replace
from io import BytesIO

import pytest
from sqlalchemy import select

from market.accounts import service as accounts
from market.audit.models import AuditEvent
from market.notifications.models import Message
from market.sellers import queries as sellers
from market.sellers.errors import SellerNotFound
from market.suppliers import queries, rules, service
from market.suppliers.errors import (
    AlreadyWaiting,
    ApplicationNotFound,
    NotASupplier,
    NoteMissing,
    NothingClaimed,
    NotStanding,
    NotWaiting,
    OutsideYourRegion,
    PointsMissing,
    PointsTooMany,
    ProofMissing,
    ReasonMissing,
    TooFewPoints,
)
from market.suppliers.types import ApplicationState, Entry, Mark
from tests.factories.accounts import make_account, make_actor, sign_in
from tests.factories.batches import paper
from tests.factories.catalogue import actor_for, make_maker
from tests.factories.footprints import OFFICIAL, START
from tests.factories.pictures import jpeg
from tests.factories.suppliers import apply, entries, make_supplier, usual_marks


def test_points_rise_by_steps_and_grades_follow_them():
    projects = rules.criteria()["projects"]
    counts = [0, 1, 2, 3, 8, 99]
    assert [rules.usual_points(projects, count) for count in counts] == [0, 8, 8, 16, 25, 25]
    assert sum(one.most for one in rules.criteria().values()) == 100
    expected = [(100, "A1"), (80, "A1"), (79, "A2"), (60, "A2"), (40, "A3"), (39, "")]
    assert [(points, rules.grade_of(points)) for points, _ in expected] == expected


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"crews": None}, PointsMissing),
        ({"crews": Mark("crews", -1)}, PointsMissing),
        ({"crews": Mark("crews", 21, "很多")}, PointsTooMany),
        ({"crews": Mark("crews", 20)}, NoteMissing),
        ({key: Mark(key, 1, "证明不全") for key in rules.criteria()}, TooFewPoints),
    ],
)
def test_a_grading_that_cannot_stand_is_refused(change, error):
    marks = {key: mark for key, mark in {**usual_marks(), **change}.items() if mark}
    counts = {entry.key: entry.count for entry in entries()}
    with pytest.raises(error):
        rules.check_marks(marks, counts)


def test_the_grade_is_public_only_while_it_stands(session):
    maker = make_maker(session)
    application_id = apply(session, maker)
    assert not sellers.get_seller(session, maker.id).is_supplier
    with pytest.raises(AlreadyWaiting):
        apply(session, maker)
    assert queries.waiting(session, OFFICIAL, START).waiting == 1
    assert service.approve(session, OFFICIAL, application_id, usual_marks(), now=START) == "A2"
    seller = sellers.get_seller(session, maker.id)
    assert (seller.is_supplier, seller.supplier_grade) == (True, "A2")
    assert str(seller.supplier_on) == "2026-11-22"
    grading = queries.standing_of(session, maker.id)
    assert (grading.points, grading.evidence["range"].points) == (68, 18)
    better = apply(session, maker, range=10, projects=8)
    service.approve(session, OFFICIAL, better, usual_marks(range=10, projects=8), now=START)
    assert sellers.get_seller(session, maker.id).supplier_grade == "A1"
    with pytest.raises(NotStanding):
        service.withdraw(session, OFFICIAL, application_id, "旧的", now=START)
    with pytest.raises(ReasonMissing):
        service.withdraw(session, OFFICIAL, better, " ", now=START)
    service.withdraw(session, OFFICIAL, better, "合同是假的", now=START)
    assert not sellers.get_seller(session, maker.id).is_supplier
    with pytest.raises(NotASupplier):
        queries.standing_of(session, maker.id)
    acts = session.scalars(select(AuditEvent.action).where(AuditEvent.object_id == better))
    assert list(acts) == ["supplier.approve", "supplier.end"]


def test_a_question_is_answered_with_a_corrected_application(session):
    maker = make_maker(session)
    actor = actor_for(maker.id)
    with pytest.raises(NothingClaimed):
        service.submit(session, actor, maker.id, [Entry("range", 0)], {}, now=START)
    with pytest.raises(ProofMissing):
        service.submit(session, actor, maker.id, entries(), {"range": paper()}, now=START)
    application_id = apply(session, maker)
    with pytest.raises(ReasonMissing):
        service.ask(session, OFFICIAL, application_id, "", now=START)
    service.ask(session, OFFICIAL, application_id, "合同过期了吗？", now=START)
    assert queries.asked_of_seller(session, maker.id) == 1
    with pytest.raises(NotWaiting):
        service.approve(session, OFFICIAL, application_id, usual_marks(), now=START)
    again = service.submit(session, actor, maker.id, entries(crews=2), {}, "换了一份", now=START)
    seen = queries.get_for_review(session, OFFICIAL, application_id)
    assert again == application_id
    assert (seen.state, seen.answer) == (ApplicationState.ANSWERED, "换了一份")
    assert seen.evidence["crews"].count == 2
    service.refuse(session, OFFICIAL, application_id, "证明对不上", now=START)
    with pytest.raises(NotStanding):
        service.give_up(session, actor, application_id, now=START)


def test_others_have_no_say(session):
    maker, far = make_maker(session), make_maker(session, region_code="130624")
    with pytest.raises(SellerNotFound):
        service.submit(session, actor_for("x" * 20), maker.id, entries(), {}, now=START)
    theirs = apply(session, far)
    with pytest.raises(OutsideYourRegion):
        service.approve(session, OFFICIAL, theirs, usual_marks(), now=START)
    with pytest.raises(ApplicationNotFound):
        service.give_up(session, actor_for(maker.id), theirs, now=START)
    with pytest.raises(ApplicationNotFound):
        queries.get_own(session, actor_for(maker.id), theirs)
    assert queries.list_for_review(session, OFFICIAL, "waiting").total == 0
    service.give_up(session, actor_for(far.id), theirs, now=START)
    assert (
        queries.counts_for_review(session, replace(OFFICIAL, official_regions=()))["refused"] == 0
    )


def page(response, status=200):
    assert response.status_code == status, response.text[:3000]
    return response.text


def test_through_the_pages(client, session):
    maker = make_maker(session)
    worker = make_account(session)
    accounts.grant_role(session, worker.id, "seller", maker.id)
    official = make_actor(session, "official", "510124")
    session.commit()
    sign_in(client, session, worker.id)
    assert "申请评定" in page(client.get("/seller/supplier"))
    apply_at = "/seller/supplier/apply"
    page(client.get(apply_at))
    typed = {"count_range": "12", "words_range": "目录见附件", "count_projects": "8",
             "count_crews": "6"}  # fmt: skip

    def proofs(*keys):
        return {f"file_{key}": (BytesIO(jpeg()), "证明.jpg") for key in keys}

    missing = page(client.post(apply_at, data={**typed, **proofs("range", "crews")}), 422)
    assert "写了数目，就要附证明" in missing
    assert "目录见附件" in missing
    sent = client.post(apply_at, data={**typed, **proofs("range", "crews", "projects")})
    assert sent.status_code == 303
    assert "等评定" in page(client.get("/seller/supplier"))
    assert client.get(f"/s/{maker.id}/supplier").status_code == 404
    sign_in(client, session, official.account_id)
    queue = page(client.get("/official/suppliers"))
    [row] = queries.list_of_seller(session, maker.id)
    assert row.id in queue
    review = f"/official/suppliers/{row.id}"
    assert "本站记着的有效证书覆盖 0 个品类" in page(client.get(review))
    assert client.get(f"{review}/evidence/range", buffered=True).status_code == 200
    assert client.get(f"{review}/evidence/design").status_code == 404
    page(client.post(f"{review}/ask", data={}), 422)
    assert client.post(f"{review}/ask", data={"reason": "合同盖章了吗？"}).status_code == 303
    sign_in(client, session, worker.id)
    assert "方案供应商申请要补充" in page(client.get("/seller"))
    assert "合同盖章了吗" in page(client.get(apply_at))
    assert client.post(apply_at, data={**typed, "answer": "盖了"}).status_code == 303
    own = f"/seller/supplier/{row.id}"
    assert client.get(f"{own}/evidence/range", buffered=True).status_code == 200
    sign_in(client, session, official.account_id)
    given = {"points_range": "25", "points_projects": "25", "points_crews": "20",
             "points_design": "0", "points_service": "12"}  # fmt: skip
    refused = page(client.post(f"{review}/approve", data=given), 422)
    assert "按数目是 0 分，打得不一样要写理由" in refused
    given["points_service"] = "10"
    given["note_service"] = "现场看过三个点"
    assert client.post(f"{review}/approve", data=given).status_code == 303
    public = page(client.get(f"/s/{maker.id}/supplier"))
    assert "系统解决方案供应商 一级" in public
    assert "80 分，2026-11-22" in public
    assert "现场看过三个点" in public
    client.application.extensions["market.page_cache"].clear()
    assert "系统解决方案供应商 一级" in page(client.get(f"/s/{maker.id}"))
    sign_in(client, session, worker.id)
    assert client.post(f"{own}/withdraw").status_code == 303
    page(client.get(f"/s/{maker.id}/supplier"), 404)


def test_the_seller_is_told(session):
    maker = make_maker(session)
    worker = make_account(session)
    accounts.grant_role(session, worker.id, "seller", maker.id)
    make_supplier(session, maker)
    kinds = session.scalars(select(Message.kind).where(Message.account_id == worker.id))
    assert list(kinds) == ["supplier_approved"]
