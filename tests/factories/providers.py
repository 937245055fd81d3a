"""Crews for tests: as the screens would have made them, without the pages."""

from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from market.kernel.region_code import RegionCode
from market.media import service as media
from market.providers import routes, service
from market.providers.models import Provider, ProviderArea, ProviderTrade
from market.providers.types import ProviderApplication
from tests.conftest import START
from tests.factories.pictures import jpeg

HOME = "130624104"  # 天生桥镇, Fuping County, Baoding
_numbers = count(1)


def make_application(**overrides: Any) -> ProviderApplication:
    """What a crew types on the first page."""
    values: dict[str, Any] = {
        "name": "望江施工队",
        "contact_name": "李四",
        "contact_phone": "13800138000",
        "region": HOME,
        "trades": ("mason", "waterproof"),
        "weekly_capacity": 3,
        **overrides,
    }
    return ProviderApplication(**values)


def make_provider(
    session: Session,
    *,
    areas: tuple[str, ...] = ("130624",),
    trades: tuple[str, ...] = ("mason", "waterproof"),
    state: str = "approved",
    now: datetime = START,
    **overrides: Any,
) -> Provider:
    """A crew with its routes."""
    values: dict[str, Any] = {
        "name": f"施工队{next(_numbers)}",
        "contact_name": "李四",
        "contact_phone": "13800138000",
        "region": HOME,
        "weekly_capacity": 3,
        "state": state,
        "created_by": "x" * 20,
        "created_at": now,
        "submitted_at": now,
        "approved_at": now if state == "approved" else None,
        "introduction": "",
        "open_jobs": 0,
        "rating_sum": 0,
        "rating_count": 0,
        "last_turn": 0,
        "reason": "",
        **overrides,
    }
    provider = Provider(**values)
    session.add(provider)
    session.flush()
    session.add_all(ProviderTrade(provider_id=provider.id, trade=key) for key in trades)
    session.add_all(ProviderArea(provider_id=provider.id, region=code) for code in areas)
    routes.rebuild(session, provider)
    return provider


def complete_application(session: Session, actor: Any, provider_id: str, now: datetime) -> None:
    """Areas, roster and documents, so that the file can be submitted."""
    service.add_areas(session, actor, provider_id, [RegionCode("130624")])
    service.add_craftsman(
        session, actor, provider_id, name="王五", trade="mason", certificate_number="jj-1", now=now
    )
    for kind in ("identity", "training"):
        stored = media.store_document(jpeg(), "证明.jpg")
        service.add_document(session, actor, provider_id, stored, kind=kind, now=now)
