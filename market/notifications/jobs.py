"""Carrying the outbox out of the program; run by the worker, never in a transaction."""

from collections.abc import Mapping

import structlog

from market.db.session import reading, unit_of_work
from market.kernel.clock import Clock
from market.kernel.ports import Sender, SendingFailed
from market.notifications import service
from market.notifications.texts import words

log = structlog.get_logger()


def drain(senders: Mapping[str, Sender], base_url: str, clock: Clock) -> int:
    """Carry what is due, each row claimed, sent and recorded on its own; returns how many went.

    A crash between sending and recording sends again after the lease, with the same key, by
    which the carrier knows the repetition.
    """
    with reading() as session:
        waiting = service.due(session, clock.now())
    return sum(_carry(senders, outbox_id, base_url, clock) for outbox_id in waiting)


def _carry(senders: Mapping[str, Sender], outbox_id: str, base_url: str, clock: Clock) -> bool:
    with unit_of_work() as session:
        parcel = service.claim(session, outbox_id, clock.now())
    if parcel is None:
        return False
    sender = senders.get(parcel.channel)
    if sender is None or not parcel.address:
        with unit_of_work() as session:
            service.dropped(session, outbox_id, "no address" if sender else "no carrier")
        return False
    title, text = words(parcel.kind, parcel.params, parcel.language)
    mark = "。" if parcel.language != "en" else ". "
    is_mail = parcel.channel == "email"
    whole = (
        f"{text} {base_url}{parcel.link}"
        if is_mail
        else (f"{title}{mark}{text} {base_url}{parcel.link}")
    )
    try:
        sender.send(parcel.address, title if is_mail else "", whole, key=outbox_id)
    except SendingFailed as error:
        log.warning("a message was not sent", outbox=outbox_id, channel=parcel.channel)
        with unit_of_work() as session:
            service.not_carried(session, outbox_id, repr(error), clock.now())
        return False
    with unit_of_work() as session:
        service.carried(session, outbox_id, clock.now())
    return True
