"""One behaviour of every engine, and what each promises beside it."""

import random
import shutil
import uuid
from dataclasses import replace

import pytest
from sqlalchemy import create_engine, text

from market.adapters.postgres_index import TABLE, PostgresIndex
from market.adapters.tantivy_index import TantivyIndex
from market.adapters.whoosh_index import WhooshIndex
from market.search.types import IndexBusy, IndexDocument, IndexUnusable, Offer, TextRequest
from tests import postgres

FILES = {"whoosh": WhooshIndex, "tantivy": TantivyIndex}


@pytest.fixture(scope="session")
def shared_postgres(server_url):
    """The run's PostgreSQL server, or one started for these tests."""
    if server_url is not None:
        yield server_url
    else:
        with postgres.temporary_server() as url:
            yield url


@pytest.fixture(scope="session")
def postgres_engine(shared_postgres):
    name = f"t{uuid.uuid4().hex[:12]}"  # the server may be shared by several workers
    admin = create_engine(shared_postgres, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
    admin.dispose()
    engine = create_engine(f"{shared_postgres.rsplit('/', 1)[0]}/{name}")
    yield engine
    engine.dispose()


@pytest.fixture(params=["whoosh", "tantivy", "postgresql"])
def empty_index(request, tmp_path):
    if request.param != "postgresql":
        return FILES[request.param](tmp_path / "index")
    engine = request.getfixturevalue("postgres_engine")
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    return PostgresIndex(engine)


def doc(number, kind="G302", words=("防水", "卷材"), star=3, price=100, **more):
    offers = more.pop("offers", None) or [(f"l{number}", more.pop("seller", "s1"), price)]
    return IndexDocument(
        f"d{number}", kind, tuple(words), more.pop("names", tuple(words[:1])),
        tuple(Offer(*offer) for offer in offers), star=star, certified=star > 0, **more,
    )  # fmt: skip


@pytest.fixture
def index(empty_index):
    empty_index.rebuild(
        [
            doc(1),
            doc(2, star=2, price=50),
            doc(3, "G303", ("防水", "涂料"), star=1),
            doc(4, "G304", ("内墙", "涂料"), star=0),
            doc(5, closes_at=500),
        ]
    )
    return empty_index


@pytest.fixture
def shops(empty_index):
    """Products with several offers."""
    empty_index.rebuild(
        [
            doc(1, offers=[("a1", "s1", 90, False), ("a2", "s2", 95, True)]),
            doc(2, offers=[("b1", "s1", 80, True), ("b3", "s3", 70, False)], star=2),
            doc(3, "G303", offers=[("c3", "s3", 60, True), ("c4", "s3", 65, True)]),
        ]
    )
    return empty_index


def ids(hits):
    return set(hits.ids)


ALL = {"G302": 1.0, "G303": 0.5}


def test_words_find_products(index):
    assert ids(index.search(TextRequest(words=("涂料",), at=100))) == {"d3", "d4"}


def test_nothing_asked_finds_nothing(index):
    assert index.search(TextRequest(at=100)).total == 0


def test_kinds_restrict_and_words_rank(index):
    hits = index.search(TextRequest(words=("涂料",), kinds={"G302": 0.5, "G303": 0.5}, at=1000))
    assert hits.ids[0] == "d3"
    assert ids(hits) == {"d1", "d2", "d3"}


def test_a_word_of_the_name_counts_more(empty_index):
    empty_index.rebuild([doc(1, words=("瓦", "红色"), price=1), doc(2, words=("红色", "瓦"))])
    assert empty_index.search(TextRequest(words=("红色",), at=1)).ids == ("d2", "d1")


def test_equals_come_cheapest_first_then_by_their_id(empty_index):
    empty_index.rebuild([doc(3, price=5), doc(2, price=9), doc(1, price=9)])
    empty_index.update([doc(4, price=2)], [])
    assert empty_index.search(TextRequest(kinds=ALL, at=1)).ids == ("d4", "d3", "d1", "d2")


def test_what_the_gate_closed_is_not_found(index):
    assert "d5" in index.search(TextRequest(kinds={"G302": 1.0}, at=499)).ids
    assert "d5" not in index.search(TextRequest(kinds={"G302": 1.0}, at=500)).ids
    assert "d5" in index.search(TextRequest(kinds={"G302": 1.0}, at=499)).ids


def test_facet_counts_ignore_the_choice_in_their_own_facet(index):
    request = TextRequest(kinds=ALL, stars=frozenset({2}), at=1000)
    hits = index.search(request)
    assert hits.ids == ("d2",)
    assert dict(hits.star_counts) == {3: 1, 2: 1, 1: 1}
    assert dict(hits.kind_counts) == {"G302": 1}


def test_a_product_of_two_sellers_is_one_hit_at_its_best_price(shops):
    hits = shops.search(TextRequest(kinds=ALL, at=1, sort="price"))
    assert hits.ids == ("d3", "d2", "d1")
    assert hits.listing_ids == ("c3", "b3", "a1")
    assert hits.total == 3
    assert dict(hits.seller_counts) == {"s1": 2, "s2": 1, "s3": 2}
    assert hits.in_stock_count == 3


def test_filters_of_offers_must_hold_for_one_and_the_same_offer(shops):
    chosen = TextRequest(kinds=ALL, at=1, sellers=frozenset({"s1"}), in_stock_only=True)
    hits = shops.search(chosen)
    assert (hits.ids, hits.listing_ids) == (("d2",), ("b1",))
    assert dict(hits.seller_counts) == {"s1": 1, "s2": 1, "s3": 1}
    assert dict(hits.kind_counts) == {"G302": 1}


def test_a_seller_is_shown_at_his_own_price(shops):
    hits = shops.search(TextRequest(kinds=ALL, at=1, sellers=frozenset({"s1"}), sort="price"))
    assert hits.listing_ids == ("b1", "a1")
    assert hits.in_stock_count == 1
    assert shops.search(TextRequest(kinds=ALL, at=1, sellers=frozenset({"s9"}))).total == 0


def test_what_reaches_the_place_comes_first_and_can_be_asked_for_alone(shops):
    here = frozenset({"s2"})
    hits = shops.search(TextRequest(kinds={"G302": 1.0}, at=1, reach=here))
    assert hits.ids == ("d1", "d2")
    assert hits.reached_count == 1
    alone = shops.search(TextRequest(kinds=ALL, at=1, reach=here, reached_only=True))
    assert (alone.ids, alone.listing_ids, alone.reached_count) == (("d1",), ("a2",), 1)
    assert dict(alone.seller_counts) == {"s2": 1}
    nowhere = TextRequest(kinds=ALL, at=1, reached_only=True)
    assert shops.search(nowhere).total == 0


def test_sorting_by_price(index):
    hits = index.search(TextRequest(kinds={"G302": 1.0}, at=1000, sort="price"))
    assert hits.ids == ("d2", "d1")


def test_goods_of_local_lists_are_found_only_by_visitors_of_their_places(empty_index):
    empty_index.rebuild([doc(1), doc(2, places=("1306", "51")), doc(3, places=("130624",))])

    def found(*places):
        hits = empty_index.search(TextRequest(kinds=ALL, at=1, places=frozenset(places)))
        assert hits.total == sum(hits.kind_counts.values()) == len(hits.ids)
        return ids(hits)

    assert found() == found("", "44") == {"d1"}
    assert found("", "13", "1306", "130624", "130624104") == {"d1", "d2", "d3"}
    assert found("", "51", "5101") == {"d1", "d2"}
    empty_index.update([doc(3, places=("44",)), doc(1, places=("44",))], ["d2"])
    assert found("", "44") == {"d1", "d3"}
    assert found("", "13", "1306", "130624") == set()


def test_only_certified(index):
    assert ids(index.search(TextRequest(words=("涂料",), certified_only=True, at=1))) == {"d3"}


def test_an_update_is_seen_by_an_open_reader(index):
    index.search(TextRequest(words=("涂料",)))
    index.update([doc(9, "G304", ("内墙", "涂料"))], removed=["d4"])
    assert ids(index.search(TextRequest(words=("涂料",), at=1))) == {"d3", "d9"}
    assert index.count() == 5


def built(index):
    """Which build is in use."""
    if not isinstance(index, PostgresIndex):
        return index.builds.current()
    with index.engine.connect() as connection:
        return connection.execute(text(f"SELECT '{TABLE}'::regclass::oid")).scalar_one()


def test_an_update_is_seen_by_another_process(index):
    """Another object on the same place stands for another process."""
    other = type(index)(index.engine if isinstance(index, PostgresIndex) else index.root)
    other.search(TextRequest(words=("涂料",)))
    build = built(index)
    index.update([doc(3, "G303", ("防水", "涂料"), price=7)], [])
    assert built(index) == build  # a change needs no rebuild
    hits = other.search(TextRequest(words=("涂料",), at=1, sort="price"))
    assert hits.ids[0] == "d3"
    index.rebuild([doc(8, words=("涂料",))])
    assert ids(other.search(TextRequest(words=("涂料",), at=1))) == {"d8"}


def test_a_rebuild_replaces_everything(index):
    index.search(TextRequest(words=("涂料",)))
    assert index.rebuild([doc(7, words=("瓦",))]) == 1
    assert ids(index.search(TextRequest(words=("瓦",), at=1))) == {"d7"}
    assert not index.search(TextRequest(words=("涂料",))).ids


def test_a_rebuild_that_fails_leaves_the_old_index(index):
    def broken():
        yield doc(7)
        raise LookupError

    with pytest.raises(LookupError):
        index.rebuild(broken())
    assert index.count() == 5


def test_an_index_of_nothing_is_sound(empty_index):
    assert empty_index.rebuild([]) == 0
    assert empty_index.count() == 0
    assert empty_index.search(TextRequest(words=("涂料",), at=1)).total == 0
    empty_index.update([doc(1, words=("涂料",))], [])
    assert empty_index.search(TextRequest(words=("涂料",), at=1)).ids == ("d1",)
    empty_index.update([], ["d1"])
    assert empty_index.search(TextRequest(words=("涂料",), at=1)).total == 0


def test_an_index_that_was_never_built_is_unusable(empty_index):
    with pytest.raises(IndexUnusable):
        empty_index.search(TextRequest(words=("涂料",)))
    with pytest.raises(IndexUnusable):
        empty_index.update([doc(1)], [])


@pytest.mark.parametrize("word", ["'", "\\", "a' | 'b", "&|!()", "防水:*", "\U0001f3e0", "\0"])
def test_no_word_is_an_operator(index, word):
    assert index.search(TextRequest(words=(word,), at=1)).total == 0


def random_world(source, size=300):
    words = ["防水", "卷材", "涂料", "pvc", "600x600", "白色", "外墙", "砖"]
    sellers = [f"s{n}" for n in range(6)]
    for number in range(size):
        said = tuple(source.sample(words, source.randrange(1, 6)))
        offers = [
            (f"l{number}-{n}", seller, source.randrange(1, 40), source.random() < 0.7)
            for n, seller in enumerate(source.choices(sellers, k=source.randrange(1, 4)))
        ]
        yield doc(
            number, f"K{source.randrange(5)}", said, source.randrange(4), offers=offers,
            names=said[: source.randrange(2)], opens_at=source.choice([0, 0, 0, 50]),
            closes_at=source.choice([2**40, 2**40, 60]),
            places=source.choice([(), (), (), ("1306",), ("51", "44")]),
        )  # fmt: skip


def random_request(source):
    words = ["防水", "涂料", "pvc", "600x600", "外墙", "没有"]

    def some(values, most):
        return frozenset(source.sample(values, source.randrange(most)))

    kinds = {f"K{n}": source.choice([1.0, 0.8, 0.3]) for n in source.sample(range(5), 2)}
    return TextRequest(
        words=tuple(source.sample(words, source.randrange(1, 4))),
        fallback=tuple(source.sample(words, source.randrange(2))),
        kinds=kinds if source.random() < 0.6 else {},
        stars=some([0, 1, 2, 3], 3), only_kinds=some([f"K{n}" for n in range(5)], 3),
        sellers=some([f"s{n}" for n in range(6)], 3), reach=some([f"s{n}" for n in range(6)], 4),
        reached_only=source.random() < 0.3, in_stock_only=source.random() < 0.3,
        places=source.choice([frozenset(), frozenset({"13", "1306"}), frozenset({"44", "1306"})]),
        certified_only=source.random() < 0.2, at=source.choice([10, 55, 70]),
        limit=source.choice([3, 20, 400]), sort=source.choice(["relevance", "relevance", "price"]),
    )  # fmt: skip


def test_all_engines_answer_alike(tmp_path, postgres_engine):
    """The same world and the same questions: the same products in the same order, and the
    same counts, before and after updates."""
    source = random.Random(5)
    world = list(random_world(source))
    engines = [
        WhooshIndex(tmp_path / "w"), TantivyIndex(tmp_path / "t"), PostgresIndex(postgres_engine)
    ]  # fmt: skip
    for engine in engines:
        engine.rebuild(world)
    for turn in range(3):
        for _ in range(25):
            request = random_request(source)
            first, *others = [engine.search(request) for engine in engines]
            for other in others:
                assert other == first, request
            assert first.total >= len(first.ids)
        changed = [doc(n, "K1", ("pvc",), price=turn + 1) for n in source.sample(range(300), 30)]
        removed = [f"d{n}" for n in source.sample(range(300), 10)]
        for engine in engines:
            engine.update(changed, [key for key in removed if key not in {d.id for d in changed}])


def test_postgresql_brings_the_first_product_of_other_kinds_along(postgres_engine):
    source = random.Random(8)
    index = PostgresIndex(postgres_engine)
    index.rebuild(random_world(source))
    brought = 0
    for _ in range(60):
        request = replace(random_request(source), only_kinds=frozenset())
        kinds = (*request.kinds, "NONE")
        firsts = index.search(replace(request, beside=kinds)).firsts
        for kind in kinds if request.kinds else ():
            found = index.search(replace(request, kinds={kind: 1.0}, limit=1))
            assert firsts.get(kind) == next(zip(found.ids, found.listing_ids, strict=True), None)
            brought += kind in firsts
    assert brought > 20


def test_postgresql_knows_the_sellers_of_whatever_build_is_in_use(postgres_engine):
    """Another object stands for another process, which numbers sellers as it last saw them."""
    one, other = PostgresIndex(postgres_engine), PostgresIndex(postgres_engine)
    one.rebuild([doc(1, seller="s1"), doc(2, seller="s2")])
    asked = TextRequest(kinds=ALL, at=1, reach=frozenset({"s2", "s3"}))
    assert dict(other.search(asked).seller_counts) == {"s1": 1, "s2": 1}
    one.update([doc(3, seller="s3")], [])
    found = other.search(asked)
    assert (dict(found.seller_counts), found.reached_count) == ({"s1": 1, "s2": 1, "s3": 1}, 2)
    one.rebuild([doc(3, seller="s3"), doc(2, seller="s2"), doc(1, seller="s1")])
    assert other.search(asked) == found
    many = [(f"l{n}", f"t{n}", n) for n in range(3_000)]
    one.update([doc(4, offers=many)], [])
    found = other.search(replace(asked, reach=frozenset({"t2999"})))
    assert (found.reached_count, found.ids[0]) == (1, "d4")


def test_several_processes_write_the_same_whoosh_index(tmp_path):
    source = random.Random(6)
    world = list(random_world(source, 2_600))
    alone = WhooshIndex(tmp_path / "one", processes=1)
    together = WhooshIndex(tmp_path / "two", processes=2)
    assert alone.rebuild(world) == together.rebuild(world) == 2_600
    for _ in range(10):
        request = random_request(source)
        assert alone.search(request) == together.search(request)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("damage", ["missing", "truncated", "pointer", "other version"])
@pytest.mark.parametrize("engine", ["whoosh", "tantivy"])
@pytest.mark.parametrize("opened", [False, True])
def test_damage_is_reported_as_unusable_and_a_rebuild_heals(tmp_path, engine, damage, opened):
    made = FILES[engine](tmp_path / "damaged")
    made.rebuild([doc(n) for n in range(40)])
    used = made if opened else FILES[engine](made.root)
    if opened:
        used.search(TextRequest(words=("防水",)))
    current = made.builds.current()
    if damage == "missing":
        shutil.rmtree(current)
    elif damage == "truncated":
        for path in current.iterdir():
            path.write_bytes(path.read_bytes()[:20])
    elif damage == "pointer":
        (made.root / "current").unlink()
    else:
        (made.root / "current").write_text("v0-old")
    with pytest.raises(IndexUnusable):
        used.search(TextRequest(words=("防水",)))
    with pytest.raises(IndexUnusable):
        used.count()
    assert used.rebuild([doc(1)]) == 1
    assert used.search(TextRequest(words=("防水",), at=1)).total == 1


def test_a_lost_table_is_reported_as_unusable(postgres_engine):
    index = PostgresIndex(postgres_engine)
    index.rebuild([doc(1)])
    with postgres_engine.begin() as connection:
        connection.execute(text(f"DROP TABLE {TABLE}"))
    with pytest.raises(IndexUnusable):
        index.search(TextRequest(words=("防水",)))


def test_another_writer_is_waited_for_but_not_for_ever(postgres_engine, tmp_path):
    index = PostgresIndex(postgres_engine, wait_ms=100)
    index.rebuild([doc(1)])
    with postgres_engine.begin() as other:
        other.execute(text("SELECT pg_advisory_xact_lock(7340002)"))
        with pytest.raises(IndexBusy):
            index.update([doc(2)], [])
        with pytest.raises(IndexBusy):
            index.rebuild([doc(2)])
        assert index.search(TextRequest(words=("防水",), at=1)).ids == ("d1",)
    index.update([doc(2)], [])
    assert index.count() == 2


@pytest.mark.parametrize("engine", ["whoosh", "tantivy"])
def test_old_builds_are_swept_but_the_last_stays_for_its_readers(tmp_path, engine):
    made = FILES[engine](tmp_path / "builds")
    for number in range(4):
        made.rebuild([doc(number)])
    folders = [path for path in made.root.iterdir() if path.is_dir()]
    assert len(folders) == 2
    assert made.builds.current() in folders
