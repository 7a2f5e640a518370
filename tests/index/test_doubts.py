"""What a file says that cannot be taken at its word is marked, never changed; and clean news is never marked."""

import json
import random
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

import pytest

from index.readers import read_corpus
from index.readers.doubts import garbled, mixed, mixed_host
from index.records import Article, Doubt
from index.text import clean, sentences

NOW = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)
CORPUS = Path(__file__).parents[2] / "corpus"
CHUVA = "A chuva que caiu sobre o Recife na terça-feira deixou três bairros sem energia. A prefeitura não informou quando o serviço volta."


def read(folder: Path) -> list[Article]:
    return [item for item in read_corpus(folder, NOW) if isinstance(item, Article)]


@lru_cache(maxsize=1)
def sample() -> list[Article]:
    return read(CORPUS)


def marks(article: Article) -> list[tuple[str, str, str]]:
    return [(doubt.kind, doubt.field, doubt.given) for doubt in article.doubts]


One = Callable[..., Article]


@pytest.fixture
def one(tmp_path: Path) -> One:
    """Reads one article of the given fields."""

    def make(**fields: object) -> Article:
        (tmp_path / "a.jsonl").write_text(json.dumps({"text": CHUVA} | fields) + "\n")
        (found,) = read(tmp_path)
        return found

    return make


def test_nothing_in_the_sample_corpus_is_doubtful() -> None:
    assert len(sample()) == 70
    assert [article for article in sample() if article.doubts] == []


# ── letters ─────────────────────────────────────────────────────────────────────────────────────────────────────────

# Clean text of the kinds that come nearest to garbled text.
NEAR = (
    *(f"A marca MANHÃ{sign} da IRMÃ{sign}, na FEIRA DA MAÇÃ {sign} volta" for sign in "©ª«®°²³¹º™†‡“”‘’›»…–—•\xa0.,;:!?)]"),
    "A letra “Ã” leva til, e a letra Â, circunflexo: ‘Â’, «Â», “Ô e “Á”.",
    "JOÃO, SÃO, NÃO, PÃES, MÃOS, CORAÇÕES, ÂMBITO, CÂMARA, LÂMPADA, ÁGUA, ÉPOCA, ÍNDIO, ÓRGÃO, ÚLTIMO, À NOITE",
    "No 1º dia, a 2ª vara mediu 3 m², 20 °C, ½ litro, £ 5, € 3, ¥ 7, § 2º e ± 4 µm ©",
    "Cât de târziu rămâne, atât de mândru, când râsul lângă rând",
    "Ça va ? « Â peine », dit-il ; l’âge du pâtre hâve, l’Île, l’Œuvre",
    "„Äpfel“, „Öl“, ‚Ähre‘, GRÜßE, „Ä“, „Ü“, FÅ” och PÅ’, Ångström, Å…",
    "EL NIÑO” llegó a ESPAÑA», el AÑO… y ¿QUÉ? ¡ÁNIMO!",
    "XÃ HỘI, THÀNH PHỐ, QUẬN ĐỐNG ĐA, Nguyễn Thị Ánh",
    "það er gott, Ðað, Þórður, Ægir, ÐÑ, Ï, ï e Ýmir",
    "Президент Путин, «ПРАВДА», Київ, Ελλάδα, Αθήνα, 東京, القاهرة, हिन्दी, می‌خواهم",
    "A raiz √2 = 1,41, √x, ∛8, ‚a‘, ¬p, x ≥ 3, x ≠ 4, 3 × 4 – 2, – ½ e –º",
    "🎉👩‍🚒🏴󠁧󠁢󠁥󠁮󠁧󠁿🇧🇷 e o sinal \ufffd, que mostra uma letra perdida",
    "It’s “naïve” of the café’s Beyoncé to ask for £5… or €3 — isn’t it?",
)


