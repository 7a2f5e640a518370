"""Fitting weights: the formulas by hand, what they must keep to, and the whole way over a small archive."""

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from itertools import pairwise
from math import log
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from index import Settings, rebuild
from index.errors import EvaluationError
from qa.evaluation.fit import FEWEST, fit, toml
from qa.evaluation.learn import (
    ANSWERED,
    FACT,
    PAIRS,
    PASSAGE,
    SENTENCE,
    SUBJECT,
    Example,
    confidence_of,
    listwise,
    logistic_fit,
    ranking,
    trust,
)
from qa.evaluation.proof import halves, proof, worth
from qa.weights import FILE, PassageWeights, Weights, weights
from tests.conftest import ROOT
from tests.qa.own import NEWS, article
from tests.qa.test_evaluation import QUESTIONS, lines

YES, NO = True, False

# ── formulas ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_worked_example_of_two_rows() -> None:
    """With w, the right row is drawn with 1 / (1 + e^-w): the slope of its logarithm, 1 / (1 + e^w), is 1/4 at ln 3."""
    x, y = np.array([[1.0], [0.0]]), np.array([YES, NO])
    assert listwise([(x, y)], smoothing=0.25 / log(3))[0] == pytest.approx(log(3), abs=1e-4)
    assert listwise([(x, y), (x, y)], smoothing=0.5 / log(3))[0] == pytest.approx(log(3), abs=1e-4)


def test_of_several_right_rows_one_is_enough() -> None:
    """e^w and 1 are both right of e^w + 1 + 1: the slope e^w (1 / (e^w + 1) - 1 / (e^w + 2)) is 3 (1/4 - 1/5) at ln 3."""
    x, y = np.array([[1.0], [0.0], [0.0]]), np.array([YES, YES, NO])
    assert listwise([(x, y)], smoothing=0.15 / log(3))[0] == pytest.approx(log(3), abs=1e-4)


@settings(deadline=None, max_examples=25)
@given(some.integers(0, 10**6))
def test_order_of_rows_what_all_share_and_groups_that_tell_nothing_change_nothing(seed: int) -> None:
    draw = np.random.default_rng(seed)
    groups = [(draw.random((6, 3)), np.arange(6) < 1 + n) for n in range(3)]
    w = listwise(groups)
    turned = [(x[::-1] + draw.random(3), y[::-1]) for x, y in groups]
    idle = [(draw.random((4, 3)), np.full(4, so)) for so in (YES, NO)]
    assert listwise([*reversed(turned), *idle]) == pytest.approx(w, abs=1e-3)


def test_what_marks_the_right_rows_gains_and_what_marks_the_others_loses() -> None:
    draw = np.random.default_rng(0)
    x = draw.random((40, 5, 3))
    x[:, 0, 0] += 1
    x[:, 0, 1] -= 1
    w = listwise((one, np.arange(5) == 0) for one in x)
    assert w[0] > abs(w[2]) > -abs(w[2]) > w[1]


def test_when_no_group_tells_anything_there_is_nothing_to_fit() -> None:
    for y in ([YES, YES], [NO, NO]):
        with pytest.raises(EvaluationError, match="kind fact"):
            listwise([(np.ones((2, 1)), np.array(y))])


def test_a_direction_that_parts_the_outcomes_is_found() -> None:
    x = np.random.default_rng(1).random((200, 3))
    y = x[:, 0] - x[:, 2] > 0
    w = logistic_fit(x, y, np.ones(200))
    assert w[1] > 3 * abs(w[2])
    assert -w[3] > 3 * abs(w[2])
    assert ((w[0] + x @ w[1:] > 0) == y).mean() > 0.95


def test_units_and_repeats_tell_nothing_more() -> None:
    x = np.random.default_rng(2).random((60, 2))
    y = x[:, 0] + 0.3 * x[:, 1] > 0.6
    w = logistic_fit(x, y, np.ones(60))
    assert logistic_fit(x * [100, 1], y, np.ones(60)) == pytest.approx(w / [1, 100, 1], rel=1e-3)
    twice = logistic_fit(np.tile(x, (2, 1)), np.tile(y, 2), np.ones(120))
    assert logistic_fit(x, y, np.full(60, 2.0)) == pytest.approx(twice, rel=1e-3)


