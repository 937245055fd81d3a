import shutil

import pytest

from market.adapters.postgres_index import PostgresIndex
from market.adapters.whoosh_index import WhooshIndex
from market.search.types import IndexDocument, IndexUnusable, TextRequest
from tests.conftest import ENGINE


def doc(number, kind="G302", words=("防水", "卷材"), star=3, price=100, **more):
    return IndexDocument(
        f"l{number}", more.pop("product", f"d{number}"), kind, tuple(words), tuple(words[:1]),
        star=star, unit_price=price,
        certified=star > 0, seller_ids=more.pop("sellers", ("s1",)), **more,
    )  # fmt: skip


@pytest.fixture(params=["whoosh"] if ENGINE == "sqlite" else ["postgresql"])
def empty_index(request, tmp_path, make_database):
    """The engine that goes with the run's database."""
    if request.param == "whoosh":
        return WhooshIndex(tmp_path / "index")
    return PostgresIndex(make_database().engine)


@pytest.fixture
def whoosh(tmp_path):
    made = WhooshIndex(tmp_path / "damaged")
    made.rebuild([doc(1)])
    return made


@pytest.fixture
def index(empty_index):
    made = empty_index
    made.rebuild(
        [
            doc(1),
            doc(2, star=2, price=50),
            doc(3, "G303", ("防水", "涂料"), star=1),
            doc(4, "G304", ("内墙", "涂料"), star=0),
            doc(5, closes_at=500),
        ]
    )
    return made


def ids(hits):
    return set(hits.ids)


def test_words_find_documents(index):
    assert ids(index.search(TextRequest(words=("涂料",), at=100))) == {"d3", "d4"}


def test_kinds_restrict_and_words_rank(index):
    hits = index.search(TextRequest(words=("涂料",), kinds={"G302": 0.5, "G303": 0.5}, at=1000))
    assert hits.ids[0] == "d3"
    assert ids(hits) == {"d1", "d2", "d3"}


def test_what_the_gate_closed_is_not_found(index):
    assert "d5" in index.search(TextRequest(kinds={"G302": 1.0}, at=499)).ids
    assert "d5" not in index.search(TextRequest(kinds={"G302": 1.0}, at=500)).ids


def test_facet_counts_ignore_the_choice_in_their_own_facet(index):
    request = TextRequest(kinds={"G302": 1.0, "G303": 0.5}, stars=frozenset({2}), at=1000)
    hits = index.search(request)
    assert hits.ids == ("d2",)
    assert dict(hits.star_counts) == {3: 1, 2: 1, 1: 1}
    assert dict(hits.kind_counts) == {"G302": 1}


def test_a_product_of_two_sellers_is_one_hit_at_its_best_price(empty_index):
    made = empty_index
    made.rebuild([doc(1, product="p", price=90), doc(2, product="p", price=80), doc(3, price=85)])
    hits = made.search(TextRequest(kinds={"G302": 1.0}, at=1, sort="price"))
    assert hits.ids == ("p", "d3")
    assert hits.listing_ids == ("l2", "l3")
    assert hits.total == 2
    assert dict(hits.kind_counts) == {"G302": 2}


def test_sorting_by_price(index):
    hits = index.search(TextRequest(kinds={"G302": 1.0}, at=1000, sort="price"))
    assert hits.ids == ("d2", "d1")


def test_an_update_is_seen_by_an_open_reader(index):
    index.search(TextRequest(words=("涂料",)))
    index.update([doc(9, "G304", ("内墙", "涂料"))], removed=["l4"])
    assert ids(index.search(TextRequest(words=("涂料",), at=1))) == {"d3", "d9"}
    assert index.count() == 5


def test_a_rebuild_replaces_everything(index):
    index.search(TextRequest(words=("涂料",)))
    assert index.rebuild([doc(7, words=("瓦",))]) == 1
    assert ids(index.search(TextRequest(words=("瓦",), at=1))) == {"d7"}
    assert not index.search(TextRequest(words=("涂料",))).ids


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("damage", ["missing", "truncated", "pointer"])
def test_damage_is_reported_as_unusable(whoosh, damage):
    current = whoosh.root / (whoosh.root / "current").read_text()
    if damage == "missing":
        shutil.rmtree(current)
    elif damage == "truncated":
        for path in current.iterdir():
            path.write_bytes(path.read_bytes()[:20])
    else:
        (whoosh.root / "current").unlink()
    with pytest.raises(IndexUnusable):
        WhooshIndex(whoosh.root).search(TextRequest(words=("涂料",)))


def test_an_index_that_was_never_built_is_unusable(empty_index):
    with pytest.raises(IndexUnusable):
        empty_index.search(TextRequest(words=("涂料",)))


@pytest.mark.parametrize("word", ["'", "\\", "a' | 'b", "&|!()", "防水:*", "\U0001f3e0"])
def test_no_word_is_an_operator(index, word):
    assert index.search(TextRequest(words=(word,), at=1)).total == 0


def test_a_seller_filter(index):
    assert index.search(TextRequest(kinds={"G302": 1}, sellers=frozenset({"s2"}), at=1)).total == 0
