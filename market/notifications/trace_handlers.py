"""What people are told about trace codes and batches."""

from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.kernel.events import Event
from market.kernel.region_code import RegionCode
from market.notifications.service import send
from market.traceability.events import BatchRecalled, ScanAlarmDecided, ScanAlarmRaised
from market.web.instant import present


def on_scan_alarm_raised(session: Session, event: Event) -> None:
    """The officials of each place look at it; the maker learns that his mark may be copied."""
    assert isinstance(event, ScanAlarmRaised)
    params = {"product": event.product_name, "batch": event.batch_no, "trace_code": event.code}
    officials = {
        account
        for county in event.counties
        for account in accounts.officials_of(session, RegionCode(county))
    }
    send(
        session, sorted(officials), "scan_alarm", params,
        f"/official/scan-alarms/{event.alarm_id}", key=event.alarm_id, now=present(),
    )  # fmt: skip
    send(
        session, accounts.members_of(session, "seller", event.maker_id), "scan_alarm_maker", params,
        f"/seller/batches/{event.batch_id}", key=event.alarm_id, now=present(),
    )  # fmt: skip


def on_scan_alarm_decided(session: Session, event: Event) -> None:
    """The maker learns what was found."""
    assert isinstance(event, ScanAlarmDecided)
    kind = "scan_alarm_counterfeit" if event.counterfeit else "scan_alarm_genuine"
    params = {"product": event.product_name, "note": event.note}
    send(
        session, accounts.members_of(session, "seller", event.maker_id), kind, params,
        f"/seller/batches/{event.batch_id}", key=event.alarm_id, now=present(),
    )  # fmt: skip


def on_batch_recalled(session: Session, event: Event) -> None:
    """Everyone who got the batch reads the words."""
    assert isinstance(event, BatchRecalled)
    params = {"product": event.product_name, "batch": event.batch_no, "words": event.words}
    send(
        session, event.buyers, "batch_recalled", params, f"/id/batch/{event.batch_id}",
        key=event.recall_id, now=present(),
    )  # fmt: skip
