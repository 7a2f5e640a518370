"""Dates in questions, asked on Tuesday 20 January 2026.

A line of the tables is a question, the words that are the date in brackets, and the days that they mean: one day, "first to last",
"since …" or "until …", "as a name" when it only names an event.
"""

import re
from datetime import date, timedelta
from unicodedata import normalize

import pytest
from hypothesis import example, given
from hypothesis import strategies as some
from pydantic import ValidationError

from qa import days
from qa.dateasked import fold
from qa.dates import Dated, Interval, dated, history, interval

TODAY = date(2026, 1, 20)

PORTUGUESE = """
O que houve em [7 de janeiro de 2026]? = 2026-01-07
O que houve em [7/1/2026]? = 2026-01-07
O que houve em [07-01-2026]? = 2026-01-07
O que houve em [7.1.2026]? = 2026-01-07
O que houve em [7/1/26]? = 2026-01-07
O que houve em [12/25/2025]? = 2025-12-25
O que houve em [2026-01-07]? = 2026-01-07
O que houve em [7/1]? = 2026-01-07
Quem venceu em [7 de janeiro]? = 2026-01-07
Quem venceu em [25 de janeiro]? = 2025-01-25
Quem venceu em [29 de fevereiro]? = 2024-02-29
O que abre no [próximo dia 25 de janeiro]? = 2026-01-25
O que houve em [1º de maio de 2025]? = 2025-05-01
O que houve em [primeiro de maio]? = 2025-05-01
O que houve na [terça-feira, 13 de janeiro]? = 2026-01-13
Quem falou na [segunda-feira, 18 de novembro]? = 2024-11-18
Quem falou na [segunda-feira, 13 de janeiro]? = 2025-01-13
Quem falou na [segunda-feira, 13 de janeiro de 2026]? = 2026-01-13
Quem morreu [nesta quarta-feira (14)]? = 2026-01-14
Quem morreu na [sexta-feira, dia 5]? = 2025-12-05
Quem morreu [nesta quarta-feira]? = 2026-01-14
Quem morreu [nesta quinta]? = 2026-01-15
Quem morreu no [dia 13]? = 2026-01-13
Quem morreu no [dia 31]? = 2025-12-31
O que houve em [janeiro de 2026]? = 2026-01-01 to 2026-01-31
O que houve em [março]? = 2025-03-01 to 2025-03-31
o que houve em [marco]? = 2025-03-01 to 2025-03-31
o que houve em [marco de 2024]? = 2024-03-01 to 2024-03-31
O que houve em [janeiro]? = 2026-01-01 to 2026-01-31
O que houve em [fevereiro de 2024]? = 2024-02-01 to 2024-02-29
O que houve em [agosto passado]? = 2025-08-01 to 2025-08-31
O que houve em [agosto do ano passado]? = 2025-08-01 to 2025-08-31
O que muda em [dezembro deste ano]? = 2026-12-01 to 2026-12-31
O que houve no [mês de maio]? = 2025-05-01 to 2025-05-31
O que houve em [maio]? = 2025-05-01 to 2025-05-31
[Maio de 2024] teve quantas enchentes? = 2024-05-01 to 2024-05-31
Quanto custava em [jan/2026]? = 2026-01-01 to 2026-01-31
O que muda no [próximo março]? = 2026-03-01 to 2026-03-31
Quem foi eleito em [2025]? = 2025-01-01 to 2025-12-31
Qual foi a inflação de [2025]? = 2025-01-01 to 2025-12-31
Qual é o orçamento [2026] do Brasil? = 2026-01-01 to 2026-12-31
Como era nos [anos 1990]? = 1990-01-01 to 1999-12-31
Como era nos [anos 90]? = 1990-01-01 to 1999-12-31
Como era na [década de 80]? = 1980-01-01 to 1989-12-31
Como era nos [anos 2000]? = 2000-01-01 to 2009-12-31
Qual foi o lucro do [terceiro trimestre de 2025]? = 2025-07-01 to 2025-09-30
Qual foi o lucro do [3º trimestre de 2025]? = 2025-07-01 to 2025-09-30
Qual foi o lucro do [3T25]? = 2025-07-01 to 2025-09-30
Qual foi o lucro do [quarto trimestre]? = 2025-10-01 to 2025-12-31
Qual foi o lucro do [último trimestre]? = 2025-10-01 to 2025-12-31
Qual foi o lucro do [último trimestre de 2024]? = 2024-10-01 to 2024-12-31
Qual foi o lucro no [primeiro semestre de 2025]? = 2025-01-01 to 2025-06-30
Qual foi o lucro na [segunda metade de 2025]? = 2025-07-01 to 2025-12-31
O que aconteceu [hoje]? = 2026-01-20
O QUE ACONTECEU [HOJE]? = 2026-01-20
Quem jogou [ontem] à noite? = 2026-01-19
Quem jogou [anteontem]? = 2026-01-18
Quem jogou [antes de ontem]? = 2026-01-18
Quem joga [amanhã]? = 2026-01-21
Quem joga [depois de amanhã]? = 2026-01-22
Quem joga [nesta noite]? = 2026-01-20
O que aconteceu em Davos [nesta semana]? = 2026-01-19 to 2026-01-25
O que houve na [semana passada]? = 2026-01-12 to 2026-01-18
O que houve na [semana retrasada]? = 2026-01-05 to 2026-01-11
O que houve na [última semana]? = 2026-01-12 to 2026-01-20
O que muda na [próxima semana]? = 2026-01-26 to 2026-02-01
O que muda na [semana que vem]? = 2026-01-26 to 2026-02-01
O que houve no [mês passado]? = 2025-12-01 to 2025-12-31
O que houve [este mês]? = 2026-01-01 to 2026-01-31
O que houve no [ano passado]? = 2025-01-01 to 2025-12-31
O que muda [este ano]? = 2026-01-01 to 2026-12-31
O que muda no [próximo ano]? = 2027-01-01 to 2027-12-31
O que houve nos [últimos 3 dias]? = 2026-01-17 to 2026-01-20
O que houve nos [últimos três dias]? = 2026-01-17 to 2026-01-20
O que houve nas [últimas 48 horas]? = 2026-01-18 to 2026-01-20
O que houve nos [últimos dois meses]? = 2025-11-20 to 2026-01-20
O que muda nos [próximos dez dias]? = 2026-01-20 to 2026-01-30
O que houve [há dois dias]? = 2026-01-18
o que houve [ha uma semana]? = 2026-01-12 to 2026-01-18
O que houve [três meses atrás]? = 2025-10-01 to 2025-10-31
O que houve [há dois anos] em Brumadinho? = 2024-01-01 to 2024-12-31
O que Lula disse na [segunda-feira]? = 2026-01-19
O que Lula disse na [segunda] sobre a Venezuela? = 2026-01-19
Na [quinta], o que a Câmara votou? = 2026-01-15
O que Lula disse na [terça-feira]? = 2026-01-20
O que Lula disse na [última sexta-feira]? = 2026-01-16
O que Lula disse na [sexta passada]? = 2026-01-16
O que Lula fará na [próxima quarta]? = 2026-01-21
Quem jogou no [domingo]? = 2026-01-18
Quem jogou no [sábado] em Madri? = 2026-01-17
Quem jogou no [fim de semana]? = 2026-01-17 to 2026-01-18
Quem jogou no [fim de semana passado]? = 2026-01-17 to 2026-01-18
Quem joga [neste fim de semana]? = 2026-01-24 to 2026-01-25
Quanto subiu [desde março]? = since 2025-03-01
Quanto subiu [desde o início do ano]? = since 2026-01-01
Quanto subiu [desde o início de 2025]? = since 2025-01-01
Quanto subiu [a partir de 2024]? = since 2024-01-01
Quanto subiu de [2024 em diante]? = since 2024-01-01
Quanto subiu [depois de 1º de maio]? = since 2025-05-02
Quantos morreram [até janeiro]? = until 2026-01-31
Quantos votam [até março]? = until 2026-03-31
Quantos morreram [até dezembro]? = until 2025-12-31
O que muda [até sexta-feira]? = until 2026-01-23
Quem governou [antes de 2020]? = until 2019-12-31
Quem governou [antes do fim de 2025]? = until 2025-12-31
O que houve entre [1 e 15 de janeiro]? = 2026-01-01 to 2026-01-15
O que houve de [7 a 9 de janeiro de 2026]? = 2026-01-07 to 2026-01-09
O que houve nos dias [7 e 8 de janeiro]? = 2026-01-07 to 2026-01-08
O que houve [entre março e maio de 2025]? = 2025-03-01 to 2025-05-31
o que houve [entre marco e maio]? = 2025-03-01 to 2025-05-31
O que houve [de novembro a março]? = 2024-11-01 to 2025-03-31
O que houve [de 15 de dezembro a 10 de janeiro]? = 2025-12-15 to 2026-01-10
O que houve [desde março até maio]? = 2025-03-01 to 2025-05-31
O que houve [entre 2024 e hoje]? = 2024-01-01 to 2026-01-20
Quem governou [de 2019 a 2021]? = 2019-01-01 to 2021-12-31
Quem governou em [2019-2021]? = 2019-01-01 to 2021-12-31
Quem ganhou a Copa de [2022]? = 2022-01-01 to 2022-12-31 as a name
Quem venceu as Eleições [2018]? = 2018-01-01 to 2018-12-31 as a name
Quem venceu as eleições de [2018]? = 2018-01-01 to 2018-12-31 as a name
O que houve desde a Copa de [2022]? = 2022-01-01 to 2022-12-31 as a name
Quem foi preso pelos atos de [8 de janeiro]? = 2026-01-08 as a name
"""

