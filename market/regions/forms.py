"""Forms of the regions package."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, TextAreaField
from wtforms.validators import Length

from market.kernel.region_code import RegionCode
from market.regions.types import ZONES
from market.web.forms import Form, RegionField, Required


@dataclass(frozen=True)
class ClimateOverrideInput:
    """What an official decided."""

    county: RegionCode
    zone: str
    reason: str


class ClimateOverrideForm(Form):
    """Set the climate zone of a county."""

    county = RegionField(_l("县"), [Required(_l("先选一个县"))])
    zone = SelectField(_l("气候分区"), [Required()])
    reason = TextAreaField(
        _l("理由"),
        [Required(_l("写明调整的理由")), Length(max=300, message=_l("最多写 300 个字"))],
        description=_l("例如 本县海拔 1400 米以上，冬季比市区冷"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone.choices = [("", _l("请选"))] + [
            (zone, f"{_l(name)}（{zone}）") for zone, (name, _major, _advice) in ZONES.items()
        ]

    def to_override(self) -> ClimateOverrideInput:
        county = self.county.data
        assert isinstance(county, RegionCode)
        return ClimateOverrideInput(county, str(self.zone.data), str(self.reason.data))
