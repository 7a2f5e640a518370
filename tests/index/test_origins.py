"""Origins: credit is read where it is given and nowhere else; each article stands under the copy that was likely first, whatever came when."""

import random
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.origins import Member, clusters, credited

DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)
OUTLETS = ["Reuters", "Agência Brasil", "Agência Lusa", "The Associated Press", "AFP", "Folha de S.Paulo", "O Globo", "BBC News Brasil"]
BODY = "A chuva parou no Recife depois de três dias, disse a prefeitura.\nO rio baixou.\nAs aulas voltam na terça-feira.\nNinguém se feriu."


# ── credits ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "outlets"),
    [
        (f"{BODY}\n\nCom informações da Agência Brasil.", {"Agência Brasil"}),
        (f"{BODY}\n(Com informações da Reuters e da AFP)", {"Reuters", "AFP"}),
        (f"{BODY} *com informacoes da agência Reuters", {"Reuters"}),
        (f"RECIFE, 3 mar (Reuters) - {BODY}", {"Reuters"}),
        (f"LISBOA (Lusa) – {BODY}", {"Agência Lusa"}),
        (f"Agência Lusa – {BODY}", {"Agência Lusa"}),
        (f"AP – {BODY}", {"The Associated Press"}),
        (f"WASHINGTON, AP — {BODY}", {"The Associated Press"}),
        (f"Por Redação, com Reuters - {BODY}", {"Reuters"}),
        (f"{BODY} (Reuters)", {"Reuters"}),
        (f"{BODY}\nAgência Brasil", {"Agência Brasil"}),
        (f"Chuva para no Recife\nDa Agência Lusa\n{BODY}", {"Agência Lusa"}),
        (f"Por Ana Reis, da Folha de S. Paulo\n{BODY}", {"Folha de S.Paulo"}),
        (f"{BODY}\nFonte: Agência Brasil", {"Agência Brasil"}),
        (f"{BODY}\nTexto publicado originalmente em O Globo.", {"O Globo"}),
        (f"Rain stops.\n{BODY}\nThis story was originally published by the Associated Press.", {"The Associated Press"}),
        (f"{BODY} With reporting by Reuters and AFP.", {"Reuters", "AFP"}),
        (f"{BODY} The Associated Press and Reuters contributed to this report.", {"The Associated Press", "Reuters"}),
        (f"{BODY}\nSource: AFP", {"AFP"}),
    ],
)
def test_credit_is_read_where_it_is_given(text: str, outlets: set[str]) -> None:
    assert credited(text, [], OUTLETS) == outlets


@pytest.mark.parametrize(
    "text",
    [
        BODY,
        f"{BODY} O prefeito disse à Reuters que a ponte será reaberta.",
        f"{BODY} Segundo a Agência Brasil, as aulas voltam na terça.",
        f"As ações da Reuters (RTRS) subiram.\n{BODY}",
        f"A Reuters - que faz cem anos - abriu um escritório no Recife.\n{BODY}",
        f"{BODY}\nCom informações do Corpo de Bombeiros. A Reuters não comentou.",
        f"{BODY}\nFonte: IBGE",
        f"{BODY}\nFoto: Ana Reis/Reuters",
        f"{BODY} A jornalista (ex-Reuters) não quis falar.",
        f"MACAPÁ (AP) – {BODY}",
        f"{BODY} She told the Associated Press that the river had fallen.",
        f"{BODY} Additional reporting by Ann Reed.",
        f"O Brasil (Brasil) parou.\n{BODY}",
    ],
)
def test_an_outlet_that_is_only_spoken_of_gets_no_credit(text: str) -> None:
    assert credited(text, ["Ana Reis", "Redação"], OUTLETS) == set()


@pytest.mark.parametrize(
    ("author", "outlets"),
    [
        ("Reuters", {"Reuters"}),
        ("Reuters Staff", {"Reuters"}),
        ("Da Agência Brasil", {"Agência Brasil"}),
        ("Ana Reis, da Agência Lusa", {"Agência Lusa"}),
        ("Ann Reed | AP", {"The Associated Press"}),
        ("ana reis (afp)", {"AFP"}),
        ("Globo", {"O Globo"}),
        ("Ana Reuters Reis", set()),
        ("Brasil", set()),
    ],
)
def test_a_byline_may_name_an_outlet(author: str, outlets: set[str]) -> None:
    assert credited(BODY, [author], OUTLETS) == outlets


@given(st.text(max_size=200), st.lists(st.text(max_size=20), max_size=3), st.lists(st.text(max_size=12), max_size=4))
def test_any_text_can_be_read_for_credits(text: str, authors: list[str], outlets: list[str]) -> None:
    assert credited(text, authors, outlets) <= set(outlets)


# ── clusters ────────────────────────────────────────────────────────────────────────────────────────────────────────


def article(id: str, hours: float | None = 0, outlet: str = "", credits: str = "", chars: int = 1000, seen: float = 0) -> Member:
    """An article published and first seen so many hours after noon."""
    published = None if hours is None else DAY + timedelta(hours=hours)
    return Member(id, outlet or id, published, DAY + timedelta(hours=seen), chars, frozenset(credits.split("|")) - {""})


def alike(*names: str, share: float = 0.9) -> list[tuple[str, str, float]]:
    return [(a, b, share) for a, b in combinations(names, 2)]