# ── synthetic examples ──────────────────────────────────────────────────────────────────────────────────────────────────


def synthetic(n: int, groups: int | None = None, pairs: tuple[str, ...] = PAIRS) -> list[Example]:
    """n facts, and as many absent and near misses.

    The right passage has most words in common, the right sentence most around it; facts tell more of the question.
    """
    draw = np.random.default_rng(7)
    made = []
    for place in range(n):
        for kind, level in (("fact", 0.8), ("near_miss", 0.4), ("absent", 0.1)):
            passages, sentences = draw.random((8, len(PASSAGE))), draw.random((8, len(SENTENCE)))
            holding = np.zeros(8, bool)
            holding[draw.integers(8)] = kind == "fact"
            passages[holding, PASSAGE.index("lexical")] = 1.2
            sentences[holding, SENTENCE.index("around")] = 1.2
            features = {name: level + 0.3 * draw.random() for name in {*SUBJECT, *FACT}}
            group = f"{kind}{place}" if groups is None else f"article{place % groups}"
            made.append(Example(group, kind, pairs[place % len(pairs)], passages, holding, sentences, holding, features))
    return made


@pytest.fixture(scope="module")
def given_() -> list[Example]:
    return synthetic(24)


def test_ranking_gives_most_to_what_finds_the_answer_and_leaves_the_rest_as_it_was(given_: list[Example]) -> None:
    before = weights()
    by = ranking(given_, before)
    assert set(by.passage.lexical) == set(PAIRS)
    assert all(0.5 < share <= 1 for share in by.passage.lexical.values())
    assert by.passage.date >= 0 <= by.passage.kind
    assert set(by.sentence) == set(SENTENCE)
    assert max(by.sentence, key=lambda name: by.sentence[name]) == "around"
    assert sum(value for value in by.sentence.values() if value > 0) == pytest.approx(1, abs=0.0005 * len(SENTENCE))
    assert by.model_copy(update={"passage": before.passage, "sentence": before.sentence}) == before


def test_trust_tells_facts_from_what_is_not_told_and_answers_as_many_as_it_should(given_: list[Example]) -> None:
    before = weights()
    by = trust(given_, before)
    sure, kinds = confidence_of(given_, by), np.array([one.kind for one in given_])
    assert all(0 <= value <= 1 for value in sure)
    means = [sure[kinds == kind].mean() for kind in ("fact", "near_miss", "absent")]
    assert all(more > less for more, less in pairwise(means))
    facts = kinds == "fact"
    assert (sure[facts] >= by.answers_from - 0.001).mean() >= ANSWERED - 1 / facts.sum()
    assert by.confidence["subject"] >= 0 <= by.confidence["fact"]
    assert (by.passage, by.sentence) == (before.passage, before.sentence)


def test_a_pair_of_languages_without_a_fact_is_fitted_to_the_others() -> None:
    assert set(trust(synthetic(20, pairs=("pt",)), weights()).subject) == set(PAIRS)


def test_fitting_twice_gives_the_same(given_: list[Example]) -> None:
    assert trust(given_, ranking(given_, weights())) == trust(given_, ranking(given_, weights()))


def test_the_proof_counts_shares_of_questions_not_seen(given_: list[Example]) -> None:
    figures = proof(given_, weights())
    assert set(figures) == {"A@1", "A@5", "S@1", "S@3", "AUROC absent", "AUROC near_miss", "answered absent", "answered near_miss"}
    assert all(0 <= value <= 1 for value in figures.values())
    assert figures["A@1"] <= figures["A@5"]
    assert figures["S@1"] <= figures["S@3"]
    assert figures["AUROC absent"] > 0.9
    assert figures["answered absent"] < 0.1


