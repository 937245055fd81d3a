"""Editions with what supersedes them; a fixed number of statements each."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from market.kernel.paging import PAGE_SIZE, Page, offset
from market.standards.errors import EndingNotFound, StandardNotFound
from market.standards.models import Edition, EditionKind, Ending, Standard
from market.standards.rules import codes, newest
from market.standards.types import (
    Code,
    EditionView,
    EndingView,
    StandardView,
    State,
)

_NEXT = aliased(Edition)
_NEXT_STANDARD = aliased(Standard)
STANDS = and_(Ending.edition_id == Edition.id, Ending.cancelled_at.is_(None))


def _editions() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Edition, Standard.slug, Ending, _NEXT.code.label("by"),
            _NEXT_STANDARD.slug.label("by_slug"),
        )
        .join(Standard, Standard.id == Edition.standard_id)
        .outerjoin(Ending, STANDS)
        .outerjoin(_NEXT, _NEXT.id == Ending.successor_id)
        .outerjoin(_NEXT_STANDARD, _NEXT_STANDARD.id == _NEXT.standard_id)
    )  # fmt: skip


def list_editions(
    session: Session, today: date, *, words: str = "", state: State | None = None,
    kind_code: str = "", number: int = 1, size: int = PAGE_SIZE,
) -> Page[EditionView]:  # fmt: skip
    """Editions by code and title, as far as they hold every word and stand in a state."""
    where = [*_matching(words)]
    if state is not None:
        where.append(_in_state(state, today))
    if kind_code:
        about = select(EditionKind.edition_id).where(EditionKind.kind_code == kind_code)
        where.append(Edition.id.in_(about))
    total = session.scalar(
        select(func.count()).select_from(Edition).outerjoin(Ending, STANDS).where(*where)
    )
    statement = _editions().where(*where).order_by(Standard.body, Edition.effective_on.desc())
    rows = session.execute(statement.limit(size).offset(offset(number, size))).all()
    return Page(_views(session, rows), total or 0, max(1, number), size)


def count_states(session: Session, today: date) -> dict[State, int]:
    """How many editions stand in each state."""
    counts = [func.count().filter(_in_state(state, today)) for state in State]
    row = session.execute(select(*counts).select_from(Edition).outerjoin(Ending, STANDS)).one()
    return dict(zip(State, row, strict=True))


def get_standard(session: Session, standard_id: str) -> StandardView:
    """A standard with all its editions. Raises StandardNotFound."""
    row = session.get(Standard, standard_id)
    if row is None:
        raise StandardNotFound
    return _standard(session, row)


def find_standard(session: Session, slug: str) -> StandardView:
    """The standard at an address. Raises StandardNotFound."""
    row = session.scalar(select(Standard).where(Standard.slug == slug))
    if row is None:
        raise StandardNotFound
    return _standard(session, row)


def slug_of_code(session: Session, text: str) -> str | None:
    """The address of the standard whose code somebody wrote; None when it is not there."""
    bodies = [one.body for one in codes(text)[:1]]
    return session.scalar(select(Standard.slug).where(Standard.body.in_(bodies)))


def get_edition(session: Session, edition_id: str) -> EditionView:
    """One edition. Raises StandardNotFound."""
    rows = session.execute(_editions().where(Edition.id == edition_id)).all()
    if not rows:
        raise StandardNotFound
    return _views(session, rows)[0]


def find_edition(session: Session, code: Code) -> EditionView | None:
    """The edition of a code with its year."""
    rows = session.execute(_editions().where(Edition.code == code.text)).all()
    return _views(session, rows)[0] if rows else None


def edition_of_ending(session: Session, ending_id: str) -> EditionView:
    """The edition whose ending stands under this id. Raises EndingNotFound."""
    rows = session.execute(_editions().where(Ending.id == ending_id)).all()
    if not rows:
        raise EndingNotFound
    return _views(session, rows)[0]


def successors(session: Session) -> dict[str, str]:
    """What replaces each superseded edition, by id."""
    rows = session.execute(
        select(Ending.edition_id, Ending.successor_id).where(
            Ending.cancelled_at.is_(None), Ending.successor_id.is_not(None)
        )
    )
    return {row[0]: row[1] for row in rows if row[1] is not None}


def editions_of_codes(session: Session, wanted: Iterable[Code]) -> dict[Code, EditionView]:
    """The edition that each code means; without a year it is the latest. Unknown ones are left
    out."""
    asked = set(wanted)
    bodies = {code.body for code in asked}
    if not bodies:
        return {}
    rows = session.execute(
        _editions().add_columns(Standard.body).where(Standard.body.in_(bodies))
    ).all()
    known: dict[str, list[EditionView]] = defaultdict(list)
    for row in rows:
        known[row.body].append(_view(row, (), ()))
    found = {}
    for code in asked:
        among = [one for one in known[code.body] if not code.year or one.code == code.text]
        if (edition := newest(among)) is not None:
            found[code] = edition
    return found


def changed_since(
    session: Session, since: datetime | None, after: tuple[datetime, str] | None, limit: int
) -> list[EditionView]:
    """Editions in the order of their last change, from an instant or behind a row."""
    statement = _editions()
    if since is not None:
        statement = statement.where(Edition.updated_at >= since)
    if after is not None:
        at, last = after
        later = or_(Edition.updated_at > at, and_(Edition.updated_at == at, Edition.id > last))
        statement = statement.where(later)
    rows = session.execute(statement.order_by(Edition.updated_at, Edition.id).limit(limit)).all()
    return _views(session, rows)


def mandatory_editions(
    session: Session, kind_codes: Collection[str], today: date
) -> list[EditionView]:
    """Mandatory editions about one of these kinds that are not over, the latest first."""
    about = select(EditionKind.edition_id).where(EditionKind.kind_code.in_(set(kind_codes)))
    statement = _editions().where(
        Edition.mandatory.is_(True), Edition.id.in_(about),
        or_(Ending.id.is_(None), Ending.from_on > today),
    )  # fmt: skip
    rows = session.execute(statement.order_by(Edition.effective_on.desc(), Edition.code)).all()
    return _views(session, rows)


def _matching(words: str) -> list[ColumnElement[bool]]:
    asked = codes(words)
    if asked:
        text = [one.text for one in asked]
        return [or_(Edition.code.in_(text), *(Edition.code.startswith(f"{t}-") for t in text))]
    columns = (Edition.code, Edition.name_zh, Edition.name_en)
    return [
        or_(*(column.icontains(word, autoescape=True) for column in columns))
        for word in words.split()[:5]
    ]


def _in_state(state: State, today: date) -> ColumnElement[bool]:
    over = and_(Ending.id.is_not(None), Ending.from_on <= today)
    stands = or_(Ending.id.is_(None), Ending.from_on > today)
    return {
        State.COMING: and_(stands, Edition.effective_on > today),
        State.IN_FORCE: and_(stands, Edition.effective_on <= today),
        State.SUPERSEDED: and_(over, Ending.successor_id.is_not(None)),
        State.WITHDRAWN: and_(over, Ending.successor_id.is_(None)),
    }[state]


def _standard(session: Session, row: Standard) -> StandardView:
    statement = _editions().where(Edition.standard_id == row.id)
    rows = session.execute(statement.order_by(Edition.effective_on.desc(), Edition.code)).all()
    return StandardView(row.id, row.body, row.slug, tuple(_views(session, rows)))


def _views(session: Session, rows: Sequence[Row[Any]]) -> list[EditionView]:
    ids = [row.Edition.id for row in rows]
    kinds: dict[str, list[str]] = defaultdict(list)
    for edition_id, kind_code in session.execute(
        select(EditionKind.edition_id, EditionKind.kind_code)
        .where(EditionKind.edition_id.in_(ids))
        .order_by(EditionKind.kind_code)
    ):
        kinds[edition_id].append(kind_code)
    replaces: dict[str, list[str]] = defaultdict(list)
    for successor_id, code in session.execute(
        select(Ending.successor_id, Edition.code)
        .join(Edition, STANDS)
        .where(Ending.successor_id.in_(ids))
        .order_by(Edition.code)
    ):
        replaces[successor_id or ""].append(code)
    return [_view(row, kinds[row.Edition.id], replaces[row.Edition.id]) for row in rows]


def _view(row: Any, kinds: Sequence[str], replaces: Sequence[str]) -> EditionView:
    it, end = row.Edition, row.Ending
    ending = end and EndingView(
        end.from_on, end.basis, row.by or "", end.until_on, end.id, row.by_slug or "",
        end.made_at, end.made_by,
    )  # fmt: skip
    return EditionView(
        it.id, it.standard_id, row.slug, it.code, it.name_zh, it.name_en, it.mandatory,
        tuple(kinds), it.published_on, it.effective_on, it.source, it.basis, it.verified,
        it.updated_at, it.made_by, ending, tuple(replaces),
    )  # fmt: skip