def test_an_article_without_copies_is_its_own_origin() -> None:
    assert clusters([article("a"), article("b")], []) == {"a": "a", "b": "b"}


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        (article("z", 1), article("a", 2), "published earlier"),
        (article("z", 9), article("a", None), "an unknown date is last"),
        (article("z", None, seen=1), article("a", None, seen=2), "seen earlier"),
        (article("z", 1, chars=900), article("a", 1, chars=300), "a cut copy is not the origin"),
        (article("a", 1), article("z", 1), "the smaller id"),
        (article("z", 5, outlet="Lusa"), article("a", 1, credits="Lusa"), "credited, though it was published later"),
        (article("z", 1, outlet="Lusa", credits="AFP"), article("a", 2, outlet="AFP", credits="Lusa"), "credit in a circle tells nothing"),
        (article("z", 1, outlet="Lusa", credits="Lusa"), article("a", 2, outlet="Lusa", credits="Lusa"), "nor does credit for itself"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_of_two_copies_the_likely_origin_comes_first(first: Member, second: Member, reason: str) -> None:
    for both in ([first, second], [second, first]):
        assert set(clusters(both, alike("a", "z")).values()) == {first.id}, reason


def test_the_credited_wire_is_the_origin_of_copies_that_credit_nobody_too() -> None:
    articles = [article("early", 1), article("wire", 3, outlet="Lusa"), article("honest", 2, credits="Lusa")]
    assert clusters(articles, alike("early", "wire", "honest")) == dict.fromkeys(["early", "wire", "honest"], "wire")


def test_credit_passed_on_leads_back_to_the_first() -> None:
    articles = [article("c", 1, credits="B"), article("b", 2, outlet="B", credits="A"), article("a", 3, outlet="A")]
    assert set(clusters(articles, alike("a", "b", "c")).values()) == {"a"}


def test_three_outlets_that_credit_one_another_in_a_circle_are_put_in_order_by_date() -> None:
    articles = [article("a", 3, credits="b"), article("b", 2, credits="c"), article("c", 1, credits="a")]
    assert set(clusters(articles, alike("a", "b", "c")).values()) == {"c"}


def test_a_round_up_never_joins_two_stories() -> None:
    pairs = [("rain", "news", 1.0), ("vote", "news", 0.9), ("vote", "copy", 1.0), ("copy", "news", 0.9)]
    stories = [article("rain", None, chars=400), article("vote", None, chars=500), article("copy", None, chars=450)]
    for hours in (-1, None, 1):  # whether it is dated before them, not at all, or after
        found = clusters([*stories, article("news", hours, chars=1000)], pairs)
        assert found["rain"] != found["vote"] == found["copy"]


def test_copies_that_were_both_edited_stand_under_one_origin_though_unlike_each_other() -> None:
    found = clusters([article("a", 1), article("b", 2), article("c", 3)], [("a", "b", 0.65), ("a", "c", 0.62)])
    assert found == {"a": "a", "b": "a", "c": "a"}


def test_a_copy_of_a_copy_is_its_own_origin_when_it_is_none_of_the_first() -> None:
    found = clusters([article("a", 1), article("b", 2), article("c", 3)], [("a", "b", 0.7), ("b", "c", 0.7)])
    assert found == {"a": "a", "b": "a", "c": "c"}


def test_an_article_joins_the_origin_that_it_shares_most_with_and_the_earlier_on_a_tie() -> None:
    articles = [article("a", 1), article("b", 2), article("c", 3), article("d", 4)]
    assert clusters(articles, [("a", "c", 0.7), ("b", "c", 0.8), ("a", "d", 0.7), ("b", "d", 0.7)]) == {"a": "a", "b": "b", "c": "b", "d": "a"}


def test_pairs_with_articles_that_are_not_given_are_passed_over() -> None:
    assert clusters([article("b", 2), article("c", 3)], alike("a", "b", "c")) == {"b": "b", "c": "b"}


MEMBERS = st.lists(
    st.builds(
        article,
        st.sampled_from("abcdefgh"),
        st.none() | st.integers(0, 3),
        st.sampled_from("XYZ"),
        st.sampled_from(["", "X", "Y", "X|Z"]),
        st.integers(1, 4),
        st.integers(0, 2),
    ),
    unique_by=lambda member: member.id,
    max_size=8,
)
PAIRS = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh"), st.sampled_from([0.6, 0.8, 1.0])), max_size=20)


@given(MEMBERS, PAIRS, st.integers())
def test_clusters_are_stars_and_do_not_depend_on_any_order(members: list[Member], pairs: list[tuple[str, str, float]], seed: int) -> None:
    found = clusters(members, pairs)
    direct = {frozenset(pair[:2]) for pair in pairs}
    assert found.keys() == {member.id for member in members}
    for name, origin in found.items():
        assert found[origin] == origin
        assert name == origin or {name, origin} in direct
    dice = random.Random(seed)
    turned = [(b, a, share) for a, b, share in pairs]
    assert clusters(dice.sample(members, len(members)), dice.sample(turned, len(turned))) == found


@given(MEMBERS, PAIRS)
def test_unrelated_articles_change_no_cluster(members: list[Member], pairs: list[tuple[str, str, float]]) -> None:
    others = [article(name, hours, "X", "Y") for name, hours in (("m", 0), ("n", None))]
    found = clusters([*others, *members], [*pairs, ("m", "n", 0.9)])
    assert {name: origin for name, origin in found.items() if name not in "mn"} == clusters(members, pairs)