def test_the_proof_leaves_questions_of_one_article_together() -> None:
    """Were the questions of one article spread over the parts, there would be others to learn from."""
    with pytest.raises(EvaluationError, match="too few articles"):
        proof(synthetic(20, groups=1), weights())


def test_near_misses_are_told_by_weights_of_the_other_half_too(given_: list[Example]) -> None:
    figures = halves(given_, weights())
    assert list(figures) == ["AUROC near_miss, halves"]
    assert figures["AUROC near_miss, halves"] == proof(given_, weights(), 2)["AUROC near_miss"] > 0.9
    with pytest.raises(EvaluationError, match="too few articles"):
        halves(synthetic(20, groups=1), weights())


def test_a_part_without_questions_is_no_error() -> None:
    assert proof(synthetic(20, groups=3), weights())["A@5"] > 0.5


# ── the file ────────────────────────────────────────────────────────────────────────────────────────────────────────────

VALUES = some.floats(-20, 20).map(lambda value: round(value, 3))
PART = some.floats(0, 1).map(lambda value: round(value, 3))


def named(names: tuple[str, ...], values: some.SearchStrategy[float] = VALUES) -> some.SearchStrategy[dict[str, float]]:
    return some.fixed_dictionaries(dict.fromkeys(names, values))


ANY = some.builds(
    Weights,
    passage=some.builds(PassageWeights, lexical=named(PAIRS, PART), date=PART, kind=PART),
    sentence=named(SENTENCE),
    subject=some.fixed_dictionaries({name: named(("intercept", *SUBJECT)) for name in PAIRS}),
    fact=named(("intercept", *FACT)),
    confidence=named(("level", "subject", "fact")),
    answers_from=PART,
)


@given(ANY)
def test_the_file_s_text_is_read_back_as_the_same_weights(by: Weights) -> None:
    assert Weights.model_validate(tomllib.loads(toml(by, "3 fact questions"))) == by


def test_the_file_says_what_made_it() -> None:
    text = toml(weights(), "12 fact, 10 absent, 11 near_miss questions")
    assert text.splitlines()[0].endswith("Made by `python -m qa fit`, from 12 fact, 10 absent, 11 near_miss questions.")
    assert Weights.model_validate(tomllib.loads(text)) == weights()


# ── the whole way ───────────────────────────────────────────────────────────────────────────────────────────────────────

TOWNS = "Olinda Manaus Recife Belém Santos Natal Maceió Vitória Goiânia Curitiba Aracaju Teresina".split()
GOODS = "açúcar borracha sal castanha café camarão coco aço milho pinhão petróleo algodão".split()


def archive(folder: Path, facts: int) -> Path:
    """Articles on a harbour in each of some towns, with questions that they answer, miss, or know nothing of."""
    folder.mkdir(parents=True)
    texts, questions = [], []
    for n, (town, good) in enumerate(zip(TOWNS, GOODS, strict=True)):
        text = f"O porto de {town} embarcou {n + 20} toneladas de {good} na segunda-feira. A prefeitura elogiou os trabalhadores do lugar."
        texts.append({"id": town, "title": f"Porto de {town} bate recorde", "lang": "pt", "published": "2026-01-14", "text": text})
        asks = {"lang": "pt", "asked": "2026-01-20"}
        if n < facts:
            fact = {"kind": "fact", "answers": [f"{n + 20} toneladas"], "articles": [town]}
            questions.append(asks | fact | {"id": f"f{n}", "question": f"Quantas toneladas de {good} o porto de {town} embarcou?"})
        questions.append(asks | {"id": f"n{n}", "question": f"Quem é o prefeito de {town}?", "answers": [], "kind": "near_miss", "articles": [town]})
        questions.append(asks | {"id": f"a{n}", "question": f"Quem venceu o torneio de xadrez número {n}?", "answers": [], "kind": "absent"})
    (folder / "articles.jsonl").write_text(lines(*texts), encoding="utf-8")
    (folder / "questions.jsonl").write_text(lines(*questions), encoding="utf-8")
    return folder


HASHING = Settings(embedder="hashing:256")