def made(number: int) -> str:
    """A clean article, of sentences of the sample corpus and of NEAR, some in capitals and in quotation marks."""
    chance = random.Random(number)
    parts = [chance.choice(sentences_of_the_sample()) for _ in range(8)] + chance.choices(NEAR, k=4)
    dressed = [chance.choice((part, part.upper(), f"“{part.upper()}”", f"«{part}»", f"‘{part}’…")) for part in parts]
    return clean(chance.choice((" ", "\n\n", "\xa0")).join(dressed))


@lru_cache(maxsize=1)
def sentences_of_the_sample() -> list[str]:
    return [article.text[start:end] for article in sample() for start, end in sentences(article.text)]


def test_no_letter_of_a_thousand_clean_articles_is_called_garbled() -> None:
    assert [words for number in range(1000) if (words := garbled(made(number)))] == []
    assert [part for part in NEAR if garbled(part)] == []


def latin_1(text: str) -> str:
    return text.encode().decode("latin-1")


def windows_1252(text: str) -> str:
    return re.sub("[\x80-\x9f]", lambda found: found[0].encode("latin-1").decode("cp1252", "ignore") or found[0], latin_1(text))


WAYS: dict[str, Callable[[str], str]] = {
    "Latin-1": latin_1,
    "Windows-1252": windows_1252,
    "Windows-1252 twice": lambda text: windows_1252(windows_1252(text)),
    "Windows-1252, then as a browser joins white space": lambda text: " ".join(windows_1252(text).split()),
    "Mac Roman": lambda text: text.encode().decode("mac-roman"),
}


