"""Evaluation from end to end: real questions on the real sample library, and own small corpora as a newsroom would bring them."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ir_measures
import pytest
from ir_measures import RR, Success

from index import Library, Settings, rebuild
from index.errors import EvaluationError, IndexMissing
from qa.answer import ask
from qa.evaluation.command import Evaluated, evaluate
from qa.evaluation.questions import Golden, read_questions
from qa.evaluation.report import report
from qa.evaluation.run import Outcome, invalid, outcome, run
from qa.retrieval import retrieve
from tests.conftest import ROOT
from tests.qa.conftest import AS_OF
from tests.qa.own import GLM, NEWS, RAIN, SURE, SURE_ANSWER, SURE_SENTENCE
from tests.qa.test_evaluation_report import MADE

HANDFUL = ("a01", "a03", "a06", "b01", "b17", "c01", "c17", "d01", "d17")
QUESTIONS: list[dict[str, Any]] = [
    {"id": "sure", "lang": "pt", "question": SURE, "answers": [SURE_ANSWER], "kind": "fact", "articles": ["glm"], "asked": "2026-01-20"},
    {"id": "then", "lang": "pt", "question": "E quanto custa?", "answers": ["0,014"], "kind": "fact", "history": ["O que é o GLM-Image?"]},
    {"id": "rain", "lang": "en", "question": "How many millimetres of rain fell in Recife?", "answers": ["120"], "kind": "fact", "articles": ["no"]},
    {"id": "off", "lang": "en", "question": "Who won the chess title in Reykjavik?", "answers": [], "kind": "absent"},
]


def lines(*questions: dict[str, Any]) -> str:
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in questions)


# ── the sample library, the real model ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def handful(library: Library) -> list[Outcome]:
    chosen = [one.model_copy(update={"asked": AS_OF}) for one in read_questions(ROOT / "tests" / "golden").golden if one.id in HANDFUL]
    assert len(chosen) >= 6
    assert {one.kind for one in chosen} > {"fact"}
    return list(run(chosen, library))


def test_an_outcome_is_what_anybody_would_have_been_told(handful: list[Outcome], library: Library) -> None:
    for one in handful:
        answer = ask(one.golden.question, as_of=AS_OF, library=library)
        assert one.said == tuple(claim.text for claim in answer.claims)
        stood_on = dict.fromkeys(place for claim in answer.claims for place in claim.quotes)  # not those that say it elsewhere too
        assert [quote.address for quote in one.quotes] == [answer.quotes[place].address for place in stood_on]
        assert (one.refusal, one.confidence, one.as_of) == (answer.refusal.value, answer.confidence, AS_OF)
        assert one.invalid == ()
        assert 0 < one.seconds < 60
        for found in (*one.quotes, *one.hits):
            key, _, span = found.address.rpartition(":")
            start, end = map(int, span.split("-"))
            assert found.text == library.article(key).text[start:end]


def test_the_retrieval_figures_are_those_of_ir_measures(handful: list[Outcome], library: Library) -> None:
    facts = [one for one in handful if one.golden.kind == "fact"]
    qrels, scored = [], []
    for one in facts:
        qrels.append(ir_measures.Qrel(one.golden.id, "elsewhere", 1))
        for hit in retrieve(one.golden.question, 20, as_of=AS_OF, library=library):
            right = any(answer.lower() in hit.passage.text.lower() for answer in one.golden.answers)
            qrels.append(ir_measures.Qrel(one.golden.id, hit.passage.address, int(right)))
            scored.append(ir_measures.ScoredDoc(one.golden.id, hit.passage.address, hit.score))
    theirs = ir_measures.calc_aggregate([Success @ 1, Success @ 5, Success @ 10, Success @ 20, RR], qrels, scored)
    ours = {one.figure: one.value for one in report(MADE, handful).table if one.group == "all"}
    assert ours["RR"] == pytest.approx(theirs[RR])
    for k in (1, 5, 10, 20):
        assert ours[f"A@{k}"] == pytest.approx(theirs[Success @ k])
    assert ours["citations"] == 1


# ── small corpora ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_follow_up_is_searched_as_it_stands_in_its_conversation(news: Library) -> None:
    found = outcome(Golden.model_validate_json(json.dumps(QUESTIONS[1])), news)
    assert found.searched == "E quanto custa? (GLM-Image)"
    assert found.hits[0].address.startswith("glm@1:")


@pytest.mark.parametrize(
    "question", ["🙂", "\u0958" * 2000, "Quanto custou? " + "x" * 1980], ids=["no word", "longer once composed", "long follow-up"]
)
def test_an_odd_question_does_not_end_the_run(news: Library, question: str) -> None:
    found = outcome(Golden(id="1", lang="pt", question=question, kind="absent", history=("Quem lançou o GLM-Image da Z.AI?",)), news)
    assert (found.right, found.said) == (True, ())


def test_choices_are_judged_by_what_was_found(news: Library) -> None:
    golden = Golden(id="1", lang="pt", question=SURE, kind="fact", answers=(SURE_ANSWER,), choices=("15 de maio de 2020", SURE_ANSWER), gold=(1,))
    found = outcome(golden, news)
    assert found.choice == 1
    assert (found.hit_places[0], found.quote_places[0], found.card_places[0], found.right) == (1, 1, 1, True)
    assert found.quotes[0].text == SURE_SENTENCE


def test_a_citation_is_invalid_where_the_index_holds_other_words(news: Library, own: Callable[..., Library]) -> None:
    answer = ask(SURE, library=news)
    assert invalid(answer, news) == ()
    assert "glm@1:0-51" in invalid(answer, own({"glm.md": GLM.replace("14 de janeiro", "15 de janeiro")}))


def test_a_citation_is_invalid_where_the_index_holds_no_such_article(news: Library, own: Callable[..., Library]) -> None:
    answer = ask(SURE, library=news)
    assert invalid(answer, own({"rain.md": RAIN})) == tuple(dict.fromkeys(quote.address for quote in answer.quotes if "rain" not in quote.address))


def test_a_claim_that_says_other_words_than_its_quote_is_invalid(news: Library) -> None:
    answer = ask(SURE, library=news)
    altered = answer.claims[0].model_copy(update={"text": "A Z.AI lançou o GLM-Image ontem."})
    assert invalid(answer.model_copy(update={"claims": (altered,)}), news) == ("glm@1:0-51",)


@pytest.fixture
def asked(small: Callable[..., Settings], tmp_path: Path) -> Callable[..., Evaluated]:
    """Evaluate the four questions on the small corpus; articles may be altered first."""

    def make(**articles: str) -> Evaluated:
        settings = small(NEWS | {f"{name}.md": text for name, text in articles.items()})
        rebuild(settings)
        golden = tmp_path / "golden.jsonl"
        golden.write_text(lines(*QUESTIONS), encoding="utf-8")
        return evaluate(golden, settings, out=tmp_path / "out")

    return make


def test_a_golden_file_asks_the_index_that_is_there(asked: Callable[..., Evaluated], tmp_path: Path) -> None:
    done = asked()
    assert done.code == 0
    assert [one.golden.id for one in done.report.outcomes] == ["sure", "then", "rain", "off"]
    assert {"report.json", "report.html", "calibration.svg", "risk-coverage.svg"} == {path.name for path in (tmp_path / "out").iterdir()}
    assert done.notes == ("question rain: the index holds no article 'no'",)
    assert done.report.difference is None
    assert (tmp_path / "out" / "report.json").read_text(encoding="utf-8") == done.report.model_dump_json(indent=1)


def test_the_next_run_says_what_changed(asked: Callable[..., Evaluated], tmp_path: Path) -> None:
    first = asked()
    second = asked(glm=GLM.replace("14 de janeiro de 2026", "um dia qualquer"))
    third = asked(glm=GLM)
    assert (second.report.difference.turned_wrong, second.report.difference.turned_right) == (("sure",), ())
    assert (third.report.difference.turned_wrong, third.report.difference.turned_right) == ((), ("sure",))
    assert third.report.difference.fingerprint == second.report.made.fingerprint != first.report.made.fingerprint
    assert "turned right: 1  sure" in third.text
    assert (tmp_path / "out" / "last.json").read_text(encoding="utf-8") == second.report.model_dump_json(indent=1)


def test_equal_runs_differ_in_time_alone(asked: Callable[..., Evaluated]) -> None:
    first, second = asked(), asked()
    assert second.report.difference.changes == ()
    timeless = [[one.model_copy(update={"seconds": 0.0}) for one in done.report.outcomes] for done in (first, second)]
    assert timeless[0] == timeless[1]
    assert first.report.table == second.report.table


def test_a_report_of_another_version_is_told_and_kept(asked: Callable[..., Evaluated], tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "report.json").write_text('{"format": 0}')
    done = asked()
    assert done.notes[-1].endswith("report.json is no report of this version: this run is compared with none")
    assert (tmp_path / "out" / "last.json").read_text() == '{"format": 0}'


def articles(folder: Path, *texts: str) -> Path:
    folder.mkdir()
    fields = ({"id": f"n{n}", "title": "Notícia", "lang": "pt", "published": "2026-01-14", "text": text} for n, text in enumerate(texts))
    (folder / "articles.jsonl.gz").write_bytes(gzip.compress(lines(*fields).encode()))
    (folder / "questions.jsonl").write_text(lines(*QUESTIONS), encoding="utf-8")
    return folder


def test_a_folder_with_articles_gets_an_index_of_its_own(tmp_path: Path) -> None:
    data, out = articles(tmp_path / "pt", SURE_SENTENCE), tmp_path / "out"
    settings = Settings(corpus_dir=tmp_path / "never", index_dir=tmp_path / "never", embedder="hashing:256")
    done = evaluate(data, settings, out=out, limit=1)
    assert [one.right for one in done.report.outcomes] == [True]
    assert done.report.outcomes[0].quotes[0].address == "n0@1:0-51"
    assert (out / "index" / "CURRENT").exists()
    assert not (tmp_path / "never").exists()
    assert evaluate(data, settings, out=out, limit=2).report.difference.common == 1
    with pytest.raises(IndexMissing):
        evaluate(data, settings, build=False, out=out)


def test_a_folder_of_articles_never_mixes_with_another_corpus(tmp_path: Path) -> None:
    data = articles(tmp_path / "pt", SURE_SENTENCE)
    (tmp_path / "out" / "corpus").mkdir(parents=True)
    (tmp_path / "out" / "corpus" / "own.md").write_text("Um artigo da casa.")
    with pytest.raises(EvaluationError, match=r"holds other files \(own\.md\).*--out"):
        evaluate(data, Settings(embedder="hashing:256"), out=tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").rglob("*.*")] == ["own.md"]


@pytest.mark.parametrize("damaged", [b"no gzip", gzip.compress(b"x" * 1000)[:-12]], ids=["other bytes", "cut short"])
def test_articles_that_cannot_be_unpacked_are_told(tmp_path: Path, damaged: bytes) -> None:
    data = articles(tmp_path / "pt", SURE_SENTENCE)
    (data / "articles.jsonl.gz").write_bytes(damaged)
    with pytest.raises(EvaluationError, match=r"articles\.jsonl\.gz cannot be unpacked"):
        evaluate(data, Settings(embedder="hashing:256"), out=tmp_path / "out")


def test_one_citation_that_does_not_stand_fails_the_run(asked: Callable[..., Evaluated]) -> None:
    done = asked()
    broken = report(done.report.made, [done.report.outcomes[0].model_copy(update={"invalid": ("glm@1:0-51",)}), *done.report.outcomes[1:]])
    assert (done.code, done._replace(report=broken).code) == (0, 1)


def test_a_folder_that_cannot_be_written_is_told(small: Callable[..., Settings], tmp_path: Path) -> None:
    settings = small(NEWS)
    rebuild(settings)
    (tmp_path / "golden.jsonl").write_text(lines(QUESTIONS[0]), encoding="utf-8")
    (tmp_path / "file").write_text("")
    with pytest.raises(EvaluationError, match=r"cannot be written into .*file.*--out"):
        evaluate(tmp_path / "golden.jsonl", settings, out=tmp_path / "file" / "out")