ENGLISH = """
What happened on [January 7, 2026]? = 2026-01-07
What happened on [7 January 2026]? = 2026-01-07
What happened on [Jan. 7]? = 2026-01-07
What happened on [2026-01-07]? = 2026-01-07
What happened on [1/7/2026]? = 2026-01-07
What happened on [25/1/2026]? = 2026-01-25
What happened on [the 7th of January]? = 2026-01-07
What happened on [January 7th]? = 2026-01-07
What happened on [Tuesday, January 13]? = 2026-01-13
What happened on [January 25]? = 2025-01-25
What opens [next January 25]? = 2026-01-25
What happened in [January 2026]? = 2026-01-01 to 2026-01-31
What happened in [March]? = 2025-03-01 to 2025-03-31
What happened in [may]? = 2025-05-01 to 2025-05-31
What happened on [May 7]? = 2025-05-07
What happened in [May 2025]? = 2025-05-01 to 2025-05-31
What happened [last August]? = 2025-08-01 to 2025-08-31
What happened [last January]? = 2025-01-01 to 2025-01-31
What happened in [August of last year]? = 2025-08-01 to 2025-08-31
What opens [next March]? = 2026-03-01 to 2026-03-31
What was said at the [March] summit? = 2025-03-01 to 2025-03-31
How many died in [January], 12 people? = 2026-01-01 to 2026-01-31
How many of the 2,000 people left in [March]? = 2025-03-01 to 2025-03-31
Who was elected in [2025]? = 2025-01-01 to 2025-12-31
How did Brazil's [2025] budget pass? = 2025-01-01 to 2025-12-31
Which [2024] film won? = 2024-01-01 to 2024-12-31
How was [the 1990s] music made? = 1990-01-01 to 1999-12-31
How was music made in [the '90s]? = 1990-01-01 to 1999-12-31
What changed in [the mid-1990s]? = 1990-01-01 to 1999-12-31
What changed in [mid-2025]? = 2025-01-01 to 2025-12-31
What was the profit in [Q3 2025]? = 2025-07-01 to 2025-09-30
What was the profit in [Q3]? = 2025-07-01 to 2025-09-30
What was the profit in the [third quarter of 2025]? = 2025-07-01 to 2025-09-30
What was the profit in the [first half of 2025]? = 2025-01-01 to 2025-06-30
What happened [today]? = 2026-01-20
How did [yesterday]'s vote end? = 2026-01-19
Who played [last night]? = 2026-01-19
Who played the [day before yesterday]? = 2026-01-18
Who plays [tomorrow]? = 2026-01-21
What happened [this week]? = 2026-01-19 to 2026-01-25
What happened [last week]? = 2026-01-12 to 2026-01-18
What happened over the [past week]? = 2026-01-13 to 2026-01-20
What happens [next week]? = 2026-01-26 to 2026-02-01
What happened [last month]? = 2025-12-01 to 2025-12-31
What happened [last year]? = 2025-01-01 to 2025-12-31
What happens [this year]? = 2026-01-01 to 2026-12-31
What happened in the [past three days]? = 2026-01-17 to 2026-01-20
What happened in the [last two weeks]? = 2026-01-06 to 2026-01-20
What happened [two days ago]? = 2026-01-18
What happened [two months ago]? = 2025-11-01 to 2025-11-30
Who spoke on [Friday]? = 2026-01-16
Who spoke on [Tuesday]? = 2026-01-20
Who spoke [last Tuesday]? = 2026-01-13
Who speaks [next Friday]? = 2026-01-23
Who speaks [this Friday]? = 2026-01-23
Who spoke on [Monday, 18 November]? = 2024-11-18
Who spoke on [Friday] night? = 2026-01-16
Who played over the [weekend]? = 2026-01-17 to 2026-01-18
Who played [last weekend]? = 2026-01-17 to 2026-01-18
How far did it fall [since March]? = since 2025-03-01
How far did it fall [since early 2025]? = since 2025-01-01
How far did it fall [since last week]? = since 2026-01-12
How far did it fall [after May 1]? = since 2025-05-02
How many votes come [by March]? = until 2026-03-31
How many votes came [until January]? = until 2026-01-31
Who ruled [before 2020]? = until 2019-12-31
Who ruled from [2024 onwards]? = since 2024-01-01
What happened between [1 and 15 January]? = 2026-01-01 to 2026-01-15
What happened on [January 1-15, 2026]? = 2026-01-01 to 2026-01-15
What happened [from March to May 2025]? = 2025-03-01 to 2025-05-31
what happened [from march to may]? = 2025-03-01 to 2025-05-31
What happened [between March and May]? = 2025-03-01 to 2025-05-31
What happened [from Monday to Wednesday]? = 2026-01-12 to 2026-01-14
Who ruled [from 2019 to 2021]? = 2019-01-01 to 2021-12-31
Who ruled in [2019–2021]? = 2019-01-01 to 2021-12-31
Who won the [2024-25] season? = 2024-01-01 to 2025-12-31 as a name
Who won the [2022] World Cup? = 2022-01-01 to 2022-12-31 as a name
Who won the World Cup [2022]? = 2022-01-01 to 2022-12-31 as a name
Who ruled before the [2022] election? = 2022-01-01 to 2022-12-31 as a name
Who was jailed for the [January 6] riot? = 2026-01-06 as a name
"""

