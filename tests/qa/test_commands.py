"""`python -m qa` as a person runs it: real processes, real streams, exit codes; never a traceback."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from index import Settings, rebuild
from index.records import Article, Coverage, Passage
from qa.__main__ import shown
from qa.records import Answer, Claim, Hit, Quote, Refusal
from tests.conftest import ROOT
from tests.qa.own import GLM, NEWS, SURE, SURE_SENTENCE, article

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def indexed(small: Callable[..., Settings]) -> Settings:
    settings = small(
        NEWS | {"hostile.md": article("A senha \u202eé \x1b]0;x\x07 zebra nova, disse o hacker de Olinda.", id="esc", title="Zebra", lang="pt")}
    )
    rebuild(settings)
    return settings


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a command against the small index; no traceback may ever be seen."""

    def command(*arguments: str, stdin: str = "", index: str = "index") -> subprocess.CompletedProcess[str]:
        told = {name: value for name, value in os.environ.items() if not name.startswith("QA_")}
        told |= {"QA_EMBEDDER": "hashing:256", "QA_INDEX_DIR": str(tmp_path / index), "PYTHONIOENCODING": "utf-8", "PYTHONWARNINGS": ""}
        done = subprocess.run(
            [sys.executable, "-m", "qa", *arguments],
            cwd=ROOT,
            env=told,
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        assert "Traceback" not in done.stdout + done.stderr
        return done

    return command


def test_a_question_is_answered_with_its_sources_on_stdout(indexed: Settings, run: Run) -> None:
    done = run(SURE)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{SURE_SENTENCE} [1]\n")
    assert "glm@1:0-51" in done.stdout
    assert "Gazeta de Lumiara — 2026-01-14" in done.stdout
    assert "Acervo: 4 artigos" in done.stdout.splitlines()[-1]


def test_as_json_it_goes_out_and_comes_back_whole_and_verifies(indexed: Settings, run: Run, tmp_path: Path) -> None:
    done = run(SURE, "--json", "--as-of", "2026-01-20")
    answer = Answer.model_validate_json(done.stdout)
    assert answer.model_dump_json(indent=1) == done.stdout.rstrip("\n")
    assert answer.as_of.isoformat() == "2026-01-20"
    path = tmp_path / "answer.json"
    path.write_text(done.stdout, encoding="utf-8")
    assert run("verify", str(path)).returncode == 0
    found = json.loads(run("verify", "--json", str(path)).stdout)
    assert {finding["state"] for finding in found} == {"same"}
    (indexed.corpus_dir / "glm.md").write_text(GLM.replace("Pequim", "Xangai"), encoding="utf-8")
    rebuild(indexed)
    done = run("verify", str(path))
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("changed")


def test_a_tampered_answer_is_told_in_one_line(indexed: Settings, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "answer.json"
    path.write_text(run(SURE, "--json").stdout.replace("14 de janeiro", "15 de janeiro"), encoding="utf-8")
    done = run("verify", str(path))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1


def test_filters_are_applied_and_a_refusal_is_no_error(indexed: Settings, run: Run) -> None:
    done = run(SURE, "--json", "--lang", "en", "--since", "2018-01-01", "--outlet", "The Larkwater Courier")
    assert done.returncode == 0
    told = json.loads(done.stdout)
    assert told["refusal"] == "outside_filter"
    assert told["filter"]["languages"] == ["en"]
    assert told["outside"] >= 1


def test_days_that_a_question_names_can_be_set_aside(indexed: Settings, run: Run) -> None:
    named, aside = (json.loads(run("O que houve em Recife em maio de 2024?", "--json", *more).stdout) for more in ([], ["--no-dates"]))
    assert (named["prior"], named["interval"]["since"], named["interval"]["until"]) == ("interval", "2024-05-01", "2024-05-31")
    assert (aside["prior"], aside["interval"]) == ("near", None)


def test_the_glossary_is_checked_and_counted(run: Run) -> None:
    done = run("glossary")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith(" 0 faults\n")


def test_going_on_asking_reads_questions_until_an_empty_line(indexed: Settings, run: Run) -> None:
    done = run("--json", stdin="Quem lançou o GLM-Image?\nE quando foi lançado?\n🙂\n\nnever asked\n")
    first, second, third = map(json.loads, done.stdout.splitlines())
    assert done.returncode == 0
    assert first["claims"]
    assert second["searched"] == "E quando foi lançado? (GLM-Image)"
    assert third["refusal"] == "not_a_question"
    assert run(stdin="").stdout == ""


def test_no_escape_sequence_of_an_article_or_a_question_reaches_the_terminal(indexed: Settings, run: Run) -> None:
    done = run("De que cor é a zebra nova, segundo o hacker de Olinda? \x1b[31m")
    assert "zebra" in done.stdout.lower()
    assert all(character.isprintable() or character == "\n" for character in done.stdout)


def test_how_dates_were_used_is_told_before_what_the_archive_holds(indexed: Settings, run: Run) -> None:
    def told(*arguments: str) -> str:
        return run(*arguments, "--as-of", "2026-11-24").stdout.splitlines()[-2]

    asked = "O que a Z.AI lançou entre 1 e 15 de janeiro de 2026?"
    assert told(SURE) == "Datas: primeiro os artigos próximos de 2026-11-24"
    assert told(asked) == "Datas: a pergunta é sobre 2026-01-01 a 2026-01-15; primeiro os artigos desses dias"
    assert told(asked, "--no-dates") == "Datas: as da pergunta foram deixadas de lado; primeiro os artigos próximos de 2026-11-24"
    assert told("What burned since January 2025?") == "Dates: asked about the time since 2025-01-01; articles near 2026-11-24 first"
    assert told("Who founded the museum in Rio?") == "Dates: all alike, a question about history"


def test_a_name_that_stands_nowhere_is_named_and_a_date_is_no_name(indexed: Settings, run: Run) -> None:
    for question in ("Quem é o primo do Zorblat?", "O que disse o primo do Zorblat em 7 de março de 2025?"):
        assert run(question).stdout.startswith("Em nenhum artigo do arquivo aparece “Zorblat”.\n")


def test_the_sentence_before_and_other_places_of_the_same_words_stand_with_their_numbers() -> None:
    seen = datetime(2026, 1, 20, tzinfo=UTC)
    bridge = Article(id="bridge", text="The bridge fell. It was built in 1901.", title="Bridge falls", lang="en", first_seen=seen, indexed=seen)
    other = Article(id="other", text="It was built in 1901, they say.", title="Old bridges", lang="en", first_seen=seen, indexed=seen)
    quotes = [Quote(article=bridge, start=17, end=38, score=1), Quote(article=bridge, start=0, end=16, score=1)]
    quotes.append(Quote(article=other, start=0, end=len(other.text), score=1))
    answer = Answer(
        question="When?",
        searched="When?",
        lang="en",
        as_of=date(2026, 1, 20),
        claims=(Claim(text="It was built in 1901.", quotes=(0, 1), also=(2,), verbatim=True),),
        quotes=tuple(quotes),
        hits=tuple(
            Hit(passage=Passage(article=one, start=0, end=len(one.text), row=row), score=1, dense_place=1, lexical_place=1, cosine=0.5, bm25=1)
            for row, one in enumerate((bridge, other))
        ),
        confidence=0.9,
        coverage=Coverage(articles=2, outlets=0, first=None, last=None),
        fingerprint="f" * 64,
    )
    lines = shown(answer).splitlines()
    assert lines[0] == "It was built in 1901. [1][2] (also in [3])"
    assert lines[5:8] == ["  [2] Bridge falls", "      The sentence before: The bridge fell.", "      bridge@1:0-16"]
    assert lines[8] == "  [3] Old bridges"
    assert shown(answer.model_copy(update={"confidence": 0.4})).splitlines()[0].startswith("Not sure: ")
    again = answer.hits[0].model_copy(update={"passage": Passage(article=bridge, start=0, end=16, row=2)})
    none = {"claims": (), "quotes": (), "refusal": Refusal.WEAK_MATCH, "reason": "No.", "hits": (answer.hits[0], again, answer.hits[1])}
    assert shown(answer.model_copy(update=none)).splitlines()[:5] == ["No.", "", "Nearest coverage:", "  - Bridge falls", "  - Old bridges"]


def test_without_an_index_the_command_that_makes_one_is_named(run: Run) -> None:
    done = run(SURE, index="nothing-here")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: ")
    assert "python -m index rebuild" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "arguments", [["Quem?", "--since", "ontem"], ["Quem?", "--as-of", "2026-02-30"], ["verify"], ["--no-such-option"]], ids=" ".join
)
def test_wrong_usage_exits_2(run: Run, arguments: list[str]) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("usage: ")


def test_a_filter_that_ends_before_it_begins_is_told_in_one_line(indexed: Settings, run: Run) -> None:
    done = run(SURE, "--since", "2026-01-02", "--until", "2026-01-01")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1


def test_a_reader_that_leaves_early_is_no_traceback(settings: Settings) -> None:
    command = f"{sys.executable} -m qa 'Why was the Suez Canal blocked?' --index {settings.index_dir} | head -c 1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert (done.stdout, "Traceback" in done.stderr) == ("O", False)