@pytest.mark.parametrize("way", WAYS)
def test_text_that_was_taken_for_another_encoding_is_marked_and_stays_as_it_is(way: str, tmp_path: Path) -> None:
    pairs = [(text, wrong) for text in sentences_of_the_sample() if (wrong := WAYS[way](text)) != text and not text.isascii()]
    assert len(pairs) > 300
    (tmp_path / "a.jsonl").write_text("".join(json.dumps({"text": wrong}) + "\n" for _, wrong in pairs))
    found = read(tmp_path)
    assert [article.text for article in found] == [clean(wrong).strip() for _, wrong in pairs]
    assert sum(any(doubt.kind == "garbled" for doubt in article.doubts) for article in found) >= 0.95 * len(pairs)


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("Chuva em SÃ£o Paulo", "SÃ£o"), ("AÃ‡ÃƒO", "AÃ‡ÃƒO"), ("cafÃ© da manhÃ£", "cafÃ©"), ("O que Ã© isso?", "Ã©"), ("JÃºlio", "JÃºlio"),
        ("polÃ­tica", "polÃ­tica"), ("polÃtica", "polÃtica"), ("Volta Ã\xa0s aulas", "Ã\xa0s"), ("Volta Ã s aulas", "Ã s"), ("Ã”nibus", "Ã”nibus"), ("Ã‰poca", "Ã‰poca"),
        ("1Âº de maio", "1Âº"), ("custa Â£5", "Â£5"), ("said.Â The", "said.Â The"), ("itâ€™s late", "itâ€™s"), ("â€œsimâ€", "â€œsimâ€"),
        ("itâ\x80\x99s", "itâ\x80\x99s"), ("I donât know", "donât"), ("â‚¬ 3", "â‚¬"), ("SÃƒÂ£o", "SÃƒÂ£o"), ("PeriÅ¡iÄ‡", "PeriÅ¡iÄ‡"),
        ("ÐŸÑ€Ð¸Ð²ÐµÑ‚", "ÐŸÑ€Ð¸Ð²ÐµÑ‚"), ("gol ðŸŽ‰", "ðŸŽ‰"), ("ï»¿Chuva", "ï»¿Chuva"), ("S\ufffdo", "S\ufffdo"), ("S√£o Paulo", "S√£o"), ("it‚Äôs", "it‚Äôs"),
    ],
)  # fmt: skip
def test_the_first_garbled_words_are_named(text: str, given: str) -> None:
    assert garbled(f"Antes, {text} depois.").rstrip(".") == given


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_controls_that_cleaning_takes_away_tell_before_they_go(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("Itâ\x80\x99s late, and the streets are dark.")
    (article,) = read(tmp_path)
    assert article.text == "Itâs late, and the streets are dark."
    assert marks(article) == [("garbled", "text", "Itâ\\x80\\x99s")]


def test_a_garbled_name_is_marked_in_its_own_field(one: One) -> None:
    article = one(title="EleiÃ§Ã£o em SÃ£o Paulo", outlet="DiÃ¡rio", authors=["JoÃ£o Sá", "AndrÃ© Sá", "Ana"])
    assert marks(article) == [("garbled", "title", "EleiÃ§Ã£o"), ("garbled", "outlet", "DiÃ¡rio"), ("garbled", "authors", "JoÃ£o")]
    assert (article.title, article.authors) == ("EleiÃ§Ã£o em SÃ£o Paulo", ("JoÃ£o Sá", "AndrÃ© Sá", "Ana"))


# ── look-alikes ─────────────────────────────────────────────────────────────────────────────────────────────────────

DISGUISED = (  # each with letters of another alphabet where Latin ones seem to stand
    "Fоlha", "Estаdão", "Glоbo", "ВВC", "Rеuters", "Τhe Times", "Ѕão Paulo", "pаís", "Mосcow Post", "Nаture", "Тimes", "Аgência", "Gοogle",
    "Ηerald", "Gazеta de Lumiara", "Lаrkwater", "Lіma", "Jоsé", "Мaria", "Сarlos",
)  # fmt: skip
HOSTS = ("www.fоlha.example", "аpple.example", "xn--pple-43d.example", "bbс.example", "gοοgle.example", "globo.exаmple")
PLAIN = (
    "Иван Петров", "Владимир Зеленський", "Ελένη Παπαδοπούλου", "Αθήνα", "ПРАВДА", "СССР", "β-caroteno", "µm", "μm", "kΩ", "Ω-3", "TNFα", "TNF-α", "NFκB",
    "IFNγ", "hν", "ΔT", "KoЯn", "Яndex", "SMSка", "Łódź", "São João", "Ærø",
)  # fmt: skip
PLAIN_HOSTS = ("пример.example", "münchen.example", "日本news.example", "xn--mnchen-3ya.example", "xn--e1afmkfd.example", "xn--.example", "[::1]")


@pytest.mark.parametrize("name", DISGUISED)
@pytest.mark.parametrize("field", ["outlet", "title", "authors"])
def test_a_word_of_two_alphabets_that_looks_like_one_is_marked_and_kept(field: str, name: str, one: One) -> None:
    article = one(**{field: [name] if field == "authors" else name})
    ((kind, where, given),) = marks(article)
    assert (kind, where) == ("mixed", field) if mixed(name) else ("", "")
    assert re.fullmatch(r"\w+ \((U\+0[34][0-9A-F]{2}(, )?)+\)", given)
    assert getattr(article, field) == ((name,) if field == "authors" else name)


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_that_mixes_alphabets_is_marked_and_kept(host: str, one: One) -> None:
    article = one(url=f"https://{host}/a")
    assert [(kind, field) for kind, field, _ in marks(article)] == [("mixed", "url")]
    assert article.url == f"https://{host}/a"


@pytest.mark.parametrize("name", PLAIN)
def test_a_name_in_another_alphabet_and_a_sign_of_science_are_no_disguise(name: str, one: One) -> None:
    assert one(outlet=name, title=name, authors=[name, f"{name} Silva"]).doubts == ()


@pytest.mark.parametrize("host", PLAIN_HOSTS)
def test_a_host_in_one_alphabet_is_no_disguise(host: str) -> None:
    assert mixed_host(f"https://{host}/") == ""


# ── dates ───────────────────────────────────────────────────────────────────────────────────────────────────────────

ZONES = ("UTC", "America/Sao_Paulo", "Pacific/Kiritimati")
DATES: tuple[tuple[object, str | None, str], ...] = (  # as written, as read (None: unknown), and the doubt about it ("": none)
    ("2026-01-14", "2026-01-14T00:00:00+00:00", ""),
    ("20260114", "2026-01-14T00:00:00+00:00", ""),
    (20260114, "2026-01-14T00:00:00+00:00", ""),
    ("2026-01-14 18:30", "2026-01-14T18:30:00+00:00", ""),
    ("2026-01-14T18:30:05.123456-03:00", "2026-01-14T18:30:05-03:00", ""),
    ("2026-01-14T18:30:00Z", "2026-01-14T18:30:00+00:00", ""),
    ("2026-01-14T18:30:00+14:00", "2026-01-14T18:30:00+14:00", ""),
    ("2026-01-14T18:30:00-0300", "2026-01-14T18:30:00-03:00", ""),
    ("2026-01-14 18:30:00 UTC", "2026-01-14T18:30:00+00:00", ""),
    ("20260114T183000Z", "2026-01-14T18:30:00+00:00", ""),
    ("Wed, 14 Jan 2026 18:30:00 -0300", "2026-01-14T18:30:00-03:00", ""),
    ("14 Jan 2026 18:30 GMT", "2026-01-14T18:30:00+00:00", ""),
    ("Wed, 14 Jan 2026 18:30:00 EST", "2026-01-14T18:30:00-05:00", ""),
    (1768415400, "2026-01-14T18:30:00+00:00", ""),
    (1768415400000, "2026-01-14T18:30:00+00:00", ""),
    ("1970-01-01", "1970-01-01T00:00:00+00:00", ""),
    ("1822-09-07", "1822-09-07T00:00:00+00:00", ""),
    ("2018-11-04T00:30:00-03:00", "2018-11-04T00:30:00-03:00", ""),  # the hour that São Paulo's clocks left out that night
    ("2018-02-17T23:30:00-02:00", "2018-02-17T23:30:00-02:00", ""),  # and one that they had twice
    ("2026-01-22T12:00:00Z", "2026-01-22T12:00:00+00:00", ""),
    ("2026-01-22T12:00:01Z", "2026-01-22T12:00:01+00:00", "ahead"),
    ("2026-01-23T01:00:00+14:00", "2026-01-23T01:00:00+14:00", ""),
    ("2026-01-23T03:00:00+14:00", "2026-01-23T03:00:00+14:00", "ahead"),
    ("2099-01-01", "2099-01-01T00:00:00+00:00", "ahead"),
    ("Fri, 14 Jan 2050 18:30:00 GMT", "2050-01-14T18:30:00+00:00", "ahead"),
    (4102444800, "2100-01-01T00:00:00+00:00", "ahead"),
    ("03/04/2026", None, "ambiguous"),
    ("3-4-2026", None, "ambiguous"),
    ("03.04.26", None, "ambiguous"),
    ("12/11/2025 9:05", None, "ambiguous"),
    ("1/2/2026 às 18h", None, "ambiguous"),
    ("13/04/2026", None, "unsure"),
    ("04/13/2026", None, "unsure"),
    ("04/04/2026", None, "unsure"),
    ("ontem", None, "unsure"),
    ("hoje, 18h30", None, "unsure"),
    ("yesterday", None, "unsure"),
    ("2 hours ago", None, "unsure"),
    ("May", None, "unsure"),
    ("12", None, "unsure"),
    (12, None, "unsure"),
    ("2026", None, "unsure"),
    ("2026-01", None, "unsure"),
    ("4 de março de 2025", None, "unsure"),
    ("March 4, 2025", None, "unsure"),
    ("2026-02-30", None, "unsure"),
    ("2026-13-01", None, "unsure"),
    ("2026-01-14T25:00", None, "unsure"),
    ("2026-01-14T10:00+99:00", None, "unsure"),
    ("Mon, 14 Jan 2026 10:00:00 GMT", None, "unsure"),
    ("Qua, 14 jan 2026 10:00:00 -0300", None, "unsure"),
    ("1699-12-31", None, "unsure"),
    ("2101-01-01", None, "unsure"),
    ("1768415400", None, "unsure"),
    (2026011418, None, "unsure"),
    (-1768415400, None, "unsure"),
    (None, None, ""),
    ("", None, ""),
    ("N/A", None, ""),
    ("sem data", None, ""),
    ("unknown", None, ""),
    ("0000-00-00 00:00:00", None, ""),
    ("0001-01-01T00:00:00Z", None, ""),
    (0, None, ""),
    (True, None, ""),
)


@pytest.fixture
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """This process in another zone of the clock."""
    with monkeypatch.context() as inner:
        inner.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


@pytest.mark.parametrize("zone", ZONES, indirect=True)
def test_every_date_is_read_alike_in_every_zone_or_is_unknown_and_marked(zone: str, tmp_path: Path) -> None:
    assert len(DATES) >= 60
    assert time.tzname[0] != "UTC" or zone == "UTC"
    lines = [{"text": CHUVA, "published": value, "modified": value} for value, *_ in DATES]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    for (value, iso, kind), article in zip(DATES, read(tmp_path), strict=True):
        for field in ("published", "modified"):
            assert getattr(article, field) == (datetime.fromisoformat(iso) if iso else None), value
            assert (getattr(article, field) or NOW).isoformat() == (iso or NOW.isoformat()), value
        assert marks(article) == ([(kind, "published", str(value)), (kind, "modified", str(value))] if kind else []), value


def test_a_date_that_its_field_map_does_not_fit_is_marked_as_it_was_written(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.toml").write_text('published = "quando"\ndate_format = "%d/%m/%Y"')
    (tmp_path / "a.jsonl").write_text(
        json.dumps({"text": CHUVA, "quando": "2026-01-14"}) + "\n" + json.dumps({"text": CHUVA, "quando": "03/04/2025"})
    )
    other, sure = read(tmp_path)
    assert marks(other) == [("unsure", "published", "2026-01-14")]
    assert (sure.published, sure.doubts) == (datetime(2025, 4, 3, tzinfo=UTC), ())


@pytest.mark.parametrize(("sure", "doubts"), [("2026-01-14", []), ("", [("ambiguous", "published", "03/04/2026")])])
def test_of_a_page_s_dates_one_that_is_sure_hides_the_others(sure: str, doubts: list[tuple[str, str, str]], tmp_path: Path) -> None:
    page = f'<meta property="article:published_time" content="03/04/2026"><meta name="date" content="{sure}"><article><p>{CHUVA}</p></article>'
    (tmp_path / "a.html").write_text(f"<html><head><meta charset='utf-8'></head><body>{page}</body></html>")
    (article,) = read(tmp_path)
    assert marks(article) == doubts


def test_what_cannot_be_seen_in_a_date_is_written_out(one: One) -> None:
    assert marks(one(published="ontem\n\u202e à noite " + "x" * 99)) == [("unsure", "published", "ontem \\u202e à noite " + "x" * 38 + "…")]


# ── the mark ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_doubt_reads_as_a_line(one: One) -> None:
    article = one(title="Fоlha", published="ontem", modified=(NOW + timedelta(days=9)).isoformat())
    assert list(map(str, article.doubts)) == [
        "title: Fоlha (U+043E) mixes Latin letters with others that only look so",
        'published: "ontem" names no day for certain, so it is unknown',
        'modified: "2026-01-29T12:00:00+00:00" lies more than two days after it was read',
    ]


def test_an_article_without_a_doubt_is_written_as_before_and_one_with_doubts_comes_back_whole(one: One) -> None:
    plain, doubtful = one(), one(published="ontem")
    assert "doubts" not in plain.model_dump_json()
    assert Article.model_validate_json(plain.model_dump_json()) == plain
    assert Article.model_validate_json(doubtful.model_dump_json()) == doubtful
    assert doubtful.doubts == (Doubt(kind="unsure", field="published", given="ontem"),)
