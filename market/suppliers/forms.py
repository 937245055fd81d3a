"""Forms of suppliers: one row of fields per criterion."""

from functools import lru_cache
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import Length

from market.suppliers.rules import criteria, usual_points
from market.suppliers.types import ApplicationView, Entry, Mark
from market.web.forms import Form, IntField, PhotoField, TextField
from market.web.templating import name_of

MOST = 10_000
_LONG = Length(max=1000, message=_l("最多写 1000 个字"))


class ApplicationForm(Form):
    """What an applicant says and proves; `application_form` adds the criteria."""

    answer = TextAreaField(_l("补充说明"), [_LONG])

    def entries(self) -> list[Entry]:
        """What was filled in under every criterion."""
        return [
            Entry(key, self[f"count_{key}"].data or 0, self[f"words_{key}"].data or "")
            for key in criteria()
        ]

    def uploads(self) -> dict[str, PhotoField]:
        """The fields of the proofs that were sent."""
        fields = {key: self[f"file_{key}"] for key in criteria()}
        return {key: field for key, field in fields.items() if field.data}


class DecisionForm(Form):
    """An official's points and words; `decision_form` adds the criteria."""

    reason = TextAreaField(_l("理由或问题"), [_LONG])

    def marks(self) -> dict[str, Mark]:
        """The points given; a criterion without any is left out."""
        return {
            key: Mark(key, self[f"points_{key}"].data, self[f"note_{key}"].data or "")
            for key in criteria()
            if self[f"points_{key}"].data is not None
        }


@lru_cache(maxsize=1)
def _application_class() -> type[ApplicationForm]:
    fields: dict[str, Any] = {}
    for key in criteria():
        fields[f"count_{key}"] = IntField(_l("数目"), minimum=0, maximum=MOST)
        fields[f"words_{key}"] = TextField(_l("说明"), maximum=300)
        fields[f"file_{key}"] = PhotoField(_l("证明文件"))
    return type("CriteriaForm", (ApplicationForm,), fields)


@lru_cache(maxsize=1)
def _decision_class() -> type[DecisionForm]:
    fields: dict[str, Any] = {}
    for key, criterion in criteria().items():
        fields[f"points_{key}"] = IntField(_l("得分"), minimum=0, maximum=criterion.most)
        fields[f"note_{key}"] = TextField(_l("打得不一样的理由"), maximum=300)
    return type("MarksForm", (DecisionForm,), fields)


def application_form(earlier: ApplicationView | None = None, **kwargs: Any) -> ApplicationForm:
    """The applicant's form, filled with what was handed in before."""
    data: dict[str, Any] = {}
    for key, one in (earlier.evidence if earlier else {}).items():
        data |= {f"count_{key}": one.count, f"words_{key}": one.words}
    form = _application_class()(data=data, **kwargs)
    for key, criterion in criteria().items():
        label = f"{name_of(criterion)}{gettext('（')}{name_of(criterion.unit)}{gettext('）')}"
        form[f"count_{key}"].label.text = label
        form[f"count_{key}"].description = name_of(criterion.ask)
        if earlier and key in earlier.evidence and earlier.evidence[key].has_file:
            form[f"file_{key}"].description = gettext("已有一份，不换就不用再选")
        else:
            form[f"file_{key}"].description = gettext("照片或 PDF，最大 10 MB")
    return form


def decision_form(seen: ApplicationView, **kwargs: Any) -> DecisionForm:
    """The official's form, filled with the usual points of the counts."""
    data: dict[str, Any] = {}
    for key, criterion in criteria().items():
        one = seen.evidence.get(key)
        data[f"points_{key}"] = usual_points(criterion, one.count if one else 0)
    return _decision_class()(data=data, **kwargs)
