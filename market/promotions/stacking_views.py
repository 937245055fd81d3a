"""The operator's page of stacking groups: what is in them, their names, the caps over all."""

from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError
from market.promotions import queries, stacking, words
from market.promotions.blueprint import blueprint
from market.promotions.errors import PromotionNotFound
from market.promotions.offer_forms import CapsForm
from market.web.access import OPERATOR, policy
from market.web.context import actor, now
from market.web.feedback import say
from market.web.forms import Form, Required, TextField, attach
from market.web.templating import back_to, render

PAGE = "promotions.list_stacking_groups"


class GroupForm(Form):
    """The names of a group. Each form of the page has ids of its own."""

    name = TextField(_l("分组的名字"), [Required()], maximum=30)
    name_en = TextField(_l("英文名字"), maximum=60)
    sure = BooleanField(_l("知道了，照改"))

    def of(self, group_id: str) -> "GroupForm":
        """The form of this group."""
        for field in (self.name, self.name_en, self.sure):
            field.id = f"{field.name}-{group_id}"
        return self


@blueprint.get("/operator/stacking-groups")
@policy(OPERATOR)
def list_stacking_groups() -> str:
    """All groups with their promotions, and the caps."""
    return _page()


@blueprint.post("/operator/stacking-groups")
@policy(OPERATOR)
def create_stacking_group() -> Any:
    """A new group."""
    form = GroupForm()
    if form.validate():
        try:
            with unit_of_work() as session:
                stacking.create(
                    session, actor(), form.name.data or "", form.name_en.data or "", now()
                )
            say(_("分组建好了，新的优惠可以选它"))
            return back_to(PAGE)
        except DomainError as error:
            attach(form, error)
    return _page(form=form), 422


@blueprint.post("/operator/stacking-groups/<group_id>")
@policy(OPERATOR)
def rename_stacking_group(group_id: str) -> Any:
    """Another name, when it is known whom it concerns."""
    form = GroupForm().of(group_id)
    if form.validate():
        try:
            with unit_of_work() as session:
                stacking.rename(
                    session, actor(), group_id, form.name.data or "", form.name_en.data or "",
                    sure_of=_sure_of(form), now=now(),
                )  # fmt: skip
            say(_("名字改好了，减多少没有变。可以换顺序验算一遍"))
            return back_to(PAGE, _anchor=f"group-{group_id}")
        except DomainError as error:
            if error.status == 404:
                raise
            attach(form, error)
    return _page(changed={group_id: form}), 422


@blueprint.post("/operator/stacking-groups/<group_id>/<verb>")
@policy(OPERATOR)
def act_stacking_group(group_id: str, verb: str) -> Any:
    """Retire it, when it is known whom it concerns, or offer it again."""
    if verb not in ("retire", "restore"):
        raise PromotionNotFound
    form = GroupForm().of(group_id)
    try:
        with unit_of_work() as session:
            if verb == "retire":
                stacking.retire(session, actor(), group_id, sure_of=_sure_of(form), now=now())
            else:
                stacking.restore(session, actor(), group_id, now())
    except DomainError as error:
        if error.status == 404:
            raise
        attach(form, error)
        with reading() as session:
            group = stacking.get_group(session, group_id, now()).group
        form.name.data, form.name_en.data = group.name_zh, group.name_en
        return _page(changed={group_id: form}), 422
    say(_("停用了，新的优惠选不到它") if verb == "retire" else _("又可以选它了"))
    return back_to(PAGE, _anchor=f"group-{group_id}")


def _sure_of(form: GroupForm) -> list[str] | None:
    """The promotions that were shown beside the box, when it is ticked."""
    return request.form.getlist("concerned") if form.sure.data else None


def _page(form: GroupForm | None = None, changed: dict[str, GroupForm] | None = None) -> str:
    with reading() as session:
        rows = stacking.list_groups(session, now())
        caps = queries.caps(session)
    forms = {
        one.group.id: GroupForm(
            formdata=None, data={"name": one.group.name_zh, "name_en": one.group.name_en}
        ).of(one.group.id)
        for one in rows
    }
    shown = {"line": caps.line_bp // 100, "order": caps.order_bp // 100}
    return render(
        "promotions/list_stacking_groups.html", rows=rows, words=words, caps=caps,
        most=stacking.MOST_SHOWN, form=form or GroupForm(formdata=None),
        forms_of=forms | (changed or {}), changed=changed or {},
        caps_form=CapsForm(formdata=None, data=shown),
    )  # fmt: skip
