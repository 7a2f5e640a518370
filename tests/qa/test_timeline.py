"""Timelines: a question that asks what happened gets one dated sentence for each report, in time order, and nothing else changes."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from index import Library
from index.records import Article
from qa import ask, stream
from qa.check import check_claim
from qa.kinds import asks_on, happening, happening_in
from qa.protocols import Writer
from qa.question import understand
from qa.records import Answer, Claim, Quote, Refusal
from qa.writers.timeline import ALIKE, COPIED, NEWS_DAYS, ROWS, TimelineWriter, of_subject, overlap, undated
from tests.qa.own import NEWS, SURE_EN, article
from tests.qa.rules import always_true, as_bytes
from tests.qa.test_evidence import NOW

ASKED = "O que aconteceu com a ponte de Lumiara?"
AS_OF = date(2024, 9, 1)


def report(day: str, title: str, text: str, **more: str) -> str:
    fields = {"id": f"{day}-{title[:12]}", "title": title, "outlet": "Gazeta do Vale", "lang": "pt", "published": f"{day}T08:00:00-03:00"}
    return article(text, **fields | more)


CRACK = "A ponte de Lumiara foi fechada na segunda-feira depois que um engenheiro achou uma rachadura no pilar central."
REPAIR = "A obra de reforço da ponte de Lumiara começou na quinta-feira e deve custar 12 milhões de reais ao governo."
REOPENED = "A ponte de Lumiara reabriu no sábado com uma caminhada de dois mil moradores e banda de música na praça."
STORY = {
    "reopened.md": report("2024-06-08", "Ponte de Lumiara reabre", f"{REOPENED} Caminhões ainda não podem passar por ela até agosto."),
    "crack.md": report("2024-03-04", "Rachadura fecha ponte de Lumiara", f"{CRACK} O desvio pela serra leva quarenta minutos a mais."),
    "repair.md": report("2024-04-11", "Começa reforço da ponte de Lumiara", f"{REPAIR} O prazo do contrato assinado é de sessenta dias."),
    "fair.md": report(
        "2024-05-20",
        "Feira de orquídeas bate recorde",
        f"A feira de orquídeas vendeu nove mil vasos em três dias e bateu o próprio recorde. {'O público elogiou as flores e os preços. ' * 30}"
        "Muitos visitantes chegaram tarde porque a ponte de Lumiara continua fechada para carros e ônibus.",
    ),
    "undated.md": article(
        "A ponte de Lumiara tem duzentos metros e foi desenhada por uma engenheira francesa.", id="undated", title="Ponte de Lumiara", lang="pt"
    ),
}


@pytest.fixture
def bridge(own: Callable[..., Library]) -> Library:
    """Three reports of a bridge, and articles that are no report of it."""
    return own({**STORY, **NEWS})


def days(answer: Answer) -> list[str]:
    """The day of each row."""
    return [str(answer.quotes[claim.quotes[0]].article.day) for claim in answer.claims]


# ── which questions ─────────────────────────────────────────────────────────────────────────────────────────────────

WHAT_HAPPENED = {
    "pt": """O que aconteceu com a ponte de Lumiara?|O que houve no Canal de Suez em março de 2021?|Linha do tempo do GLM-Image|Linha do tempo: Museu Nacional
        |Como evoluiu o caso Lyles?|Como o caso Lyles evoluiu?|E o que aconteceu depois? (Ever Given)|O que tem acontecido com a Petrobras desde maio?
        |Faça uma linha do tempo da Lava Jato|Qual é a cronologia da Lava Jato?|O que mais aconteceu com Lula?|Afinal, o que aconteceu com o navio?
        |Você sabe dizer o que aconteceu com o navio?|Como se desenrolou a greve?|Como tem evoluído a inflação?|O que está acontecendo na Venezuela?
        |O que foi que aconteceu com o avião?|o que ocorreu no maracana|Como foi a evolução do desmatamento?|O que se passou em Canoas?""",
    "en": """What happened to the Ever Given?|What has happened with Griner since May?|Timeline of the Ever Given|Timeline: Ever Given|Ever Given timeline
        |How did the Griner case unfold?|How has the Griner case unfolded so far?|What happened on 5 March 2024 in Lumiara?|And what happened next? (Ever Given)
        |What's happening in Sri Lanka?|What’s been going on with Spirit Airlines?|What is the timeline of the war?|Show me a timeline of the Higgs boson
        |How did the Spirit deal play out?|Tell me what happened to Rushdie|what happened with twitter|How has inflation evolved in 2022?
        |What else has happened at Yellowstone?|Give me the chronology of the strike""",
}
SOMETHING_ELSE = {
    "pt": """O que acontece se eu não votar?|O que aconteceu quando o alarme soou?|Quantas pessoas morreram no que aconteceu em Brumadinho?|Como funciona o Pix?
        |Como se desenvolveu a vacina?|O que é o GLM-Image?|Por que isso aconteceu?|Quando aconteceu o incêndio?|Onde ocorreu o acidente?
        |O que vai acontecer com a Selic?|A linha do tempo é longa?|O que houve de errado com o foguete?|Em que dia houve a eleição?|GLM-Image""",
    "en": """What happens next week?|What happened when the fire alarm went off?|The debate was cut short when what happened?|What will happen to Twitter?
        |What is the timeline for reopening the bridge?|When did it happen?|How did Moderna develop the vaccine?|What went wrong with the launch?
        |How did inflation play out badly for the poor?|Who knows what happened?|What is the construction timeline?|What has changed?|Suez Canal""",
}


def listed(by_lang: dict[str, str]) -> list[tuple[str, str]]:
    return [(lang, text.strip()) for lang, texts in by_lang.items() for text in texts.split("|")]


@pytest.mark.parametrize(("lang", "text"), listed(WHAT_HAPPENED))
def test_it_is_told_that_a_question_asks_what_happened(lang: str, text: str) -> None:
    assert happening(text, lang)


@pytest.mark.parametrize(("lang", "text"), listed(SOMETHING_ELSE))
def test_a_question_of_one_fact_or_of_what_is_to_come_asks_something_else(lang: str, text: str) -> None:
    assert not happening(text, lang)
    assert of_subject(understand(text), AS_OF) is None


def test_the_words_that_only_ask_are_not_looked_for() -> None:
    for text, stems in (
        ("What has happened to the Ever Given since May?", ("ever", "given")),
        ("Linha do tempo do caso Zhipu", ("zhipu",)),
        ("O que houve com a Zhipu em 3 de março de 2024?", ("zhipu",)),
    ):
        story = of_subject(understand(text), AS_OF)
        assert story
        assert undated(story, AS_OF).stems == stems
    for text in ("O que aconteceu?", "What happened yesterday?"):
        assert of_subject(understand(text), AS_OF) is None, "it names no subject"


def test_a_timeline_that_is_asked_for_in_three_words_tells_its_language() -> None:
    assert understand("Linha do tempo do GLM-Image").lang == happening_in("Linha do tempo do GLM-Image") == "pt"
    assert understand("GLM-Image").lang == "en"


@pytest.mark.parametrize(
    ("lang", "text", "on"),
    [
        ("pt", "E o que aconteceu depois?", True),
        ("pt", "O que houve desde então? (Lumiara)", True),
        ("pt", "O que aconteceu depois da enchente?", False),
        ("en", "And what happened next?", True),
        ("en", "What happened after that? (Suez)", True),
        ("en", "What happened after the flood?", False),
    ],
)
def test_some_ask_how_it_went_on(lang: str, text: str, on: bool) -> None:
    assert happening(text, lang)
    assert asks_on(text, lang) is on


# ── answers ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("question", [ASKED, "Linha do tempo da ponte de Lumiara", "What happened to the bridge of Lumiara?"])
def test_each_report_is_a_row_in_its_own_words_and_the_oldest_comes_first(bridge: Library, question: str) -> None:
    answer = ask(question, as_of=AS_OF, library=bridge)
    always_true(answer, bridge)
    assert answer.form == "timeline"
    assert [claim.text for claim in answer.claims] == [CRACK, REPAIR, REOPENED]
    assert days(answer) == ["2024-03-04", "2024-04-11", "2024-06-08"]
    assert all(claim.verbatim for claim in answer.claims)
    assert as_bytes(ask(question, as_of=AS_OF, library=bridge)) == as_bytes(answer)


def test_what_names_the_subject_only_in_passing_or_has_no_day_is_found_but_no_row(bridge: Library) -> None:
    answer = ask(ASKED, as_of=AS_OF, library=bridge)
    hit = {hit.passage.article.id for hit in answer.hits}
    assert {"undated", "2024-05-20-Feira de orq"} <= hit
    assert {quote.article.id for quote in answer.quotes} == hit & {"2024-03-04-Rachadura fe", "2024-04-11-Começa refor", "2024-06-08-Ponte de Lum"}


def test_rows_come_one_by_one_and_none_moves(bridge: Library) -> None:
    *parts, last = stream(ASKED, as_of=AS_OF, library=bridge)
    assert [len(part.claims) for part in (*parts, last)] == [1, 2, 3]
    for part in parts:
        always_true(part, bridge)
        assert part.claims == last.claims[: len(part.claims)]
        assert part.hits == last.hits
    assert {part.form for part in parts} == {"timeline"}


def test_one_report_is_answered_as_ever(own: Callable[..., Library]) -> None:
    library = own({"crack.md": STORY["crack.md"], **NEWS})
    answer = ask(ASKED, as_of=AS_OF, library=library)
    always_true(answer, library)
    assert answer.form == "sentences"
    assert answer.claims[0].text == CRACK


@pytest.mark.parametrize("question", [ASKED, "O que aconteceu com a ponte de Lumiara em maio de 2024?"])
def test_where_no_article_makes_it_its_news_what_names_the_subject_is_cited_as_unsure(own: Callable[..., Library], question: str) -> None:
    meeting = report("2024-05-21", "Reunião", "Ninguém quis dizer o que aconteceu na reunião que terminou depois da meia-noite de terça-feira.")
    library = own({"fair.md": STORY["fair.md"], "meeting.md": meeting, **NEWS})
    answer = ask(question, as_of=AS_OF, library=library)
    always_true(answer, library)
    assert answer.form == "sentences"
    assert answer.unsure
    assert answer.quotes[answer.claims[0].quotes[0]].article.id == "2024-05-20-Feira de orq"
    assert ask("O que aconteceu com a ponte de Lumiara em 1998?", as_of=AS_OF, library=library).confidence <= answer.confidence


def test_articles_without_a_day_tell_of_a_question_that_names_none(own: Callable[..., Library]) -> None:
    passing = STORY["fair.md"].replace("published", "kicker")
    library = own({"fair.md": passing})
    answer = ask(ASKED, as_of=AS_OF, library=library)
    always_true(answer, library)
    assert answer.unsure
    assert "ponte de Lumiara" in answer.claims[0].text
    assert answer.quotes[0].score == ask("Ponte de Lumiara?", as_of=AS_OF, library=library).quotes[0].score, "what only asks counts for nothing"


def test_what_the_corpus_knows_nothing_of_is_refused(bridge: Library) -> None:
    answer = ask("O que aconteceu com o farol de Zorblat?", as_of=AS_OF, library=bridge)
    always_true(answer, bridge)
    assert (answer.form, answer.refusal, answer.absent) == ("sentences", Refusal.TERM_ABSENT, ("Zorblat",))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("O que houve com a ponte de Lumiara em março e abril de 2024?", ["2024-03-04", "2024-04-11"]),
        ("O que houve com a ponte de Lumiara desde abril?", ["2024-04-11", "2024-06-08"]),
        ("O que houve com a ponte de Lumiara entre 3 de março e 10 de abril de 2024?", ["2024-03-04", "2024-04-11"]),  # told on the next day
    ],
)
def test_days_that_the_question_names_bound_its_rows(bridge: Library, question: str, expected: list[str]) -> None:
    answer = ask(question, as_of=AS_OF, library=bridge)
    always_true(answer, bridge)
    assert days(answer) == expected
    assert days(ask(question, as_of=AS_OF, dates=False, library=bridge)) == ["2024-03-04", "2024-04-11", "2024-06-08"]


def test_without_reports_of_the_days_that_it_names_it_is_answered_as_ever(bridge: Library) -> None:
    for question in ("O que houve com a ponte de Lumiara em 1998?", "O que houve com a ponte de Lumiara em abril?", "O que houve ontem?"):
        answer = ask(question, as_of=AS_OF, library=bridge)
        always_true(answer, bridge)
        assert answer.form == "sentences"


def test_a_report_told_again_is_named_beside_its_row(own: Callable[..., Library]) -> None:
    again = "A ponte de Lumiara foi fechada na segunda-feira após um engenheiro ter visto uma rachadura no pilar central."
    copy = report("2024-03-05", "Ponte de Lumiara segue fechada", again, outlet="Diário de Vila Bruma")
    library = own({**STORY, "copy.md": copy, **NEWS})
    answer = ask(ASKED, as_of=AS_OF, library=library)
    always_true(answer, library)
    assert days(answer) == ["2024-03-04", "2024-04-11", "2024-06-08"]
    (also,) = answer.claims[0].also
    assert (answer.quotes[also].text, str(answer.quotes[also].article.day)) == (again, "2024-03-05")


def test_a_row_that_leans_is_cited_with_the_sentence_before(own: Callable[..., Library]) -> None:
    first = "A prefeitura recebeu o laudo nesta manhã."
    leaning = "Ela anunciou que a ponte de Lumiara será fechada de novo para trocar os cabos de aço do lado sul."
    library = own({**STORY, "again.md": report("2024-08-01", "Ponte de Lumiara fecha de novo", f"{first} {leaning}"), **NEWS})
    answer = ask(ASKED, as_of=AS_OF, library=library)
    always_true(answer, library)
    assert answer.claims[-1].text == leaning
    assert [answer.quotes[place].text for place in answer.claims[-1].quotes] == [leaning, first]


@pytest.mark.parametrize("title", ["Opinião: a ponte de Lumiara é de todos", "Fotos | Ponte de Lumiara"])
def test_an_opinion_or_a_set_of_pictures_is_no_report(own: Callable[..., Library], title: str) -> None:
    words = "A ponte de Lumiara merece mais respeito dos governos que passaram por ela nos últimos anos."
    library = own({**STORY, "other.md": report("2024-07-02", title, words), **NEWS})
    assert days(ask(ASKED, as_of=AS_OF, library=library)) == ["2024-03-04", "2024-04-11", "2024-06-08"]
    news = own({"other.md": report("2024-07-02", title.replace("Opinião: a p", "P").replace("Fotos | ", ""), words)})
    assert days(ask(ASKED, as_of=AS_OF, library=news))[-1] == "2024-07-02"


def test_a_round_up_whose_headline_names_the_subject_has_its_row_far_from_the_beginning(own: Callable[..., Library]) -> None:
    told = "A ponte de Lumiara recebeu na quarta-feira as placas novas que faltavam para a liberação dos caminhões."
    others = "A chuva deu trégua e a safra de milho cresceu em quase todas as cidades do vale nesta semana. " * 16
    one = report("2024-07-17", "Milho, ponte de Lumiara e futebol: a semana", f"{others}{told}")
    library = own({**STORY, "week.md": one, **NEWS})
    answer = ask(ASKED, as_of=AS_OF, library=library)
    assert (answer.claims[-1].text, days(answer)[-1]) == (told, "2024-07-17")
    plain = own({"week.md": one.replace("Milho, ponte de Lumiara e futebol: a semana", "Ponte de Lumiara na semana")})
    assert days(ask(ASKED, as_of=AS_OF, library=plain))[-1] == "2024-06-08", "far down in an article of one thing it is background"


def test_after_an_answer_it_goes_on_from_the_day_that_was_cited(bridge: Library) -> None:
    first = ask("Quando a ponte de Lumiara foi fechada?", as_of=AS_OF, library=bridge)
    assert first.claims[0].text == CRACK
    then = ask("E o que aconteceu depois?", history=[first], as_of=AS_OF, library=bridge)
    always_true(then, bridge)
    assert days(then) == ["2024-04-11", "2024-06-08"]
    assert days(ask("E o que aconteceu?", history=[first], as_of=AS_OF, library=bridge)) == ["2024-03-04", "2024-04-11", "2024-06-08"]
    whole = ask(ASKED, as_of=AS_OF, library=bridge)
    over = ask("E o que aconteceu depois?", history=[whole], as_of=AS_OF, library=bridge)
    assert over.form == "sentences", "nothing came after its last row"
    assert over.unsure
    named = ask("E o que aconteceu depois?", history=["Quando a ponte de Lumiara foi fechada?"], as_of=AS_OF, library=bridge)
    assert len(days(named)) == 3, "a question alone cites no day"


def test_a_writer_that_is_given_writes_that_too(bridge: Library) -> None:
    class Last:
        name = "last"

        def write(self, question: str, quotes: Sequence[Quote]) -> Iterator[Claim]:
            yield Claim(text=quotes[-1].text, quotes=(len(quotes) - 1,), verbatim=True)

    (answer,) = stream(ASKED, as_of=AS_OF, library=bridge, writer=Last())
    assert (answer.form, len(answer.claims)) == ("sentences", 1)


def test_other_questions_have_no_timeline(bridge: Library) -> None:
    assert {ask(question, library=bridge).form for question in (SURE_EN, "Quanto custa a obra da ponte de Lumiara?")} == {"sentences"}


def test_an_answer_that_was_exported_before_there_were_timelines_is_read(bridge: Library) -> None:
    written = json.loads(ask(SURE_EN, library=bridge).model_dump_json())
    assert written.pop("form") == "sentences"
    assert Answer.model_validate(written).form == "sentences"


def test_the_sample_corpus_tells_the_whole_story_of_the_ship(library: Library) -> None:
    for question in ("Timeline of the Ever Given", "O que aconteceu com o Ever Given?"):
        answer = ask(question, as_of=date(2027, 1, 1), library=library)
        always_true(answer, library)
        assert days(answer) == ["2021-03-24", "2021-03-27", "2021-03-28", "2021-03-29", "2021-04-14", "2021-07-07"]
    march = ask("O que houve no Canal de Suez em março de 2021?", as_of=date(2027, 1, 1), library=library)
    assert days(march) == ["2021-03-24", "2021-03-27", "2021-03-29"]


# ── the writer ──────────────────────────────────────────────────────────────────────────────────────────────────────

TELLING = ["Choveu em Recife na quinta-feira.", "A Nvidia vendeu chips novos.", "O museu reabriu com festa.", "Lula viajou para Pequim."]


def quote(text: str, name: str, day: int, score: float = 1.0) -> Quote:
    """The one sentence of an article of the so-manieth day."""
    published = datetime.fromordinal(date(2024, 1, 1).toordinal() + day).replace(tzinfo=UTC)
    one = Article(id=name, text=text, lang="pt", published=published, first_seen=NOW, indexed=NOW)
    return Quote(article=one, start=0, end=len(text), score=score)


def said(*quotes: Quote) -> list[Claim]:
    return list(TimelineWriter().write("O que houve?", quotes))


def test_of_one_day_the_best_told_event_is_a_row() -> None:
    assert isinstance(TimelineWriter(), Writer)
    claims = said(quote(TELLING[0], "a", 5, 0.6), quote(TELLING[1], "b", 5, 0.9), quote(TELLING[2], "c", 1, 0.5))
    assert [claim.text for claim in claims] == [TELLING[2], TELLING[1]]


def test_of_many_days_those_are_left_out_that_crowd_together() -> None:
    words = "Ana Bia Caio Davi Elis Fabio Gal Hugo Igor Joana".split()
    apart = [quote(f"{word} chegou.", word, 30 * place) for place, word in enumerate(words[:ROWS])]
    beside = quote(f"{words[-1]} chegou.", words[-1], 1)
    assert [claim.text for claim in said(*apart, beside)] == [one.text for one in apart]


def test_days_later_the_same_words_are_another_event_unless_they_are_a_copy() -> None:
    assert (ALIKE, COPIED, NEWS_DAYS) == (0.5, 0.8, 3)
    first, half = "Ana Bia Caio Davi saiu.", "Ana Bia Caio Hugo Igor."  # 3 of 5 in common
    assert [claim.also for claim in said(quote(first, "a", 0), quote(half, "b", 3))] == [(1,)]
    assert [claim.also for claim in said(quote(first, "a", 0), quote(half, "b", 4))] == [(), ()]
    assert [claim.also for claim in said(quote(first, "a", 0), quote(first, "b", 90))] == [(1,)]


def test_of_few_words_no_share_is_whole() -> None:
    assert overlap({"pont"}, {"pont", "rio"}) == pytest.approx(1 / 3)
    assert overlap(frozenset(), frozenset()) == 0


@given(some.lists(some.tuples(some.sampled_from(TELLING), some.integers(0, 40), some.floats(0, 1)), max_size=12))
def test_whatever_the_quotes_rows_run_in_time_and_every_claim_stands(found: list[tuple[str, int, float]]) -> None:
    quotes = [quote(text, f"a{place}", day, score) for place, (text, day, score) in enumerate(found)]
    claims = said(*quotes)
    told = [quotes[claim.quotes[0]].article.day for claim in claims]
    assert len(claims) <= ROWS
    assert bool(claims) is any(one.score for one in quotes)
    assert all(one < other for one, other in pairwise(told) if one and other)
    assert len({place for claim in claims for place in (*claim.quotes, *claim.also)}) == sum(len(claim.quotes) + len(claim.also) for claim in claims)
    assert all(check_claim(claim, quotes) == "" for claim in claims)
