"""The registry: asked with an end to every wait, compared first, taken over whole or not at all."""

import json
import re
from datetime import date
from io import BytesIO

import pytest
from sqlalchemy import func, select

from market.accounts import service as accounts
from market.adapters.registry_http import HttpRegistry
from market.audit.models import AuditEvent
from market.certification import errors, queries, registry_queries, registry_rows, service
from market.certification.models import RegistryRecordRow, RegistrySync
from market.certification.registry_types import Source
from market.certification.types import CertificateState
from market.kernel.actor import SYSTEM
from market.kernel.ports import RegistryUnreachable
from market.notifications.models import Message
from tests import registry_server
from tests.factories.accounts import make_account, sign_in
from tests.factories.certification import make_certificate, make_check, make_pending
from tests.factories.sellers import OTHER_COUNTY, make_official, make_seller

ROW = {
    "number": "CABR-01(02)-(2025)-CGP-900", "issuer": "示例认证中心", "holder": "阜平保温材料厂",
    "scheme": "graded", "star": 3, "kinds": ["G105"], "standard": "T/CECS 10031-2019",
    "valid_from": "2025-06-05", "valid_to": "2030-06-04", "status": "valid",
}  # fmt: skip


def row(**changes):
    return {**ROW, **changes}


def records(*rows):
    return registry_rows.read_rows(rows).records


@pytest.fixture
def registry():
    with registry_server.running() as server:
        yield server


# --- asking ---------------------------------------------------------------------------------


def test_all_pages_are_read(registry):
    registry.rows = [row(number=f"SL-{n:04d}") for n in range(5)]
    assert [one["number"] for one in HttpRegistry(registry.url).fetch()] == [
        f"SL-{n:04d}" for n in range(5)
    ]
    assert registry.asked == 3


@pytest.mark.parametrize(
    "faults",
    [
        ["500", "500"], ["404"], ["slow", "slow"], ["trickle"], ["cut", "cut"], ["html"],
        ["away"], ["elsewhere"], ["", "500", "500"],
    ],
)  # fmt: skip
def test_whatever_goes_wrong_ends_soon_and_gives_nothing(registry, faults):
    registry.rows = [row(number=f"SL-{n:04d}") for n in range(5)]
    registry.faults = faults
    asking = HttpRegistry(registry.url, call_seconds=0.15, all_seconds=0.4)
    with pytest.raises(RegistryUnreachable):
        asking.fetch()


def test_one_hiccup_is_asked_again(registry):
    registry.rows = [row()]
    registry.faults = ["500"]
    assert len(HttpRegistry(registry.url).fetch()) == 1


# --- reading --------------------------------------------------------------------------------


