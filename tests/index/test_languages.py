"""The language of a text is one in use, or none: never the nearest of those in use for a text in another."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.readers import json_, languages, markdown
from index.readers.languages import HEAD_CHARS, identify
from index.readers.source import Source
from index.records import Article

NOW = datetime(2026, 1, 20, tzinfo=UTC)
PT = (
    "A chuva que caiu sobre o Recife na terça-feira deixou três bairros sem energia.",
    "A câmara municipal de Lisboa aprovou ontem o orçamento, com os votos contra da oposição, e o autarca disse estar satisfeito.",
    "Não há pressa, disse o ministro.",
    "Gol de Pelé aos 10 do segundo tempo",
    "PREFEITURA DO RECIFE ANUNCIA OBRAS NA AVENIDA",
    "Segundo a empresa GreenTech Solutions, o software Cloud Manager chega ao Brasil em maio.",
)
EN = (
    "The council voted on Tuesday to reopen the old ferry line.",
    "The café’s owner said it wasn’t “naïve” to ask for £5.",
    "PRIME MINISTER VOWS TO CUT TAXES BEFORE THE ELECTION",
)
OTHER = {
    "es": "El ayuntamiento aprobó ayer el presupuesto para las obras del puerto, según informó la alcaldesa.",
    "fr": "Le conseil municipal a voté mardi la réouverture de la ligne de ferry.",
    "gl": "O Concello aprobou onte o orzamento para as obras do porto, segundo informou a alcaldesa, que non quixo dar máis datos.",
    "it": "Il consiglio comunale ha approvato ieri il bilancio per i lavori del porto.",
    "de": "Der Stadtrat hat gestern den Haushalt für den Hafen beschlossen.",
    "ru": "Город проголосовал во вторник за открытие старой паромной линии.",
    "zh": "市议会星期二投票决定重新开放旧渡轮线路。",
}


@pytest.mark.parametrize(("lang", "text"), [*(("pt", text) for text in PT), *(("en", text) for text in EN)])
def test_a_sentence_tells_which_of_the_languages_in_use_it_is(lang: str, text: str) -> None:
    assert identify(text, ("pt", "en")) == lang
    assert identify(text, ("en", "pt")) == lang


@pytest.mark.parametrize("lang", OTHER)
def test_a_text_in_another_language_is_not_forced_into_one_in_use(lang: str) -> None:
    assert identify(OTHER[lang], ("pt", "en")) == ""
    assert identify(OTHER[lang], ("pt",)) == ""
    assert identify(OTHER[lang], ("pt", "en", lang)) == lang


@pytest.mark.parametrize("text", ["", " ", "Fim.", "x", "GLM-Image", "2026 12 30 450 1,5", "12:30", "x" * 500, "🌧️" * 50, "\ud800", "Recife " * 30])
def test_a_text_that_does_not_tell_has_none(text: str) -> None:
    assert identify(text, ("pt", "en")) == ""
    assert identify(text, ("pt",)) == ""


def test_a_sentence_full_of_names_from_elsewhere_is_not_taken_for_their_language() -> None:
    assert identify("Mayor of São Paulo meets João Silva and Conceição Araújo in London to talk about trade.", ("pt", "en")) != "pt"


def test_each_article_of_the_sample_corpus_is_told() -> None:
    for file in sorted((Path(__file__).parents[2] / "corpus").rglob("[!R]*.md")):
        (article,) = markdown.read(Source(path=file.name, file=file, now=NOW))
        assert isinstance(article, Article)
        assert identify(article.text, ("pt", "en")) == article.lang, file.name


def test_a_language_that_the_model_does_not_know_is_never_found() -> None:
    assert identify(PT[0], ("tpn",)) == ""
    assert identify(PT[0], ("tpn", "pt")) == "pt"
    assert identify(PT[0], ()) == ""


def test_the_head_of_a_long_text_decides() -> None:
    head = "A chuva deixou três bairros sem energia. " * (HEAD_CHARS // 40 + 1)
    assert identify(head + EN[0] * 10_000, ("pt", "en")) == "pt"


def test_many_threads_read_one_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(languages, "_LOADED", [])
    start = threading.Barrier(8)

    def told(number: int) -> str:
        start.wait(timeout=60)
        return identify((PT + EN)[number], ("pt", "en"))

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(told, range(8))) == ["pt"] * 6 + ["en"] * 2
    assert len(languages._LOADED) == 1


@given(st.text(max_size=200))
def test_any_text_has_a_language_in_use_or_none(text: str) -> None:
    assert identify(text, ("pt", "en")) in ("pt", "en", "")


def test_an_article_has_the_language_that_it_states_else_the_one_that_its_text_tells(tmp_path: Path) -> None:
    items = [{"text": PT[0], "lang": "en"}, {"text": PT[0]}, {"text": OTHER["es"]}, {"text": OTHER["es"], "lang": "es"}, {"text": "Fim."}]
    (tmp_path / "a.json").write_text(json.dumps(items))
    source = Source(path="a.json", file=tmp_path / "a.json", now=NOW)
    assert [a.lang for a in json_.read(source) if isinstance(a, Article)] == ["en", "pt", "", "es", ""]
    spanish = source.model_copy(update={"languages": ("es", "pt")})
    assert [a.lang for a in json_.read(spanish) if isinstance(a, Article)] == ["en", "pt", "es", "es", ""]
