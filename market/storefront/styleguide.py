"""Sample data for the style guide: every component in every state, nothing from the database."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, TextAreaField
from wtforms import StringField as WordField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag

from market.kernel.paging import Page
from market.web.forms import DayField, Form, PhoneField, PhotoField, QuantityField, YuanField

ICONS = (
    "pin",
    "find",
    "cart",
    "home",
    "wall",
    "plan",
    "crew",
    "me",
    "go",
    "back",
    "warn",
    "ok",
    "info",
    "no",
    "doc",
    "shield",
    "lab",
    "std",
    "phone",
    "camera",
    "plus",
    "minus",
    "close",
    "trash",
    "edit",
    "print",
    "down",
    "bell",
    "money",
    "box",
    "truck",
    "clock",
    "filter",
    "users",
    "chart",
    "gear",
    "tag",
    "photo",
    "talk",
    "star",
)


class SampleForm(Form):
    """One field of each type; `length` is shown in its error state."""

    area = QuantityField(_l("外墙面积，扣掉门窗"), description=_l("按房型先填好，可以改"))
    length = QuantityField(_l("长度"), description=_l("从东墙到西墙"))
    price = YuanField(_l("价格"))
    phone = PhoneField(_l("手机号"))
    ready_on = DayField(_l("哪天要"))
    house = SelectField(
        _l("房型"),
        choices=[SelectChoice("1", _l("一层坡屋顶")), SelectChoice("2", _l("二层平屋顶"))],
    )
    note = TextAreaField(_l("还有什么要说的"))
    photo = PhotoField(_l("拍照或选照片"), description=_l("JPG、PNG 或 WebP，每张小于 10 MB"))
    wall = RadioField(
        _l("墙是什么砌的"), choices=[SelectChoice("a", _l("实心砖")), SelectChoice("b", _l("土坯"))]
    )
    unsure = BooleanField(_l("墙厚不清楚"), description=_l("先按 370 mm 算，以后可改"))
    name = WordField(_l("收件人"))


@dataclass(frozen=True)
class SampleCert:
    """Looks like a certificate to the components."""

    state: str
    star: int | None
    valid_to: date = date(2030, 6, 4)
    issuer_name: str = "某某认证中心（示例）"
    issuer_short: str = "某某认证中心（示例）"
    since: date | None = None
    reason: str | None = None


@dataclass(frozen=True)
class SampleCard:
    """Looks like a product to the card."""

    name: str
    kind_code: str
    group_code: str
    cert: SampleCert | None
    price_fen: int | None = 5230
    unit: str = "m²"
    place: str = "天生桥镇"
    certifiable: bool = True
    local: bool = False
    per: str | None = None
    seller: str | None = None
    tag: str | None = None
    reason: str | None = None
    parts: tuple[tuple[str, bool], ...] = ()
    href: str = "/styleguide"


def samples() -> dict[str, Any]:
    """Everything the page shows."""
    expired = SampleCert("expired", 2, date(2026, 11, 20), since=date(2026, 11, 21))
    form = SampleForm(meta={"csrf": False})
    form.length.raw_data = ["1000"]
    form.length.errors = [_("1000 m 太长了，农房一般 6–20 m。是不是 10.00 m？")]
    cards = [
        SampleCard(_("石墨聚苯板 100 mm 外墙保温"), "G105", "1", SampleCert("valid", 3),
                   per=_("含运费 4.30 元，按一次买 30 包算"), tag=_("满 3000 减 300")),
        SampleCard(_("竹地板"), "A11", "A", SampleCert("due", None)),
        SampleCard(_("普通水泥 42.5"), "X01", "X", None, 48000, "t", certifiable=False),
        SampleCard(_("SBS 防水卷材"), "G302", "3", expired, None,
                   reason=_("证书 2026-11-20 到期，现在不能买。看同类产品")),
    ]  # fmt: skip
    return {
        "form": form,
        "cards": cards,
        "certs": [
            SampleCert("valid", 3),
            SampleCert("due", 1),
            SampleCert("valid", None),
            expired,
            SampleCert("surveillance_overdue", 2, since=date(2026, 10, 1)),
            SampleCert("suspended", 2, since=date(2026, 10, 1), reason=_("抽检不合格，整改中")),
        ],
        "icon_names": ICONS,
        "styleguide_page": lambda number: f"#page-{number}",
        "page": Page(items=(), total=24 * 9, number=4, size=24),
        "rows": [
            {"label": _("货款"), "fen": 4_141_500},
            {"label": _("运费到天生桥镇"), "fen": 126_000},
            {"label": _("满 3000 减 300"), "fen": -30_000, "kind": "minus"},
            {"label": _("应付"), "fen": 4_237_500, "kind": "sum"},
        ],
        "timeline": [
            {"text": _("已付款"), "at": datetime(2026, 11, 20, 2, 5, tzinfo=UTC), "state": "done"},
            {"text": _("卖家备货"), "state": "now", "note": _("11-25 前发出")},
            {"text": _("送到家"), "state": "next"},
        ],
        "cells": [
            {"key": _("节能"), "value": _("导热系数 0.033 W/(m·K)"),
             "source": _("检测报告 2025-04-18")},
            {"key": _("低碳"), "value": None,
             "source": _("厂家还没交核验过的碳足迹，不等于 0")},
        ],
    }  # fmt: skip