def test_csv_and_json_read_the_same():
    names = ",".join(registry_rows.COLUMNS)
    line = (
        '"{number}",{issuer},{holder},{scheme},{star},G105,{standard},{valid_from},{valid_to},有效,'
    )
    text = f"{names}\n{line.format(**ROW)}\n".encode("utf-8-sig")
    as_csv = registry_rows.read_file(text, "a.csv")
    as_json = registry_rows.read_file(json.dumps({"certificates": [ROW]}).encode(), "a.json")
    assert as_csv.records == as_json.records
    assert not as_csv.rejected
    assert as_csv.records[0].valid_to == date(2030, 6, 4)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\xff\xfe\x00", b"number\nx", b'{"certificates": 3}', b"[" * 100_000,
        b"x" * 5_000_001, b"[]",
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_read_is_refused_whole(data):
    for name in ("a.json", "a.csv"):
        with pytest.raises(errors.RegistryListBroken):
            registry_rows.read_file(data, name)


@pytest.mark.parametrize(
    ("bad", "column", "fault"),
    [
        (row(), "number", "duplicate"), (row(number="<b>"), "number", "malformed"),
        (row(number=None), "number", "missing"), (row(star=4), "star", "malformed"),
        (row(valid_to="2030-02-30"), "valid_to", "malformed"), (7, "row", "malformed"),
        (row(holder="x" * 400), "holder", "too_long"), (row(kinds=""), "kinds", "missing"),
        (row(holder="a\u0000b"), "holder", "malformed"), (row(scheme="x"), "scheme", "malformed"),
        (row(status="good"), "status", "malformed"), (row(issuer=5), "issuer", "malformed"),
        (row(surveillance_due_on="soon"), "surveillance_due_on", "malformed"),
    ],
)  # fmt: skip
def test_a_bad_row_is_told_with_its_place_and_the_others_are_read(bad, column, fault):
    told = registry_rows.read_rows([row(), bad, row(number="SL-0002")])
    assert [one.number for one in told.records] == [ROW["number"], "SL-0002"]
    (one,) = told.rejected
    assert (one.place, one.column, one.fault) == (2, column, fault)
    assert one.name
    assert one.why
    assert len(one.value) <= 81
    assert "\u0000" not in one.value


def test_every_bad_row_is_told_and_a_table_counts_its_header():
    names = ",".join(registry_rows.COLUMNS)
    text = names + "\n" + "坏,,,,,,,,,,\n" * 300
    told = registry_rows.read_file(text.encode(), "a.csv")
    assert [one.place for one in told.rejected] == list(range(2, 302))
    assert {one.value for one in told.rejected} == {"坏"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_both_encodings_are_read(encoding):
    for name, text in (
        ("a.json", json.dumps([ROW], ensure_ascii=False)),
        ("a.csv", f"{','.join(ROW)}\n{','.join(map(str, {**ROW, 'kinds': 'G105'}.values()))}\n"),
    ):
        told = registry_rows.read_file(text.encode(encoding), name)
        assert [one.holder for one in told.records] == ["阜平保温材料厂"], told.rejected


def test_the_header_and_the_encoding_have_their_own_sentences():
    with pytest.raises(errors.RegistryHeaderWrong) as header:
        registry_rows.read_file(b"number,issuer,holder\nx,y,z\n", "a.csv")
    assert header.value.params["columns"].startswith("scheme, kinds, standard")
    for data in ("编号".encode("utf-16"), b"\xff\xff"):
        with pytest.raises(errors.RegistryEncodingWrong):
            registry_rows.read_file(data, "a.csv")
    with pytest.raises(errors.RegistryListTooLarge):
        registry_rows.read_rows({} for _ in range(20_001))


# --- comparing and applying -----------------------------------------------------------------


@pytest.fixture
def certificate(session, now):
    owner, seller_id = make_seller(session, now)
    return make_certificate(session, owner, seller_id, now, number=ROW["number"])


def compare(session, actor, now, *rows):
    return service.compare(session, actor, records(*rows), "示例登记库", now=now)


def view(session, certificate, now):
    return queries.get_certificate(session, certificate, now)


def test_comparing_changes_nothing_until_it_is_applied(session, now, certificate):
    official = make_official(session)
    changed = row(star=2, valid_to="2029-06-04", status="suspended")
    sync_id = compare(session, official, now, changed, row(number="SL-NEW-1"))
    before = view(session, certificate, now)
    assert (before.star, before.state) == (3, CertificateState.VALID)
    assert session.scalar(select(func.count()).select_from(RegistryRecordRow)) == 0
    sync, changes = registry_queries.get_sync(session, official, sync_id)
    assert (sync.records, sync.changes) == (2, 2)
    assert {one.field for one in changes[0].certificate} == {"star", "valid_to", "standing"}

    assert service.apply_sync(session, official, sync_id, now=now) == 1
    after = view(session, certificate, now)
    assert (after.star, after.valid_to, after.state) == (2, date(2029, 6, 4), "suspended")
    assert queries.gate_windows(session, [certificate])[certificate].blocked
    origins = {one.field: one for one in registry_queries.origins_of(session, certificate)}
    assert (origins["star"].source, origins["star"].by) == (Source.REGISTRY, "示例登记库")
    assert origins["factory"].source is Source.SELLER
    actions = set(session.scalars(select(AuditEvent.action)))
    assert {"registry.compare", "registry.applied", "certificate.registry"} <= actions
    with pytest.raises(errors.SyncDecided):
        service.apply_sync(session, official, sync_id, now=now)


def test_a_discarded_comparison_leaves_everything(session, now, certificate):
    sync_id = compare(session, SYSTEM, now, row(star=1))
    service.discard_sync(session, SYSTEM, sync_id, now=now)
    assert view(session, certificate, now).star == 3
    assert session.scalar(select(func.count()).select_from(RegistryRecordRow)) == 0


def test_what_changed_meanwhile_refuses_all_of_it(session, now, certificate):
    sync_id = compare(session, SYSTEM, now, row(number="AAA-NEW"), row(star=1))
    service.revoke(session, SYSTEM, certificate, "撤销", now=now)
    later = compare(session, SYSTEM, now, row(star=1, holder="别的厂"))
    service.apply_sync(session, SYSTEM, later, now=now)
    point = session.begin_nested()
    with pytest.raises(errors.SyncStale):
        service.apply_sync(session, SYSTEM, sync_id, now=now)
    point.rollback()
    known = session.scalars(select(RegistryRecordRow.number_key)).all()
    assert "AAA-NEW" not in known


def test_officials_compare_and_decide_only_for_their_own_region(session, now, certificate):
    elsewhere = make_official(session, OTHER_COUNTY)
    sync_id = compare(session, elsewhere, now, row(star=1))
    sync, changes = registry_queries.get_sync(session, elsewhere, sync_id)
    assert (sync.left_out, changes) == (1, [])
    (one,) = registry_queries.rejected_rows(session, elsewhere, sync_id).items
    assert (one.number, one.fault) == (ROW["number"], "other_region")
    own = compare(session, make_official(session), now, row(star=1))
    for act in (service.apply_sync, service.discard_sync):
        with pytest.raises(errors.OutsideYourRegion):
            act(session, elsewhere, own, now=now)
    assert own not in {one.id for one in registry_queries.list_syncs(session, elsewhere).items}


def test_a_suspension_ordered_here_is_not_lifted_by_the_registry(session, now, certificate):
    official = make_official(session)
    service.suspend(session, official, certificate, "监督拒检", now=now)
    service.apply_sync(session, SYSTEM, compare(session, SYSTEM, now, row()), now=now)
    assert view(session, certificate, now).state is CertificateState.SUSPENDED
    service.reinstate(session, official, certificate, "好了", now=now)
    told = compare(session, SYSTEM, now, row(status="suspended"))
    service.apply_sync(session, SYSTEM, told, now=now)
    assert view(session, certificate, now).state is CertificateState.SUSPENDED
    service.apply_sync(session, SYSTEM, compare(session, SYSTEM, now, row()), now=now)
    assert view(session, certificate, now).is_in_force


def test_a_record_that_cannot_be_true_becomes_an_anomaly_and_changes_nothing(
    session, now, certificate
):
    wrong = row(valid_from="2030-06-04", valid_to="2025-06-05", star=1)
    service.apply_sync(session, SYSTEM, compare(session, SYSTEM, now, wrong), now=now)
    assert view(session, certificate, now).star == 3
    found = registry_queries.anomalies_of(session, certificate)
    assert {one.rule for one in found} == {"dates_reversed", "star_differs"}


def test_a_surveillance_missed_by_the_registry_shuts_the_gate(session, now, certificate):
    sync_id = compare(session, SYSTEM, now, row(surveillance_due_on="2026-11-01"))
    service.apply_sync(session, SYSTEM, sync_id, now=now)
    assert view(session, certificate, now).state is CertificateState.SURVEILLANCE_OVERDUE


# --- one certificate ------------------------------------------------------------------------


def pending(session, now, **entry):
    owner, seller_id = make_seller(session, now)
    return make_pending(session, owner, seller_id, now, number=ROW["number"], **entry)


def test_a_pending_certificate_is_corrected_by_its_record_and_approved(session, now):
    key = pending(session, now, star=3, valid_to=date(2030, 6, 4))
    official = make_official(session)
    with pytest.raises(errors.RecordNotFound):
        service.adopt(session, official, key, make_check(), now=now)
    sync_id = compare(session, SYSTEM, now, row(star=2, valid_to="2029-12-31"))
    assert service.apply_sync(session, SYSTEM, sync_id, now=now) == 0
    match = registry_queries.match_of(session, key)
    assert {one.field for one in match.differences} == {"star", "valid_to"}
    assert [a.rule for a in registry_queries.anomalies_of(session, key)] == ["star_differs"]
    with pytest.raises(errors.AnomaliesOpen):
        service.approve(session, official, key, make_check(), now=now)
    service.adopt(session, official, key, make_check(), now=now)
    seen = view(session, key, now)
    assert (seen.star, seen.valid_to, seen.state) == (2, date(2029, 12, 31), "valid")
    assert registry_queries.anomalies_of(session, key) == []
    assert registry_queries.match_of(session, key).differences == ()
    origins = {one.field: one.source for one in registry_queries.origins_of(session, key)}
    assert (origins["star"], origins["models"]) == (Source.REGISTRY, Source.SELLER)


def test_the_official_of_another_county_adopts_nothing(session, now):
    key = pending(session, now)
    with pytest.raises(errors.OutsideYourRegion):
        service.adopt(session, make_official(session, OTHER_COUNTY), key, make_check(), now=now)


# --- pages ----------------------------------------------------------------------------------


@pytest.fixture
def desk(session, client):
    official = make_official(session)
    session.commit()
    sign_in(client, session, official.account_id)
    return client


def upload(client, rows, name="list.json"):
    data = {"file": (BytesIO(json.dumps(rows).encode()), name)}
    return client.post("/official/registry/file", data=data)


def test_a_file_is_compared_shown_and_applied_on_the_desk(desk, session, now, certificate):
    session.commit()
    answer = upload(desk, [row(star=2)])
    page = desk.get(answer.location).get_data(as_text=True)
    assert "三星" in page
    assert "二星" in page
    done = desk.post(answer.location + "/apply")
    assert done.status_code == 303
    session.expire_all()
    assert view(session, certificate, now).star == 2


def test_bad_rows_are_listed_and_the_good_ones_applied(desk, session, now, certificate):
    session.commit()
    answer = upload(desk, [row(star=2), row(number="SL-0001", star=9), *[{}] * 60])
    page = desk.get(answer.location).get_data(as_text=True)
    assert "有 61 行读不懂" in page
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert "2 SL-0001 星级 9 要写 1、2、3，没有星级就不写" in text
    second = desk.get(f"{answer.location}?page=3").get_data(as_text=True)
    assert ">62<" in second
    assert desk.post(answer.location + "/apply").status_code == 303
    session.expire_all()
    assert view(session, certificate, now).star == 2
    assert session.scalar(select(func.count()).select_from(RegistryRecordRow)) == 1


def test_a_file_that_is_no_list_keeps_nothing_and_says_why(desk, session):
    data = {"file": (BytesIO(b"a,b\n1,2\n"), "a.csv")}
    answer = desk.post("/official/registry/file", data=data)
    assert answer.status_code == 422
    assert "第一行的表头缺少这些列：number" in answer.get_data(as_text=True)
    assert session.scalar(select(func.count()).select_from(RegistrySync)) == 0


def test_a_silent_registry_is_said_so_and_an_answering_one_compared(
    desk, app, session, registry, monkeypatch
):
    asking = HttpRegistry(registry.url, call_seconds=0.2, all_seconds=0.5)
    monkeypatch.setitem(app.extensions, "market.certificate_registry", asking)
    registry.rows = [row()]
    registry.faults = ["slow", "slow"]
    answer = desk.post("/official/registry/fetch")
    assert answer.status_code == 503
    assert session.scalar(select(func.count()).select_from(RegistrySync)) == 0
    answer = desk.post("/official/registry/fetch")
    assert answer.status_code == 303
    assert ROW["number"] in desk.get(answer.location).get_data(as_text=True)


def test_without_an_address_there_is_nothing_to_ask(desk):
    assert desk.post("/official/registry/fetch").status_code == 409


@pytest.mark.parametrize(
    ("bad", "column"),
    [
        (row(valid_from="9996-01-01", valid_to="9999-12-31"), "valid_from"),
        (row(valid_to="9999-12-31"), "valid_to"),
        (row(surveillance_due_on="9999-12-31"), "surveillance_due_on"),
        (row(valid_from="0001-01-01"), "valid_from"),
        (row(holder="阜平\ud800厂"), "holder"),
        (row(holder="厂" * 201), "holder"),
        (row(standard="T" * 121), "standard"),
        (row(kinds=["G1\ud800"]), "kinds"),
        (row(number="\ud800"), "number"),
    ],
)
def test_what_no_database_or_calendar_can_hold_is_a_rejected_row(session, now, bad, column):
    told = registry_rows.read_file(json.dumps([bad, row(number="SL-OK-1")]).encode(), "a.json")
    assert [one.column for one in told.rejected] == [column]
    sync_id = service.compare(
        session, SYSTEM, told.records, "名单", rejected=told.rejected, places=told.places, now=now
    )
    assert service.apply_sync(session, SYSTEM, sync_id, now=now) == 0


def messages(session, account_id):
    found = session.scalars(select(Message).where(Message.account_id == account_id))
    return {(one.kind, one.params.get("reason")) for one in found}


@pytest.mark.parametrize(
    ("status", "kind"),
    [("suspended", "suspend"), ("revoked", "revoke"), ("cancelled", "cancel")],
)
def test_the_seller_is_told_what_the_registry_did_to_its_certificate(session, now, status, kind):
    worker, seller_id = make_seller(session, now)
    account = make_account(session)
    accounts.grant_role(session, account.id, "seller", seller_id)
    make_certificate(session, worker, seller_id, now, number=ROW["number"])
    told = compare(session, SYSTEM, now, row(status=status))
    service.apply_sync(session, SYSTEM, told, now=now)
    assert (f"registry_{kind}", "") in messages(session, account.id)
    if status == "suspended":
        again = compare(session, SYSTEM, now, row())
        service.apply_sync(session, SYSTEM, again, now=now)
        assert ("registry_reinstate", "") in messages(session, account.id)


def test_why_the_registry_shut_it_is_said_in_the_readers_language(
    client, session, certificate, now
):
    told = compare(session, SYSTEM, now, row(status="revoked"))
    service.apply_sync(session, SYSTEM, told, now=now)
    session.commit()
    page = client.get(f"/certificates/{certificate}?lang=en").get_data(as_text=True)
    assert "as the registry says" in page
    assert "登记库公布" not in page


def test_another_issuer_in_the_registry_is_shown_and_not_called_the_same(client, session, now):
    owner, seller_id = make_seller(session, now)
    key = make_pending(session, owner, seller_id, now, number=ROW["number"])
    issuer = queries.get_certificate(session, key, now).issuer_name
    for named, same in ((issuer, True), ("别的认证中心", False)):
        told = compare(session, SYSTEM, now, row(issuer=named))
        service.apply_sync(session, SYSTEM, told, now=now)
        session.commit()
        sign_in(client, session, make_official(session).account_id)
        page = client.get(f"/official/certificates/{key}").get_data(as_text=True)
        assert ("和登记库一致。" in page) is same
        assert ("和登记库一致，可以直接通过" in page) is same
        assert ("登记库写的发证机构是“别的认证中心”" in page) is not same
