"""The form in which a household is stated: on its own page, and within what asks for it."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.households import queries, service
from market.households.types import KINDS, NumberKind, Statement
from market.kernel.actor import Actor
from market.kernel.region_code import RegionCode
from market.regions import queries as regions
from market.web import context
from market.web.choices import RadioField, choice
from market.web.forms import Form, Required, TextField

_WHY = {
    NumberKind.BOOKLET: _l("户口簿首页上的“户号”，不是身份证号"),
    NumberKind.PROPERTY: _l("户口簿不在手边，就填房子或宅基地的证"),
}


class StatementForm(Form):
    """Which household one belongs to. Its fields are named apart, to stand in other forms too."""

    household_kind = RadioField(
        _l("填哪个号"), [Required(_l("请选一种"))], default=NumberKind.BOOKLET.value,
        choices=[choice(key, _l(KINDS[key]), _WHY[key]) for key in NumberKind],
    )  # fmt: skip
    household_number = TextField(
        _l("号码"), [Required()], maximum=60,
        description=_l("只留下加密的指纹和最后几位，平台也看不到全部"),
    )  # fmt: skip
    household_head = TextField(_l("户主姓名"), [Required()], maximum=40)
    household_town = RadioField(
        _l("在哪个乡镇"), [Required(_l("选好这一户在哪个乡镇"))], choices=[]
    )
    household_village = TextField(_l("村"), [Required()], maximum=40)

    def offer(self, places: Sequence[tuple[str, str]]) -> None:
        """The townships to choose from, as (code, name); the first is chosen."""
        self.household_town.choices = [choice(*place) for place in places]
        if not self.household_town.data and places:
            self.household_town.data = places[0][0]

    def to_statement(self) -> Statement:
        """What was filled in."""
        return Statement(
            NumberKind(self.household_kind.data), self.household_number.data or "",
            RegionCode(self.household_town.data or ""), self.household_head.data or "",
            self.household_village.data or "",
        )  # fmt: skip


def form_for(
    session: Session, account_id: str, *further: RegionCode | None
) -> StatementForm:  # fmt: skip
    """The form with the townships of the address book and of this visit to choose from."""
    form = StatementForm()
    found = [*further, *(home.region for home in accounts.addresses(session, account_id))]
    known = dict.fromkeys([place for place in (*found, context.region()) if place is not None])
    paths = regions.paths(session, known)
    language = context.language()
    form.offer([(code.digits, paths[code.digits].text(language))
                for code in known if code.digits in paths])  # fmt: skip
    return form


def form_if_asked(session: Session, account_id: str, *, asked: bool) -> StatementForm | None:
    """The form where something asks for a household and the account states none."""
    if not asked or queries.own(session, account_id) is not None:
        return None
    return form_for(session, account_id)


def state(session: Session, actor: Actor, form: StatementForm | None, now: datetime) -> None:
    """State what was filled in, if anything was asked. Raises what `service.state` raises."""
    if form is not None:
        secret = context.settings().household_secret
        service.state(session, actor, form.to_statement(), secret=secret, now=now)
