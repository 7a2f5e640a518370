"""The report of a run: figures worked by hand, what changed since the last run, the page and the plots."""

import os
import re
import subprocess
import sys
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from index.errors import PlotsMissing
from qa.evaluation import plots
from qa.evaluation.measures import Bin, RiskPoint
from qa.evaluation.page import page
from qa.evaluation.questions import Golden
from qa.evaluation.report import Made, Report, report, why
from qa.evaluation.run import Found, Outcome
from qa.evaluation.table import shown
from tests.conftest import ROOT

MADE = Made(name="golden", data="/data/golden.jsonl", made=datetime(2026, 1, 20, tzinfo=UTC), fingerprint="f" * 64, settings={"dim": "256"})
PASSAGE = Found(
    address="glm@1:0-51", title="Z.AI", outlet="Gazeta", day=date(2026, 1, 14), url="https://example.org/glm", text="A Z.AI lançou", holds=True
)


def outcome(id_: str, kind: str = "fact", lang: str = "pt", confidence: float = 0.9, refusal: str = "", **seen: object) -> Outcome:
    """What became of a question: right in the second passage, the second quote and the first card, unless said."""
    answers = ("Z.AI",) if kind in ("fact", "unsure") else ()
    fields: dict[str, object] = {
        "golden": Golden(id=id_, lang=lang, question=f"Pergunta {id_}?", kind=kind, answers=answers, articles=("glm",)),
        "as_of": date(2026, 1, 20),
        "searched": f"Pergunta {id_}?",
        "refusal": refusal,
        "reason": "O arquivo não trata disso." if refusal else "",
        "confidence": confidence,
        "said": () if refusal else ("A Z.AI lançou.",),
        "quotes": () if refusal else (PASSAGE,),
        "hits": (PASSAGE,),
        "hit_places": (2,),
        "article_places": (1, 2),
        "quote_places": () if refusal else (2,),
        "card_places": () if refusal else (1,),
        "choice": None,
        "invalid": (),
        "seconds": 0.1,
    }
    return Outcome.model_validate(fields | seen)


OUTCOMES = [
    outcome("a"),
    outcome("b", confidence=0.8, hit_places=(1, 2), quote_places=(), card_places=(3,)),
    outcome("c", lang="en", confidence=0.4, unsure=True, card_places=(4,), seconds=3.5),
    outcome("d", lang="en", confidence=0.2, refusal="weak_match", hit_places=()),
    outcome("e", "unsure", confidence=0.7),
    outcome("f", "absent", confidence=0.1, refusal="no_match"),
    outcome("g", "absent", lang="en", confidence=0.6),
    outcome("h", "near_miss", confidence=0.7),
]


def figures(made: Report, group: str = "all") -> dict[str, tuple[float, int]]:
    return {one.figure: (round(one.value, 4), one.count) for one in (*made.table, *made.kinds) if one.group == group}


def test_each_figure_is_of_the_questions_that_count_in_it() -> None:
    assert figures(report(MADE, OUTCOMES)) == {
        "A@1": (0.25, 4),  # b
        "A@5": (0.75, 4),
        "A@10": (0.75, 4),
        "A@20": (0.75, 4),
        "RR": (0.5, 4),  # 1/2, 1, 1/2, 0
        "E@1": (1.0, 4),
        "E@5": (1.0, 4),
        "E@10": (1.0, 4),
        "S@1": (0.0, 3),  # d was refused
        "S@2": (0.6667, 3),
        "S@3": (0.6667, 3),
        "card@1": (0.3333, 3),
        "card@3": (0.6667, 3),
        "said": (0.75, 4),
        "said plainly": (0.5, 4),  # c was marked
        "right": (0.5, 4),
        "false absent": (0.5, 2),
        "false near miss": (1.0, 1),
        "plainly absent": (0.5, 2),
        "plainly near miss": (1.0, 1),
        "AUROC absent": (0.75, 6),  # of 8 pairs g beats c and d
        "AUROC near miss": (0.5, 5),  # 0.7 against 0.9, 0.8, 0.4, 0.2
        "false@90 absent": (0.5, 6),  # every fact must pass: from 0.2 on, g
        "false@90 near miss": (1.0, 5),
        "calibration error": (round((0.1 + 0.2 + 0.6 + 0.6 + 0.8 + 0.1 + 0.7) / 7, 4), 7),  # a b c g d f h, each alone in its bin
        "risk area": (round((0 + 0 + 1 / 3 + 2 / 4 + 3 / 5) / 5, 4), 5),  # a b h g c, the surest first
        "citations": (1.0, 6),
    }