NOTHING = {
    "pt": """
Quantas foram as 2025 pessoas?
Morreram mais de 2000?
Havia cerca de 2025 casas?
Quem comanda o grupo de 2000 soldados?
Qual é a segunda maior cidade?
Quem caiu na segunda maior cidade?
Quem joga na segunda rodada?
Quem venceu na primeira fase e na segunda?
Quando estreia a quarta temporada?
O que muda na quinta geração?
Qual é a sexta economia do mundo?
O que houve antes da eleição?
Em que ano ela nasceu?
Que dia é o jogo?
Quem venceu no Rio de Janeiro?
Quem votou o marco temporal?
Quem é Marco Rubio?
Quem lançou o Outubro Rosa?
Quem desfilou de maiô?
O que diz o Jornal Hoje?
Quem dirige o Museu do Amanhã?
Como se vive hoje em dia?
Quem treinou o GPT-2020?
Quem abre de segunda a sexta?
Quem abre de segunda-feira a sexta-feira?
Quem joga toda sexta-feira?
O que fecha na Sexta-feira Santa?
Onde fica a Avenida 7 de Setembro?
O que se vende na 25 de março?
Custou R$ 2025?
O que diz a Lei 14.133/2021?
Há quantos metros fica, 2000 metros?
Preso há dois anos sem julgamento?
O que houve há dois anos que mudou tudo?
O que houve na última semana da novela?
Quem teve 1/3 dos votos?
O que houve em 31 de fevereiro?
O que houve em 30/02/2026?
O que houve em 31 de fevereiro de 2025?
Quem é Plácido Domingo?
""",
    "en": """
What may happen?
May I ask who won?
What did Theresa May say?
Who led the march in Berlin?
Who joined the Women's March?
Who will march on Washington?
How many of the 7 may resign?
What is the second largest city?
Who scored in the second half?
How long was the 3-day visit?
Who is the 5-year-old?
Where did 2,000 people go?
Where did 2025 people go?
Who killed 2000 people?
Who trained GPT-2020?
What year was it?
What day is the game?
Who ruled before the election?
What sold on Black Friday?
Who plays every Sunday?
Who works Monday to Friday?
What did the Sunday Times print?
Who hosts Saturday Night Live?
What did USA Today print?
Who hosts Last Week Tonight?
Did it cost $2025 or $ 2000 or $2,025?
What happened on 31 February?
What happened on February 30, 2026?
What happened on 2026-13-45?
What happened on 13/13/2026?
Who works 24/7?
Who lived in his 90s?
Who led the October Revolution?
Who won in the last week of the campaign?
Did more than 2000 die?
Who wrote like August Wilson?
What left at 20:25?
Who ran version 1.2.2025.4?
Who ran the 2000 meters?
Who closed it more than two years ago?
""",
}


