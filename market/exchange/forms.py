"""The upload of a sheet."""

from flask_babel import lazy_gettext as _l

from market.web.forms import Form, PhotoField, Required


class SheetForm(Form):
    """One file of goods."""

    file = PhotoField(
        _l("选表格文件"), [Required(_l("请选一个表格文件，空文件不行"))],
        description=_l(".xlsx 或 .csv，最多 20000 行、12 MB。传上来先看预览，不会马上改"),
        render_kw={"accept": ".xlsx,.csv,text/csv"},
    )  # fmt: skip
