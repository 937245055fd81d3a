import pytest
from sqlalchemy import event

from market.accounts import service as accounts
from market.adapters.whoosh_index import WhooshIndex
from tests.factories.accounts import make_account, sign_in


@pytest.fixture
def index(app, monkeypatch, tmp_path):
    """An index of this test alone, in use by the application."""
    own = WhooshIndex(tmp_path / "index")
    own.rebuild([])
    monkeypatch.setitem(app.extensions, "market.text_index", own)
    return own


@pytest.fixture
def become(client, session):
    """Sign the client in as somebody with a role."""

    def become(role="household", scope="", **overrides):
        account = make_account(session, **overrides)
        if role != "household":
            accounts.grant_role(session, account.id, role, scope)
        sign_in(client, session, account.id)
        return account

    return become


@pytest.fixture
def statements(shared_database):
    """Counts the SQL statements that an action sends."""

    def count(action):
        seen = []

        def note(_connection, _cursor, statement, *_rest):
            seen.append(statement)

        event.listen(shared_database.engine, "before_cursor_execute", note)
        try:
            action()
        finally:
            event.remove(shared_database.engine, "before_cursor_execute", note)
        return len([text for text in seen if not text.startswith(("SAVEPOINT", "RELEASE"))])

    return count