def lines(table: str) -> list[str]:
    return [line for line in table.splitlines() if line]


def told(found: Interval) -> str:
    """Days as the tables write them."""
    if found.since == found.until:
        days = f"{found.since}"
    elif found.since and found.until:
        days = f"{found.since} to {found.until}"
    else:
        days = f"since {found.since}" if found.since else f"until {found.until}"
    return days + " as a name" * found.naming


def days_of(text: str, lang: str, as_of: date = TODAY) -> list[str]:
    return [told(one) for one in dated(text, lang, as_of)]


@pytest.mark.parametrize(
    ("lang", "line"),
    [("pt", line) for line in lines(PORTUGUESE)] + [("en", line) for line in lines(ENGLISH)],
    ids=lambda value: value.split("? =")[0],
)
def test_a_date_is_found_in_its_words_and_means_its_days(lang: str, line: str) -> None:
    marked, _, meant = line.rpartition(" = ")
    question = marked.replace("[", "").replace("]", "")
    start, end = marked.index("["), marked.index("]") - 1
    assert [(question[one.start : one.end], told(one)) for one in dated(question, lang, TODAY)] == [(question[start:end], meant)]


@pytest.mark.parametrize(("lang", "question"), [(lang, line) for lang, table in NOTHING.items() for line in lines(table)])
def test_what_is_no_date_gives_nothing(lang: str, question: str) -> None:
    assert dated(question, lang, TODAY) == ()