def command(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """`python -m qa fit` as a person runs it, without a model; no traceback may be seen."""
    told = {name: value for name, value in os.environ.items() if not name.startswith("QA_")}
    told |= {"QA_EMBEDDER": "hashing:256", "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "PYTHONWARNINGS": ""}
    call = [sys.executable, "-m", "qa", "fit", *arguments]
    done = subprocess.run(call, cwd=folder, env=told, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False)
    assert "Traceback" not in done.stdout + done.stderr
    return done


def test_weights_are_fitted_to_an_archive_s_own_questions(tmp_path: Path) -> None:
    told: list[tuple[str, int, int | None]] = []
    path, in_use = archive(tmp_path / "porto", 12), FILE.read_bytes()
    by, figures, text, examples = fit([path], HASHING, work=tmp_path / "work", progress=lambda *step: told.append(step))
    assert Weights.model_validate(tomllib.loads(text)) == by
    assert "from 12 fact, " in text.splitlines()[0]
    assert figures["A@1"] > 0.9
    assert figures["AUROC absent"] > 0.9
    assert [step[1:] for step in told if step[0] == "ask"][-1] == (36, 36)
    changes = worth(examples, by)
    assert list(changes) == [*(f"passages: {name}" for name in PASSAGE), *(f"sentences: {name}" for name in SENTENCE)]
    assert all(-1 <= change <= 1 for figures_ in changes.values() for change in figures_.values())
    done = command(str(path), "--out", "own.toml", "--worth", folder=tmp_path)
    assert done.returncode == 0
    assert sum(line.startswith("without ") for line in done.stdout.splitlines()) == len(changes)
    assert f"AUROC absent             {figures['AUROC absent']:.3f}" in done.stdout.splitlines()
    assert "Asking" in done.stderr
    assert (tmp_path / "own.toml").read_text(encoding="utf-8") == text, "the same questions give the same file"
    assert FILE.read_bytes() == in_use, "the weights in use stay as they are"


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["nothing.jsonl"], 1, "error: nothing.jsonl cannot be read"),
        (["porto"], 1, f"error: there are fewer than {FEWEST} questions of kind fact"),
        (["porto", "--out", "nowhere/own.toml"], 1, "error: the weights cannot be written to nowhere/own.toml"),
        ([], 2, "usage: python -m qa fit"),
    ],
    ids=["no file", "too few", "no folder to write to", "no path"],
)
def test_what_cannot_be_fitted_is_told_and_writes_nothing(tmp_path: Path, arguments: list[str], code: int, says: str) -> None:
    archive(tmp_path / "porto", 1)
    done = command("--out", "own.toml", *arguments, folder=tmp_path)
    assert (done.returncode, done.stdout) == (code, "")
    assert says in done.stderr
    assert not (tmp_path / "own.toml").exists()


def test_too_few_questions_of_a_sort_are_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=f"fewer than {FEWEST} questions of kind fact") as error:
        fit([archive(tmp_path / "porto", FEWEST - 1)], HASHING, work=tmp_path / "work")
    assert "\n" not in str(error.value)


def test_two_folders_of_one_name_would_share_an_index(tmp_path: Path) -> None:
    paths = [archive(tmp_path / parent / "porto", 1) for parent in ("a", "b")]
    with pytest.raises(EvaluationError, match="called porto"):
        fit(paths, HASHING, work=tmp_path / "work")


def test_questions_of_a_file_are_asked_to_the_index_that_is_there(small: Callable[..., Settings], tmp_path: Path) -> None:
    there = small(NEWS | {"esc.md": article("A zebra nova chegou a Olinda na sexta-feira, disse o zoológico.", id="esc", lang="pt")})
    rebuild(there)
    path = tmp_path / "golden.jsonl"
    path.write_text(lines(*QUESTIONS), encoding="utf-8")
    with pytest.raises(EvaluationError, match="of kind fact"):
        fit([path], there, work=tmp_path / "work")
    assert not (tmp_path / "work").exists()
    assert json.loads(path.read_text(encoding="utf-8").splitlines()[0])["id"] == "sure"