def test_languages_and_kinds_are_counted_apart() -> None:
    made = report(MADE, OUTCOMES)
    assert figures(made, "en")["A@5"] == (0.5, 2)
    assert figures(made, "pt")["false near miss"] == (1.0, 1)
    assert "false near miss" not in figures(made, "en")
    assert figures(made, "absent") == {"answered": (0.5, 2), "right": (0.5, 2), "confidence": (0.35, 2), "citations": (1.0, 1)}
    assert figures(made, "unsure") == {"answered": (1.0, 1), "A@5": (1.0, 1), "confidence": (0.7, 1), "citations": (1.0, 1)}
    assert [(one.kind, one.lang, one.code, one.count) for one in made.refusals if one.kind == "fact"] == [
        ("fact", "en", "", 1),
        ("fact", "en", "weak_match", 1),
        ("fact", "pt", "", 2),
    ]
    assert all(one.low - 1e-9 <= one.value <= one.high + 1e-9 for one in made.table)


def test_the_failures_say_where_it_went_wrong_and_facts_come_first() -> None:
    made = report(MADE, OUTCOMES)
    assert [(one.golden.id, why(one)) for one in made.failures] == [
        ("c", "other sentences were quoted; gold at place 2 of what was found"),
        ("d", "refused (weak_match); gold not in the first 20 passages"),
        ("h", "answered, and ought to be refused"),
        ("g", "answered, and ought to be refused"),
    ]
    assert made.slowest[0].golden.id == "c"
    assert len(made.slowest) == 5


def test_the_last_run_is_compared_question_by_question() -> None:
    before = report(MADE, [*OUTCOMES, outcome("gone")])
    d = outcome("d", lang="en", confidence=0.5, hit_places=(1,))
    f = outcome("f", "absent", confidence=0.5)
    other_gold = OUTCOMES[0].model_copy(update={"golden": OUTCOMES[0].golden.model_copy(update={"answers": ("Huawei",)})})
    found = report(MADE, [outcome("new"), *OUTCOMES[1:3], d, OUTCOMES[4], f, *OUTCOMES[6:], other_gold], before)
    told = found.difference
    assert told is not None
    assert (told.common, told.turned_right, told.turned_wrong) == (7, ("d",), ("f",)), "with other gold it is another question"
    by = {(one.figure, one.group): one for one in told.changes}
    assert (by["right", "en"].before, by["right", "en"].after) == (0.0, 0.5)
    assert by["right", "en"].low <= 0.5 <= by["right", "en"].high
    assert not by["right", "en"].certain
    assert ("right", "pt") not in by
    assert report(MADE, OUTCOMES, report(MADE, OUTCOMES)).difference.changes == ()


def test_a_change_of_every_question_is_no_chance() -> None:
    before = [outcome(f"q{n}", refusal="no_match") for n in range(5)]
    after = [outcome(f"q{n}") for n in range(5)]
    told = report(MADE, after, report(MADE, before)).difference
    right = next(one for one in told.changes if (one.figure, one.group) == ("right", "all"))
    assert (right.low, right.high, right.certain) == (1.0, 1.0, True)
    assert told.turned_right == ("q0", "q1", "q2", "q3", "q4")


def test_a_report_goes_to_json_and_back_whole() -> None:
    made = report(MADE, OUTCOMES, report(MADE, OUTCOMES[2:]))
    assert Report.model_validate_json(made.model_dump_json()) == made