def test_the_tables_are_long_enough_to_trust() -> None:
    assert len(lines(PORTUGUESE)) + len(lines(ENGLISH)) >= 120
    assert sum(len(lines(table)) for table in NOTHING.values()) >= 40


@pytest.mark.parametrize("question", ["O que houve em 7 de março e na terça-feira?", "Quem jogou na última semana, há três dias?"])
def test_accents_may_be_missing(question: str) -> None:
    assert days_of(fold(question), "pt") == days_of(question, "pt") != []


def test_every_expression_stands_in_reading_order() -> None:
    question = "Entre ontem, 7 de janeiro e o ano passado, quando choveu mais?"
    assert [question[one.start : one.end] for one in dated(question, "pt", TODAY)] == ["ontem", "7 de janeiro", "ano passado"]


def test_odd_characters_before_a_date_do_not_move_it() -> None:
    question = "ﬁm? İzmir, ½ ² Ω 『x』 em 7 de janeiro, ﬀ"
    [found] = dated(question, "pt", TODAY)
    assert question[found.start : found.end] == "7 de janeiro"


def test_on_a_sunday_the_weekend_is_its_own_and_the_last_one_is_over() -> None:
    sunday = date(2026, 1, 18)
    assert days_of("Quem jogou no fim de semana?", "pt", sunday) == ["2026-01-17 to 2026-01-18"]
    assert days_of("Quem jogou no fim de semana passado?", "pt", sunday) == ["2026-01-10 to 2026-01-11"]
    assert days_of("Who plays next weekend?", "en", sunday) == ["2026-01-24 to 2026-01-25"]


def test_an_unknown_language_is_read_as_english() -> None:
    assert days_of("on January 7", "de") == ["2026-01-07"]


def one_interval(question: str, lang: str) -> str:
    found = interval(dated(question, lang, TODAY))
    return told(found) if found else "none"


@pytest.mark.parametrize(
    ("lang", "question", "meant"),
    [
        ("pt", "O que houve?", "none"),
        ("pt", "O que houve ontem, em janeiro?", "2026-01-19"),
        ("pt", "O que mudou em 2024 e desde março?", "since 2024-01-01"),
        ("en", "What changed in 2024 or in 2026?", "2024-01-01 to 2026-12-31"),
        ("en", "What changed since March, until yesterday?", "2025-03-01 to 2026-01-19"),
        ("en", "What happened after 2024, or before 2020?", "none"),
        ("pt", "O que se disse ontem da Copa de 2022?", "2026-01-19"),
        ("pt", "Quem ganhou a Copa de 2022?", "2022-01-01 to 2022-12-31 as a name"),
    ],
)
def test_a_question_asks_about_one_interval(lang: str, question: str, meant: str) -> None:
    assert one_interval(question, lang) == meant


