"""What everyone may read: the library, and one standard with its editions."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from market.catalogue import queries as catalogue
from market.db.session import reading
from market.kernel.clock import shanghai_date
from market.standards import queries, wording
from market.standards.errors import StandardNotFound
from market.standards.types import State
from market.web.access import PUBLIC, policy
from market.web.context import now
from market.web.paging import page_number
from market.web.templating import back_to, render

blueprint = Blueprint("standards", __name__)
Page = str | Response | tuple[str, int]


@blueprint.get("/standards")
@policy(PUBLIC)
def list_standards() -> str:
    """Every edition with how it stands today."""
    today, state, text = shanghai_date(now()), asked_state(), request.args.get("q", "")[:60]
    with reading() as session:
        page = queries.list_editions(session, today, words=text, state=state, number=page_number())
        counts = queries.count_states(session, today)
        kinds = {kind.code: kind for kind in catalogue.list_kinds(session)}
    return render(
        "standards/list_standards.html", page=page, counts=counts, shown=state, text=text,
        kinds=kinds, today=today, words=wording,
    )  # fmt: skip


@blueprint.get("/standards/<path:code>")
@policy(PUBLIC)
def show_standard(code: str) -> Page:
    """A standard with its editions; however its code is written, the address is one."""
    with reading() as session:
        try:
            standard = queries.find_standard(session, code)
        except StandardNotFound:
            slug = queries.slug_of_code(session, code)
            if slug is None:
                raise
            return back_to(".show_standard", code=slug)
        kinds = {kind.code: kind for kind in catalogue.list_kinds(session)}
        citing = queries.citing(session).counts
    today = shanghai_date(now())
    in_force = {one.code for one in standard.editions if one.state_on(today) is State.IN_FORCE}
    return render(
        "standards/show_standard.html", standard=standard, kinds=kinds, citing=citing,
        today=today, in_force=in_force, words=wording,
    )  # fmt: skip


def asked_state() -> State | None:
    """The state whose editions were asked for."""
    text = request.args.get("state", "")
    return State(text) if text in set(State) else None
