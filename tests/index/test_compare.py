"""Copies in the catalog: compared once, grouped round their likely origin, and folded into one row of a search."""

from collections.abc import Callable
from pathlib import Path

from index import Library, Settings, rebuild, update
from index.catalog import NAME, Catalog
from qa import ask, retrieve

Small = Callable[..., Settings]
WIRE = (
    "A ponte velha do Recife fechou na segunda-feira depois que a chuva abriu uma rachadura de dois metros no pilar central da obra. "
    "A prefeitura informou que os ônibus vão passar pela avenida do porto enquanto durar o conserto, previsto para oito semanas. "
    "O engenheiro Rui Sampaio disse que o pilar tinha sido vistoriado em março e que nada indicava o dano. "
    "Moradores da margem esquerda reclamam que a travessia de barco custa o dobro da passagem de ônibus."
)
OWN = (
    "No mercado da rua do Sol, comerciantes contam que o movimento caiu pela metade desde o fechamento e pedem desconto no aluguel das bancas. "
    "A associação dos lojistas marcou reunião para quinta-feira."
)
OTHER = (
    "O time de remo da cidade venceu ontem a regata do estuário com doze segundos de vantagem sobre o segundo colocado, diante de três mil pessoas."
)


def article(outlet: str, day: int, text: str) -> str:
    return f"---\ntitle: Ponte fecha no Recife\noutlet: {outlet}\npublished: 2024-05-{day:02}T10:00:00Z\nlang: pt\n---\n{text}\n"


def corpus(small: Small) -> Settings:
    first, second, *_ = WIRE.split(". ")
    return small(
        {
            "a.md": article("Gazeta", 3, WIRE),
            "b.md": article("Agência Capibaribe", 2, WIRE),
            "c.md": article("Diário", 4, f"{first}. {second}."),
            "d.md": article("Folha do Porto", 4, f"{WIRE} {OWN}"),
            "e.md": article("Gazeta", 5, OTHER),
        }
    )


def pairs(settings: Settings) -> set[frozenset[str]]:
    catalog = Catalog(settings.index_dir / NAME)
    try:
        return {frozenset(line) for line in catalog.connection.execute("SELECT first, second FROM pair")}
    finally:
        catalog.close()


def origins(settings: Settings) -> dict[str, str]:
    with Library.open(settings) as library:
        return {id_: library.origin(id_) for id_ in "abcde"}


def test_whole_cut_and_padded_copies_have_the_first_published_as_their_origin(small: Small) -> None:
    made = corpus(small)
    rebuild(made)
    assert origins(made) == {"a": "b", "b": "b", "c": "b", "d": "b", "e": "e"}


def test_a_search_shows_one_row_an_origin_and_names_the_others(small: Small) -> None:
    made = corpus(small)
    rebuild(made)
    with Library.open(made) as library:
        hits = retrieve("Por que a ponte velha do Recife fechou?", 8, library=library)
        best = hits[0]
        others = {copy.article.id for copy in best.copies} | {best.passage.article.id}
        assert {"a", "b", "c"} <= others
        words = [hit.passage.text for hit in hits]
        assert sum("rachadura de dois metros" in text for text in words) == 1
        answer = ask("Por que a ponte velha do Recife fechou?", library=library)
        assert answer.claims
        assert answer.independent == 1
        assert set(answer.origins.values()) == {"b"}


def test_an_update_compares_only_what_changed_and_ends_as_a_rebuild_does(small: Small, tmp_path: Path) -> None:
    made = corpus(small)
    rebuild(made)
    (made.corpus_dir / "b.md").unlink()
    update(made)
    assert "b" not in set().union(*pairs(made))
    with Library.open(made) as library:
        assert {id_: library.origin(id_) for id_ in "acde"} == {"a": "a", "c": "a", "d": "a", "e": "e"}
    (made.corpus_dir / "e.md").write_text(article("Gazeta", 1, WIRE))
    update(made)
    fresh = made.replace(index_dir=tmp_path / "fresh")
    rebuild(fresh)
    assert pairs(made) == pairs(fresh)
    with Library.open(made) as library, Library.open(fresh) as other:
        assert {id_: library.origin(id_) for id_ in "acde"} == {id_: other.origin(id_) for id_ in "acde"} == dict.fromkeys("acde", "e")


def test_a_withdrawn_article_is_nobodys_origin(small: Small) -> None:
    made = corpus(small)
    (made.corpus_dir / "b.md").write_text(article("Agência Capibaribe", 2, WIRE).replace("lang: pt", "lang: pt\nstatus: canceled"))
    rebuild(made)
    with Library.open(made) as library:
        assert {library.origin(id_) for id_ in "acd"} == {"a"}