@pytest.mark.parametrize(
    ("lang", "question"),
    [
        ("pt", "Quem ganhou a Copa de 2022?"),
        ("pt", "O que houve em 2024?"),
        ("pt", "O que houve em 15 de novembro de 1889?"),
        ("pt", "Quando a empresa foi fundada?"),
        ("pt", "Qual é o maior incêndio na história do Chile?"),
        ("pt", "Como era no século XIX?"),
        ("pt", "Quem governou antes de 2020?"),
        ("en", "Who founded the company?"),
        ("en", "Who was the first-ever winner?"),
        ("en", "What is the longest game in NBA history?"),
        ("en", "What was it originally called?"),
        ("en", "What happened in the 1990s?"),
    ],
)
def test_history_is_told_from_news(lang: str, question: str) -> None:
    assert history(question, lang, TODAY)


@pytest.mark.parametrize(
    ("lang", "question"),
    [
        ("pt", "O que houve em dezembro?"),
        ("pt", "O que houve em março de 2025?"),
        ("pt", "Quanto subiu desde 2020?"),
        ("pt", "Quantos morreram até dezembro?"),
        ("pt", "Qual é a história do filme?"),
        ("pt", "Quem fez história em Davos?"),
        ("en", "Who made history in Davos?"),
        ("en", "What happened last week?"),
        ("en", "How many ships passed?"),
        ("en", "What opens in 2027?"),
    ],
)
def test_news_is_told_from_history(lang: str, question: str) -> None:
    assert not history(question, lang, TODAY)


def test_an_interval_has_an_end_and_runs_forward() -> None:
    with pytest.raises(ValidationError, match="is no interval"):
        Interval(since=None, until=None)
    with pytest.raises(ValidationError, match="is no interval"):
        Dated(since=TODAY, until=TODAY - timedelta(days=1), start=0, end=1)


PIECES = re.findall(r"[^\W_]+|[^\w\s]", PORTUGUESE + ENGLISH + "º ª ’ ' R$ – — / . :")
TEXTS = some.text(max_size=80) | some.lists(some.sampled_from(PIECES), max_size=25).map(" ".join)
DAYS = some.dates() | some.sampled_from([date.min, date.max, date(1, 1, 8), date(9999, 12, 30), date(2024, 2, 29), TODAY])


@given(TEXTS, some.sampled_from(["pt", "en"]), DAYS)
@example("antes de ontem, há 999 anos, no próximo ano, na última semana, até sábado", "pt", date.min)
@example("this weekend, in the next 999 decades, after tomorrow, next week, this decade", "en", date.max)
@example("em 29 de fevereiro de 2025, 0/0/2025, dia 0, dia 99, 99 de maio", "pt", TODAY)
def test_any_text_on_any_day_gives_intervals_inside_it(text: str, lang: str, as_of: date) -> None:
    text = normalize("NFC", text)
    found = dated(text, lang, as_of)
    ends = [0]
    for one in found:
        assert ends[-1] <= one.start < one.end <= len(text)
        assert (one.since or date.min) <= (one.until or date.max)
        ends.append(one.end)
    interval(found)
    history(text, lang, as_of)


@given(some.lists(some.tuples(some.none() | some.dates(), some.none() | some.dates())))
def test_the_one_interval_lies_between_the_first_and_the_last_day(ends: list[tuple[date | None, date | None]]) -> None:
    found = [Interval(since=a, until=b) for a, b in ends if (a or b) and (a or date.min) <= (b or date.max)]
    if whole := interval(found):
        assert whole.since is None or whole.since >= min(one.since or date.min for one in found)
        assert whole.until is None or whole.until <= max(one.until or date.max for one in found)


@given(some.text())
def test_folding_keeps_every_character_in_its_place(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(DAYS, some.integers(-(10**7), 10**7), some.sampled_from(["day", "week", "month", "quarter", "half", "year", "decade"]))
def test_no_move_leaves_the_calendar(day: date, by: int, unit: str) -> None:
    assert date.min <= days.moved(day, by, unit) <= date.max
    first, last = days.period(day, unit)
    assert first <= last


@given(some.dates(min_value=date(2, 1, 1), max_value=date(9990, 1, 1)), some.sampled_from(["week", "month", "quarter", "half", "year"]))
def test_a_period_holds_its_day_and_the_next_begins_after_it(day: date, unit: str) -> None:
    first, last = days.period(day, unit)
    assert first <= day <= last
    assert days.period(last + timedelta(days=1), unit)[0] == last + timedelta(days=1)
