"""Exports: one numbered list for a whole conversation, the very words of the articles, and no text that becomes markup."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as rules
from hypothesis import strategies as st

from index import Library
from index.errors import AnswerError
from index.records import Doubt, Filter
from qa import ask
from qa.__main__ import main
from qa.check import DOUBT, REASONS
from qa.dates import Interval
from qa.export.command import FORMS, parser, run
from qa.export.forms import Form, export
from qa.export.references import place, references
from qa.export.sheet import address_of, line, visible
from qa.export.words import PLURALS, WORDS
from qa.records import Answer, Claim, Refusal
from qa.verify import State, read_answers, verify
from qa.when import Prior
from tests.qa.exporting import AT, HOSTILE, answered, article, attacked, quoted, refused
from tests.qa.own import SURE, SURE_EN
from tests.qa.reading_exports import Html, Read, blocks, entries, inline, plain, read_html, read_markdown

SEEDS = [*HOSTILE, "\n", "\n\n", "  ", "\t", "- ", "# ", "> ", "1. ", "+", "=", "`", "*", "_", "[", "]", "(", ")", "<", ">", "&", "\\", "{", "}", "|"]
TEXT = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40),
    st.lists(st.sampled_from(SEEDS), min_size=1, max_size=5).map("".join),
    st.text(st.sampled_from("ab1.)-+=:#>*_`[]()<>&\\{}|~^$%@! \n\t\"',\u00a0é"), min_size=1, max_size=40),
)


def written(answers: Answer | Sequence[Answer], form: str, **changes: Any) -> str:
    """An export as text."""
    return export([answers] if isinstance(answers, Answer) else answers, form, **({"at": AT} | changes)).data.decode()


@st.composite
def conversations(draw: st.DrawFn) -> list[Answer]:
    """One to three answers over two articles; sentences overlap, return, and name others beside theirs."""
    pool = []
    for name in "ab":
        text, title = draw(TEXT), draw(TEXT)
        names = {
            "title": title,
            "outlet": draw(st.just("") | TEXT),
            "authors": (draw(TEXT),),
            "url": draw(st.sampled_from(["", title, "https://a.example/b"])),
        }
        pool.append(article(text, id=f"{name}{title}"[:500], **names))
    answers = []
    for _ in range(draw(st.integers(1, 3))):
        quotes = []
        for _ in range(draw(st.integers(1, 3))):
            one = draw(st.sampled_from(pool))
            start = draw(st.integers(0, len(one.text) - 1))
            quotes.append(quoted(one).model_copy(update={"start": start, "end": draw(st.integers(start + 1, len(one.text)))}))
        others = st.lists(st.integers(0, len(quotes) - 1), max_size=2).map(tuple)
        claims = [Claim(text=quote.text, quotes=(n, *draw(others)), also=draw(others), verbatim=True) for n, quote in enumerate(quotes)]
        asked = draw(TEXT)
        answers.append(answered(*quotes, claims=claims, question=asked, searched=asked))
    return answers


def used_by(answers: Sequence[Answer]) -> list[int]:
    """The numbers behind the sentences, in order: each address has the number of its first naming."""
    numbers: dict[tuple[str, str], int] = {}
    used = []
    for answer in answers:
        for claim in answer.claims:
            own = [numbers.setdefault(place(answer.quotes[n]), len(numbers) + 1) for n in claim.quotes]
            also = [numbers.setdefault(place(answer.quotes[n]), len(numbers) + 1) for n in claim.also]
            used += [*own[:1], *dict.fromkeys(own[1:]), *dict.fromkeys(also)]
    return used


@rules(max_examples=150, deadline=None)
@given(conversations())
def test_any_words_come_out_as_they_went_in_and_numbers_are_dense(answers: list[Answer]) -> None:
    found = references(answers)
    expected = Read(
        said=[visible(claim.text) for answer in answers for claim in answer.claims],
        used=used_by(answers),
        defined=list(range(1, len(found) + 1)),
        quoted=[visible(one.quote.text) for one in found],
    )
    assert set(expected.used) == set(expected.defined)
    assert read_markdown(written(answers, "md")) == expected
    assert read_html(written(answers, "html")) == expected


@rules(max_examples=150, deadline=None)
@given(conversations())
def test_any_text_makes_references_that_other_programs_can_read(answers: list[Answer]) -> None:
    articles = list({(one.quote.article.key): one.quote.article for one in references(answers)}.values())
    bib = dict(entries(written(answers, "bib")))
    items = json.loads(written(answers, "csl"))
    assert list(bib) == [item["id"] for item in items]
    assert len(bib) == len(articles)
    for one, fields, item in zip(articles, bib.values(), items, strict=True):
        assert plain(fields["title"][1:-1] if "title" in fields else "") == line(one.title) == item.get("title", "")
        assert plain(fields.get("journaltitle", "")) == line(one.outlet) == item.get("container-title", "")
        assert [plain(name) for name in re.findall(r"^\{(.*)\}$", fields.get("author", ""))] == [line(name) for name in one.authors if line(name)]
        assert item.get("URL", "") == fields.get("url", "") == address_of(one.url)[0]


# hostile text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_text_in_markdown(text: str) -> None:
    ours = {"heading", "paragraph", "bullet_list", "list_item", "blockquote"}
    found = written(attacked(text), "md")
    tokens = blocks(found)
    assert {token.type.removesuffix("_open").removesuffix("_close") for token in tokens} <= {*ours, "inline"}
    children = [one for token in tokens for one in token.children or ()]
    assert {one.type for one in children} <= {"text", "softbreak", "strong_open", "strong_close", "code_inline"}
    said = [" ".join(inline(token.children or []).split()) for token in tokens if token.type == "inline"]
    assert sum(line(text) in one for one in said) >= 8, "question, as searched, filters, sentence, source, quotation, copy, correction, rights"
    assert sum(token.type == "heading_open" for token in tokens) == 2
    read = read_markdown(found)
    assert (read.used, read.defined) == ([1], [1])


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_text_in_html(text: str) -> None:
    answer = attacked(text)
    html = Html(written(answer, "html"))
    usual = Html(written(attacked("x"), "html"))
    assert html.tags == usual.tags
    assert [name for name, _ in html.given] == [name for name, _ in usual.given]
    assert html.left == []
    for within in (("h1.",), ("cite.said",), ("bdi.",), ("title.",)):
        assert any(line(text) in found for found in html.in_(*within)), within
    for within in (("p.sentence", "span.said"), ("blockquote.said",)):
        assert html.in_(*within) == [visible(answer.claims[0].text)]


@pytest.mark.parametrize("form", [Form.MARKDOWN, Form.HTML, Form.CSL, Form.BIBTEX])
def test_what_hides_or_turns_text_is_made_visible(form: Form) -> None:
    found = written(attacked("a\u202eb\u200bc\x1b[31m\x00\x85"), form)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202e]", found)
    assert "U+202E" in found
    assert "U+200B" in found
    assert "U+001B" in found
    assert "👩\u200d🚒" in written(attacked("👩\u200d🚒"), form), "a joiner that an emoji needs stays"


def test_a_number_in_an_article_does_not_look_like_ours() -> None:
    found = written(answered(quoted(article("Ele disse isso [1] **[2]** e saiu."))), "md")
    assert r"Ele disse isso \[1\] \*\*\[2\]\*\* e saiu. **[1]**" in found


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://a@b.example/", "ftp://a.example/", "//a.example", "https://exa\u202emple.com/", "x y"]
)
def test_only_plain_web_addresses_are_links(url: str) -> None:
    answer = answered(quoted(article(url=url)))
    assert "link_open" not in {one.type for token in blocks(written(answer, "md")) for one in token.children or ()}
    assert "rel" not in {name for name, _ in Html(written(answer, "html")).given}
    assert "URL" not in json.loads(written(answer, "csl"))[0]
    assert "url =" not in written(answer, "bib")


@pytest.mark.parametrize(
    ("url", "opened"),
    [
        ("https://folha.example/a?b=1&c=2#d", "https://folha.example/a?b=1&c=2#d"),
        ("https://câmara.example/é\u202e", "https://xn--cmara-3qa.example/%C3%A9%E2%80%AE"),
        ("https://a.example/<b>\"'`{}|^&lt;_*", "https://a.example/%3Cb%3E%22'%60%7B%7D%7C%5E&lt;_*"),
    ],
)
def test_a_link_opens_what_it_shows_in_every_form(url: str, opened: str) -> None:
    answer = answered(quoted(article(url=url)))
    links = [one for token in blocks(written(answer, "md")) for one in token.children or () if one.type == "link_open"]
    assert [one.attrs["href"] for one in links] == [opened]
    assert ("href", opened) in Html(written(answer, "html")).given
    assert json.loads(written(answer, "csl"))[0]["URL"] == opened
    assert dict(entries(written(answer, "bib"))).popitem()[1]["url"] == opened


# what is said


def test_one_address_has_one_number_and_two_stretches_of_a_passage_have_two() -> None:
    one = article()
    first, second = quoted(one, "A ponte caiu às 14h20."), quoted(one, "Ninguém ficou ferido.")
    answers = [answered(first), answered(second, first), refused(Refusal.NO_MATCH), answered(second)]
    assert [(entry.number, entry.quote.text) for entry in references(answers)] == [(1, first.text), (2, second.text)]
    assert read_markdown(written(answers, "md")).used == [1, 2, 1, 2]
    assert [use for entry in references(answers) for use in entry.uses] == [
        (1, 1, "verbatim"),
        (2, 2, "verbatim"),
        (2, 1, "verbatim"),
        (4, 1, "verbatim"),
    ]


def test_two_indexes_may_give_one_address_to_different_words() -> None:
    here, there = quoted(article("A ponte caiu.")), quoted(article("A ponte ficou."[:13]))
    assert here.address == there.address
    answers = [answered(here), answered(there)]
    assert read_markdown(written(answers, "md")).quoted == [here.text, there.text]
    assert len(json.loads(written(answers, "csl"))) == 2


def test_what_is_known_last_of_an_article_is_what_is_told_of_it() -> None:
    before, after = quoted(article()), quoted(article(correction="Eram 14h30."))
    assert "- Correção: Eram 14h30." in written([answered(before), answered(after)], "md")


def test_a_reference_tells_all_that_a_reader_must_know() -> None:
    told = {
        "authors": ("Ana Prado", "Rui Sá"),
        "modified": datetime(2026, 1, 16, 12, tzinfo=UTC),
        "correction": "Eram 14h30.",
        "rights": "© Gazeta. Uso só com crédito.",
        "free": False,
        "doubts": (Doubt(kind="garbled", field="title", given="Ã£"),),
    }
    own, wire, third = article(**told), article(id="wire", outlet="Agência", published=None), article(id="c", outlet="Correio")
    first, before, also = quoted(own, "Ninguém ficou ferido."), quoted(own, "A ponte caiu às 14h20."), quoted(third)
    claims = [Claim(text=first.text, quotes=(0, 1), also=(2,), verbatim=True)]
    answer = answered(first, before, also, claims=claims, copies=[third, wire], origins={"ponte": "wire"})
    found = written(answer, "md")
    assert "Ninguém ficou ferido. **[1]** (a frase anterior: **[2]**; também em **[3]**)\n" in found
    entry = found[found.index("**[1]** Ponte") : found.index("**[2]** Ponte")]
    assert entry.splitlines() == [
        "**[1]** Ponte cai em Lumiara — Gazeta de Lumiara — Ana Prado, Rui Sá — 14 de janeiro de 2026 (atualizado em 16 de janeiro de 2026)"
        " — <https://gazeta.example/ponte>",
        "",
        "> Ninguém ficou ferido.",
        "",
        "- Endereço: `ponte@1:23-44`",
        "- Também em: Agência, sem data, wire@1 (origem provável); Correio, 14 de janeiro de 2026, c@1",
        "- Correção: Eram 14h30.",
        "- Dúvida: título: letras trocadas já no arquivo, como em “Ã£”",
        "- Acesso: para assinantes",
        "- Direitos: © Gazeta. Uso só com crédito.",
        "- Citada em: frase 1, palavra por palavra",
        "",
    ]
    assert "- Citada em: frase 1, como a frase anterior" in found
    assert "- Citada em: frase 1, quase o mesmo em outro artigo" in found
    assert Html(written(answer, "html")).in_("cite.said") == ["Ponte cai em Lumiara"] * 3
    (_, fields), *_ = entries(written(answer, "bib"))
    assert plain(fields["note"]) == json.loads(written(answer, "csl"))[0]["note"]
    assert "Uso só com crédito" in fields["note"]


def test_the_question_is_told_with_all_that_was_done_to_it() -> None:
    days = {"interval": Interval(since=date(2026, 1, 1), until=date(2026, 1, 14)), "prior": Prior.INTERVAL}
    where = Filter(since=date(2026, 1, 1), until=date(2026, 2, 1), outlets=("A", "B"), languages=("pt",), sections=("Cidade",))
    answer = answered(quoted(article()), question="E ela?", searched="E a ponte em janeiro?", filter=where, confidence=0.3, **days)
    head = written(answer, "md").partition("A ponte caiu")[0].splitlines()
    assert [one for one in head if one] == [
        "# E ela?",
        "Exportado do Presscite em 1º de fevereiro de 2026, 10h05 (UTC−3)",
        "- Perguntado em: 20 de janeiro de 2026",
        "- Entendida como: E a ponte em janeiro?",
        "- Filtros: publicados desde 1º de janeiro de 2026; publicados até 1º de fevereiro de 2026; veículos: A, B; idiomas: português; editorias: Cidade",
        "- Datas: a pergunta é sobre o período de 1º de janeiro de 2026 a 14 de janeiro de 2026; primeiro os artigos desses dias",
        "- Acervo: 1.234 artigos, 1 veículo, de 1º de janeiro de 2026 a 20 de janeiro de 2026",
        f"- Índice: {'ab' * 32}",
        f"**{DOUBT['pt']}**",
    ]
    english = written(answer, "md", lang="en")
    assert "- Archive: 1,234 articles, 1 outlet, 1 January 2026 to 20 January 2026" in english
    assert "Exported from Presscite on 1 February 2026, 10:05 (UTC−3)" in english
    assert f"**{DOUBT['en']}**" in english
    assert "All of it comes from one origin." in english


@pytest.mark.parametrize("lang", ["pt", "en"])
def test_a_refusal_says_why_in_the_language_of_the_export_and_what_lies_nearest(lang: str) -> None:
    near = article()
    told = {"reason": REASONS["pt"][Refusal.FACT_ABSENT], "hits": answered(quoted(near)).hits}
    found = written(refused(Refusal.FACT_ABSENT, **told), "md", lang=lang)
    assert f"\n{REASONS[lang][Refusal.FACT_ABSENT]}\n" in found
    assert f"{WORDS[lang]['nearest']}:\n\n- Ponte cai em Lumiara — Gazeta de Lumiara" in found
    assert "**[1]**" not in found
    assert f"## {WORDS[lang]['sources']}" not in found
    assert written(refused(Refusal.FACT_ABSENT, **told), "bib") == ""
    assert json.loads(written(refused(Refusal.FACT_ABSENT, **told), "csl")) == []


def test_a_reason_of_its_own_is_kept_as_it_was_told() -> None:
    assert "A pergunta é longa demais" in written(refused(Refusal.NOT_A_QUESTION, reason="A pergunta é longa demais."), "md", lang="en")


def test_a_sentence_that_was_written_says_so() -> None:
    one = article()
    claims = [Claim(text="A ponte caiu.", quotes=(0,), verbatim=False), Claim(text=one.text, quotes=(0,), verbatim=True)]
    found = written(answered(quoted(one), claims=claims), "md")
    assert "A ponte caiu. **[1]** (redigida a partir das citações)" in found
    assert "menos as frases marcadas como redigidas" in found
    assert "- Citada em: frase 1, redigida a partir dela; frase 2, palavra por palavra" in found


def test_each_row_of_a_timeline_begins_with_the_day_of_its_article() -> None:
    rows = quoted(article()), quoted(article("O rio baixou.", id="rio", published=None))
    found = written(answered(*rows, form="timeline"), "md")
    assert f"\n*14 de janeiro de 2026* — {rows[0].text} **[1]**\n" in found
    assert "\nO rio baixou. **[2]**\n" in found
    assert Html(written(answered(*rows, form="timeline"), "html", lang="en")).in_("span.day") == ["14 January 2026"]
    assert Html(written(answered(*rows), "html")).in_("span.day") == []


def test_the_archive_is_told_again_only_when_it_is_another() -> None:
    one, other = answered(quoted(article())), answered(quoted(article()), fingerprint="cd" * 32)
    assert written([one, one, other], "md").count("- Índice:") == 2


def test_both_languages_have_the_same_words() -> None:
    assert WORDS["pt"].keys() == WORDS["en"].keys()
    assert PLURALS["pt"].keys() == PLURALS["en"].keys()
    for key in WORDS["pt"]:
        assert set(re.findall(r"\{\w+\}", WORDS["pt"][key])) == set(re.findall(r"\{\w+\}", WORDS["en"][key])), key


# references for other programs


def test_csl_entries_have_the_shape_that_its_schema_wants() -> None:
    known, bare = article(section="Cidade"), article("O rio baixou.", id="rio", title="", outlet="", authors=(), url="", lang="", published=None)
    first, second = json.loads(
        written(answered(quoted(known, "A ponte caiu às 14h20."), quoted(known, "Ninguém ficou ferido."), quoted(bare)), "csl")
    )
    assert first == {
        "id": first["id"],
        "type": "article-newspaper",
        "title": "Ponte cai em Lumiara",
        "author": [{"literal": "Ana Prado"}],
        "container-title": "Gazeta de Lumiara",
        "section": "Cidade",
        "issued": {"date-parts": [[2026, 1, 14]]},
        "accessed": {"date-parts": [[2026, 1, 20]]},
        "URL": "https://gazeta.example/ponte",
        "language": "pt",
        "note": "Citado em ponte@1:0-22, ponte@1:23-44",
    }
    assert re.fullmatch(r"gazeta-de-lumiara-2026-[0-9a-f]{8}", first["id"])
    assert second == {"id": second["id"], "type": "webpage", "note": "Citado em rio@1:0-13"}


def test_bibtex_entries_are_of_the_kind_that_their_fields_allow() -> None:
    paper, online, bare = article(), article("B.", id="b", outlet=""), article("C.", id="c", outlet="", url="")
    found = dict(entries(written(answered(quoted(paper), quoted(online), quoted(bare)), "bib")))
    assert [fields[""] for fields in found.values()] == ["article", "online", "misc"]
    first = next(iter(found.values()))
    assert first == {
        "": "article",
        "author": "{Ana Prado}",
        "title": "{Ponte cai em Lumiara}",
        "journaltitle": "Gazeta de Lumiara",
        "entrysubtype": "newspaper",
        "date": "2026-01-14",
        "url": "https://gazeta.example/ponte",
        "urldate": "2026-01-20",
        "langid": "portuguese",
        "note": "Citado em ponte@1:0-44",
    }


def test_the_key_of_an_article_stays_whatever_stands_beside_it() -> None:
    one, other = quoted(article()), quoted(article("B.", id="b"))
    alone, together = json.loads(written(answered(one), "csl")), json.loads(written(answered(other, one), "csl"))
    assert alone[0]["id"] == together[1]["id"] != together[0]["id"]


# JSON, files and the command


def exported(answers: Sequence[Answer], folder: Path) -> Path:
    made = export(answers, "json", at=AT)
    path = folder / made.name
    path.write_bytes(made.data)
    return path


def test_json_is_what_verify_checks(news: Library, tmp_path: Path) -> None:
    answers = [ask(question, library=news) for question in (SURE, SURE_EN, "🙂")]
    for some, ending in ((answers[:1], ".json"), (answers, ".jsonl")):
        path = exported(some, tmp_path)
        read = [answer for _, answer in read_answers(path)]
        assert path.suffix == ending
        assert read == some
        findings = [finding for answer in read if isinstance(answer, Answer) for finding in verify(answer, news)]
        assert findings
        assert {finding.state for finding in findings} == {State.SAME}


def test_a_real_conversation_goes_out_in_every_form(news: Library) -> None:
    answers = [ask(question, library=news, as_of=date(2026, 2, 1)) for question in (SURE, SURE_EN)]
    read = read_markdown(written(answers, "md"))
    assert read.said == [claim.text for answer in answers for claim in answer.claims]
    assert read_html(written(answers, "html")) == read
    assert (
        len(json.loads(written(answers, "csl")))
        == len(list(entries(written(answers, "bib"))))
        == len({q.article.id for a in answers for q in a.quotes})
    )


def test_files_have_plain_names_and_the_same_export_has_the_same_bytes() -> None:
    answer = answered(quoted(article()), question='Quando "caiu" a ponte/../\u202e?')
    names = [export([answer], form, at=AT).name for form in Form]
    assert names == [f"presscite-quando-caiu-a-ponte.{ending}" for ending in ("md", "html", "json", "csl.json", "bib")]
    assert export([answer], "html", at=AT) == export([answer], "html", at=AT)
    assert export([answer, answer], "json", at=AT).media_type == "application/x-ndjson"
    assert export([refused(Refusal.NOT_A_QUESTION, question="？")], "md", at=AT).name == "presscite-answer.md"
    assert tuple(form.value for form in Form) == FORMS


@pytest.mark.parametrize(
    "wrong",
    [{"answers": []}, {"form": "pdf"}, {"lang": "fr"}, {"at": AT.replace(tzinfo=None)}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_what_cannot_be_exported_is_told(wrong: dict[str, Any]) -> None:
    given = {"answers": [answered(quoted(article()))], "form": "md", "at": AT} | wrong
    with pytest.raises(ValueError, match=r"an export needs|is not a valid Form"):
        export(given["answers"], given["form"], at=given["at"], lang=given.get("lang", ""))


def test_an_answer_in_a_language_that_nobody_knows_is_framed_in_english() -> None:
    assert "## Sources" in written(answered(quoted(article()), lang="zz"), "md")


def test_the_command_reads_files_and_tells_which_it_could_not_read(tmp_path: Path) -> None:
    answers = [answered(quoted(article())), answered(quoted(article("O rio baixou.", id="rio")))]
    path = exported(answers, tmp_path)
    args = parser().parse_args([str(path), "--format", "html", "--lang", "en", "--title", "Bridges"])
    done = run(args.answers, args.format, args.lang, args.title, AT)
    assert (done.data.decode(), done.code) == (written(answers, "html", lang="en", title="Bridges"), 0)
    with path.open("a", encoding="utf-8") as file:
        file.write("{}\n")
    partly = run([path], "md", "", "", AT)
    assert (len(partly.notes), partly.code) == (1, 1)
    assert f"{path}:3" in partly.notes[0]
    (tmp_path / "empty.jsonl").write_text("")
    with pytest.raises(AnswerError, match="holds no answer"):
        run([tmp_path / "empty.jsonl"], "md", "", "", AT)


def test_on_the_command_line_the_bytes_go_to_stdout_and_a_fault_to_stderr(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    answers = [answered(quoted(article())), answered(quoted(article("O rio baixou.", id="rio")))]
    path = exported(answers, tmp_path)
    for form in ("json", "bib", "csl"):
        assert main(["export", str(path), "--format", form]) == 0
        assert capfdbinary.readouterr().out.decode() == written(answers, form)
    assert main(["export", str(path)]) == 0
    assert read_markdown(capfdbinary.readouterr().out.decode()).defined == [1, 2]
    assert main(["export", str(tmp_path / "none.json")]) == 1
    assert b"cannot be read" in capfdbinary.readouterr().err