def test_a_citation_that_does_not_stand_is_shouted() -> None:
    made = report(MADE, [outcome("a", invalid=("glm@1:0-51",)), outcome("b")])
    assert made.invalid == ("glm@1:0-51",)
    assert figures(made)["citations"] == (0.5, 2)
    assert "citations: 2, 1 NOT VALID: glm@1:0-51" in shown(made, "out")
    assert "1 of 2 citations are not valid" in page(made, {})


class Tags(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_shows_failures_with_their_sources_and_runs_nothing_of_them() -> None:
    evil = PASSAGE.model_copy(update={"text": "<script>alert(1)</script>", "url": "javascript:alert(1)", "title": '"><img src=x onerror=alert(1)>'})
    made = report(MADE, [outcome("a", card_places=(), quotes=(evil, PASSAGE)), outcome("<b>", "near_miss")])
    read = Tags(page(made, {"calibration": b"<svg/>"}))
    assert not {"script", "b>"} & {tag for tag, _ in read.tags}
    assert [attrs["href"] for tag, attrs in read.tags if tag == "a"] == ["https://example.org/glm"] * 4
    assert [attrs["src"].split(",")[0] for tag, attrs in read.tags if tag == "img"] == ["data:image/svg+xml;base64"]
    assert not [name for _, attrs in read.tags for name in attrs if name.startswith("on")]
    for words in ("<script>alert(1)</script>", "glm@1:0-51", "Right would be: Z.AI", "<b>: Pergunta <b>?", "Failures to read: 2"):
        assert words in read.text


def sizes(svg: bytes) -> tuple[float, float]:
    root = ET.fromstring(svg)
    assert root.tag.endswith("svg")
    return float(root.attrib["width"].removesuffix("pt")), float(root.attrib["height"].removesuffix("pt"))


def test_the_plots_are_drawn_of_their_numbers() -> None:
    bins = [Bin(0.1, 0.0, 4), Bin(0.5, 0.6, 10), Bin(0.9, 0.95, 20)]
    points = [RiskPoint(0.9, 0.2, 0.0), RiskPoint(0.5, 0.6, 0.25)]
    for draw, numbers, fewer in ((plots.calibration, bins, bins[:2]), (plots.risk_coverage, points, points[:1])):
        svg = draw(numbers)
        assert all(size > 200 for size in sizes(svg))
        assert len(re.findall(rb"<path|<use", svg)) > 20
        assert svg == draw(numbers), "the same numbers give the same bytes"
        assert svg != draw(fewer)
        assert sizes(draw([]))


def test_nothing_but_drawing_needs_matplotlib(tmp_path: Path) -> None:
    (tmp_path / "matplotlib.py").write_text("raise ImportError('not installed')")
    code = (
        "import sys, qa.evaluation.command\n"
        "from qa.evaluation import plots\n"
        "assert not {name for name in sys.modules if name.startswith('matplotlib')}\n"
        "try:\n    plots.calibration([])\nexcept plots.PlotsMissing as error:\n    print(error)\n"
    )
    env = os.environ | {"PYTHONPATH": f"{tmp_path}:{ROOT}"}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=env, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(PlotsMissing())
    assert "pip install 'presscite[eval]'" in done.stdout


def test_the_table_fits_a_terminal() -> None:
    text = shown(report(MADE, OUTCOMES, report(MADE, OUTCOMES[1:])), ".eval/golden")
    assert text.startswith("golden: 8 questions (4 fact, 1 unsure, 1 near_miss, 2 absent), index ffffffffffff\n")
    assert re.search(r"^A@5 +\.750 \[\.30 \.95\] n 4 +\.500 ", text, re.MULTILINE)
    assert "no figure moved" in text
    assert text.endswith("4 failures to read: .eval/golden/report.html")
    assert max(map(len, text.splitlines())) <= 120


@pytest.mark.parametrize("kind", ["fact", "absent", "near_miss", "unsure"])
def test_one_question_is_a_report_too(kind: str) -> None:
    for refusal in ("", "no_match"):
        made = report(MADE, [outcome("a", kind, refusal=refusal)])
        assert page(made, {})
        assert shown(made, "out")
        assert plots.calibration(made.calibration)
        assert plots.risk_coverage(made.risk)
