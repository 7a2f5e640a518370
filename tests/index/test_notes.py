"""Notes on corrections are found where they begin a line, and the sentences of a story are not taken for them."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index.readers import json_
from index.readers.notes import MAX_NOTE_CHARS, correction_note
from index.readers.source import Source
from index.records import Article

STORY = "Choveu no Recife. Três bairros ficaram sem luz."


@pytest.mark.parametrize(
    "note",
    [
        "Correção: eram três bairros, não dois, como este texto dizia.",
        "CORREÇÃO – O vereador se chama Rui Sá.",
        "Correções: o valor é de R$ 12 mi; a data é 14 de janeiro.",
        "Correção (14/01, às 9h): eram três bairros.",
        "Errata: o nome da rua é do Sol.",
        "ERRATA - o nome da rua é do Sol.",
        "Erramos: a ponte tem 300 metros.",
        "Atualização: a energia voltou às 22h.",
        "Atualização às 22h15: a energia voltou.",
        "Nota da Redação: este texto foi corrigido para trocar o nome da rua.",
        "Este texto foi corrigido às 18h: eram três bairros.",
        "Esta reportagem foi atualizada com a resposta da prefeitura.",
        "(Esta matéria foi originalmente corrigida.)",
        "A reportagem foi corrigida: o rio é o Capibaribe.",
        "Uma versão anterior deste texto dizia que eram dois bairros.",
        "Em uma versão anterior desta reportagem, o nome do vereador estava errado.",
        "Correction: the ferry line is 12 miles long, not 21.",
        "CORRECTION — The mayor has not signed.",
        "Correction, Jan. 14, 2026: the ferry line is 12 miles long.",
        "Corrections & clarifications: two members were against it.",
        "Clarification: the vote was on Tuesday.",
        "Editor’s note: This story has been updated with the mayor's answer.",
        "Editors' note: A name in the third paragraph was corrected.",
        "Update: the mayor has signed.",
        "UPDATE (3 p.m.): the mayor has signed.",
        "*This article was amended on 14 January 2026 to give the length in miles.*",
        "• This article was amended on 14 January 2026. The line is 12 miles long.",
        "This story has been updated.",
        "This article was corrected to say that two members were against it.",
        "An earlier version of this article misstated the length of the line.",
        "Because of an editing error, an earlier version of this article misstated the length of the line.",
    ],
)
def test_a_note_is_found_wherever_it_stands(note: str) -> None:
    for text in (f"{STORY}\n\n{note}", f"{note}\n{STORY}", f"{STORY}\n{note}\n\nFim."):
        assert note.strip("*•() ") in correction_note(text)
        assert "Choveu" not in correction_note(text)
        assert "Fim." not in correction_note(text)


@pytest.mark.parametrize(
    "prose",
    [
        "A correção da prova sai na sexta-feira.",
        "Correção da prova: veja as respostas.",
        "Correção monetária de 5%: veja o que muda no aluguel.",
        "Correção — palavra que o ministro evita — virá em março.",
        "O ministro falou em correção: os preços estão errados.",
        "Atualização do sistema: bancos param no domingo.",
        "A atualização: mais rápida, mais cara.",
        "O texto foi corrigido pelo relator antes da votação.",
        "O artigo foi alterado pela Câmara em 1998.",
        "Esta é uma versão anterior do acordo.",
        "Nota da Redação: o autor é professor de história.",
        "Erramos muito, disse o técnico.",
        "Update on the talks: nothing was agreed.",
        "Updates: follow our live page.",
        "Update your phone: a fault was found.",
        "He gave an update: the bridge is closed.",
        "Correction of the course: the ship turned north.",
        "A market correction: shares fell by 10%.",
        "Editor's note: the author teaches history in Leeds.",
        "This article was written in 1998.",
        "The article was amended in 1998 by the assembly.",
        "This article was amended by the assembly and then repealed.",
        "This story was told in every village.",
        "An earlier version of the bill was corrected by its sponsor.",
        "“Correct,” said the mayor: the line is closed.",
    ],
)
def test_a_sentence_of_the_story_is_no_note(prose: str) -> None:
    assert correction_note(f"{prose}\n\n{STORY} {prose}") == ""


def test_a_label_alone_on_its_line_takes_the_next_line_that_has_words() -> None:
    assert correction_note(f"{STORY}\n\nERRATA\n\nO nome da rua é do Sol.\n\nFim.") == "ERRATA O nome da rua é do Sol."
    assert correction_note(f"{STORY}\n\nCorrection:\nThe line is 12 miles long.") == "Correction: The line is 12 miles long."
    assert correction_note(f"{STORY}\n\nCorreção:") == "Correção:"
    assert correction_note("This story has been updated.\n\nThe council voted.") == "This story has been updated."


def test_several_notes_come_in_order_and_the_same_one_once() -> None:
    text = f"Update: it is open.\n{STORY}\nCorrection: it has two lanes.\nUpdate: it is open."
    assert correction_note(text) == "Update: it is open. Correction: it has two lanes."


def test_of_a_text_without_line_ends_the_note_is_its_first_sentences() -> None:
    note = correction_note("Correção: eram três. " + "Choveu muito no Recife. " * 500)
    assert note.startswith("Correção: eram três. Choveu")
    assert note.endswith("Recife.")
    assert len(note) <= MAX_NOTE_CHARS
    assert len(correction_note("Correção: " + "x" * 5000)) == MAX_NOTE_CHARS


@pytest.mark.parametrize(
    "hostile",
    [
        " " * 999_999,
        "Update" + " " * 999_993,
        "Correction " * 90_000,
        "Update,\n" * 120_000,
        "Editor's note: " * 60_000,
        "[(*" * 300_000,
        "Update:\n" * 120_000,
    ],
)
def test_the_longest_text_is_read_in_a_moment(hostile: str) -> None:
    began = time.perf_counter()
    correction_note(hostile)
    assert time.perf_counter() - began < 3


def test_the_publishers_own_note_comes_first_and_the_text_stays_whole(tmp_path: Path) -> None:
    text = f"{STORY}\n\nCorreção: eram três bairros."
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": text, "correction": "Eram três."}) + "\n" + json.dumps({"text": text}))
    found = list(json_.read(Source(path="a.jsonl", file=tmp_path / "a.jsonl", now=datetime(2026, 1, 20, tzinfo=UTC))))
    assert [(a.text, a.correction) for a in found if isinstance(a, Article)] == [(text, "Eram três."), (text, "Correção: eram três bairros.")]
