"""Kinds: what sort of answer is asked for, of what noun and in what unit, in questions as people ask them."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as some

from index.text import LANGUAGES
from qa.kinds import NOUN_WORDS, UNITS, Asked, asking_part, counted, is_only_asking, kind_of, unit_asked
from qa.question import content_stems

KINDS: dict[Asked, dict[str, list[str]]] = {
    Asked.WHO: {
        "pt": [
            "Quem lançou o GLM-Image?",
            "Como se chama o presidente da Huawei?",
            "Como se chamava o piloto do avião?",
            "Qual ministro assinou a portaria?",
            "Qual é o nome do novo papa?",
            "Qual o nome da enfermeira que recebeu a primeira dose?",
            "De quem é a casa que pegou fogo?",
            "Por quem a ponte foi projetada?",
            "Com quem Lula se reuniu na terça-feira?",
            "Que jogador marcou o gol do título?",
            "Quais deputados votaram contra a PEC?",
            "Qual senadora pediu vista?",
        ],
        "en": [
            "Who trained the model?",
            "Whose car was stolen?",
            "To whom was the letter sent?",
            "Which senator voted against the bill?",
            "What is the name of the captain?",
            "What actor plays the detective?",
            "By whom was the bridge designed?",
            "Name the author of the report.",
            "Which former minister was arrested?",
            "What was the name of the judge who blocked the order?",
            "With whom did the president meet on Tuesday?",
        ],
    },
    Asked.WHERE: {
        "pt": [
            "Onde caiu o avião?",
            "Em que cidade foi a final da Copa?",
            "Qual país pousou na Lua em 2023?",
            "De onde vem o vírus?",
            "Para onde foi levado o suspeito?",
            "Aonde foi o ministro?",
            "Em qual hospital o presidente está internado?",
            "Por onde passou o furacão?",
            "Em que estádio será a final?",
            "Qual é a capital da Austrália?",
        ],
        "en": [
            "Where did the ship run aground?",
            "Which city hosted the Olympic Games?",
            "In what country was the vaccine made?",
            "At which airport did the plane land?",
            "What state has the most cases?",
            "Where were the bodies found?",
            "In which US state did the tornado hit?",
            "Which national park was closed?",
            "From which country do the workers come?",
            "Where is the company based, and since when?",
        ],
    },
    Asked.WHEN: {
        "pt": [
            "Quando o museu pegou fogo?",
            "Em que ano foi fundada a Z.AI?",
            "Em que dia a sonda saiu da heliosfera?",
            "Desde quando a lei está em vigor?",
            "Até quando vai a greve?",
            "Que horas começa o jogo?",
            "Qual é a data da eleição?",
            "Em que mês o preço subiu?",
            "Em que século foi construída a igreja?",
            "E quando ele nasceu?",
            "Para quando está marcada a votação?",
            "De quando é a foto?",
        ],
        "en": [
            "When was the canal opened?",
            "In which year did the bank fail?",
            "What date was the treaty signed?",
            "Since when has the law been in force?",
            "What time does the match start?",
            "On what day did the storm hit?",
            "By when must the troops leave?",
            "And when was he born?",
            "In what month did inflation peak?",
            "How soon will the vaccine be ready?",
            "What year was the tower built?",
            "Until when is the bridge closed?",
        ],
    },
    Asked.COUNT: {
        "pt": [
            "Quantas pessoas moram no Brasil?",
            "Quantos chips a China pediu à Nvidia?",
            "Qual foi o placar da final?",
            "Quantos anos tem o presidente?",
            "Qual a altura da torre?",
            "Quanto tempo durou o apagão?",
            "Qual é a população de Recife?",
            "A que velocidade ia o trem?",
            "Qual o número de mortos no terremoto?",
            "Com que idade ele morreu?",
            "Qual foi a magnitude do terremoto?",
            "Em quantos estados faltou luz?",
            "Qual foi o total de casos em 2024?",
            "Quanto choveu em Recife?",
        ],
        "en": [
            "How many ships were waiting?",
            "How old is the president?",
            "What was the score of the match?",
            "How tall is the tower?",
            "How long did the strike last?",
            "How far is the star?",
            "What was the death toll?",
            "In how many states did the power fail?",
            "How fast was the train going?",
            "What is the population of Recife?",
            "At what age did she die?",
            "What was the magnitude of the earthquake?",
            "How big is the hole?",
            "How often do the buses run?",
            "How much rain fell in Recife?",
        ],
    },
    Asked.MONEY: {
        "pt": [
            "Quanto custa o GLM-Image?",
            "Qual é o preço da ação?",
            "Por quanto o quadro foi vendido?",
            "Quanto a Microsoft pagou pela Activision?",
            "Quanto dinheiro foi roubado?",
            "Qual o valor da multa?",
            "Quantos reais custa a passagem?",
            "Qual foi o lucro da Petrobras em 2023?",
            "Qual é o salário do prefeito?",
            "Quanto o filme arrecadou no fim de semana?",
            "Quanto vale a Z.AI?",
            "Quanto Musk gastou na campanha?",
            "Qual foi a receita da empresa?",
        ],
        "en": [
            "How much did the cathedral cost?",
            "What price did the painting fetch?",
            "For how much was the company sold?",
            "How much money was stolen?",
            "How much is the company worth?",
            "What was the fine?",
            "How many dollars did the bank lose?",
            "How much did Microsoft pay for Activision?",
            "What is the annual budget of the agency?",
            "How much was the singer paid?",
            "How much did the film make at the box office?",
            "What salary does the mayor get?",
            "How much will the company invest in Brazil?",
        ],
    },
    Asked.PERCENT: {
        "pt": [
            "Qual o percentual de desmatamento em 2024?",
            "Que parcela da população foi vacinada?",
            "Qual é a taxa de desemprego?",
            "Qual foi a taxa de juros em maio?",
            "Que porcentagem dos eleitores se absteve?",
            "Em que percentual subiu a gasolina?",
            "Quantos por cento das escolas fecharam?",
            "Qual a porcentagem de aprovação do governo?",
        ],
        "en": [
            "What percentage of voters stayed at home?",
            "By how many per cent did prices rise?",
            "What share of the market does Nvidia have?",
            "What is the unemployment rate?",
            "What proportion of schools closed?",
            "By what percentage did the shares fall?",
            "How many percent of the schools closed?",
            "What was the inflation rate in May?",
        ],
    },
    Asked.WHICH: {
        "pt": [
            "Qual empresa comprou o Twitter?",
            "Que partido venceu as eleições?",
            "Quais times subiram para a Série A?",
            "Em que jornal saiu a notícia?",
            "Qual vacina foi aprovada pela Anvisa?",
            "Sobre que tema falou o papa?",
            "Qual é a língua oficial do Suriname?",
            "Que filme ganhou o Oscar?",
            "Por qual clube ele joga?",
            "Com que chip o modelo foi treinado?",
        ],
        "en": [
            "Which airline bought Spirit?",
            "What is it called?",
            "Which chip was the model trained on?",
            "What company makes the vaccine?",
            "Which team won the cup?",
            "What film won the Oscar?",
            "What language is spoken in Suriname?",
            "For which club does he play?",
            "Which of the drugs was approved?",
            "What was the ship named?",
        ],
    },
    Asked.WHY: {
        "pt": [
            "Por que a bolsa caiu?",
            "Qual foi o motivo da greve?",
            "Por qual razão o jogo foi adiado?",
            "Por que motivo a ponte caiu?",
            "Porque o ministro pediu demissão?",
            "Qual a causa do incêndio?",
            "O juiz foi afastado por quê?",
            "Qual a razão do atraso?",
            "O que causou o incêndio?",
            "A que se deve a alta dos preços?",
            "De que morreu o ator?",
        ],
        "en": [
            "Why did the museum burn?",
            "What was the reason for the delay?",
            "How come the match was called off?",
            "What was the cause of the fire?",
            "For what reason was he fired?",
            "Why are people protesting in Paris?",
            "What is the main reason for the strike?",
            "What was the motive of the attacker?",
            "What caused the blackout?",
        ],
    },
    Asked.HOW: {
        "pt": [
            "Como o suspeito fugiu?",
            "De que forma o dinheiro foi desviado?",
            "Como funciona o Pix?",
            "De que maneira o vírus se espalha?",
            "E como ele foi preso?",
            "Como os cientistas mediram a idade da rocha?",
        ],
        "en": [
            "How did the suspect escape?",
            "In what way was the money moved?",
            "How does the vaccine work?",
            "And how was he caught?",
            "How was the ship freed?",
            "How do the whales find their way?",
        ],
    },
    Asked.YES_NO: {
        "pt": [
            "É verdade que o museu reabriu?",
            "Será que o governo vai cair?",
            "O Brasil ganhou a Copa de 2002?",
            "A Petrobras teve lucro em 2023?",
            "Houve mortos no acidente?",
            "Existe vacina contra a dengue?",
            "Foi confirmada a morte do ator?",
            "Lula foi a Pequim?",
            "Há sobreviventes?",
            "Ele se desculpou?",
        ],
        "en": [
            "Did the company say sorry?",
            "Is the museum open again?",
            "Has Brazil won the World Cup?",
            "Were there survivors?",
            "Will the strike go on?",
            "Can the vaccine be given to children?",
            "Are the schools still closed?",
            "Was the pilot drunk?",
            "Does the phone have a headphone jack?",
            "Should I boil the water?",
        ],
    },
    Asked.OTHER: {
        "pt": [
            "O que é o GLM-Image?",
            "Fale sobre a reforma tributária.",
            "O que aconteceu em Brumadinho?",
            "O que disse o presidente sobre juros?",
            "Do que trata o projeto de lei?",
            "preço da gasolina",
            "GLM-Image",
        ],
        "en": [
            "What is a leap second?",
            "Tell me about the Suez Canal.",
            "What happened in Brumadinho?",
            "What did the president say about interest rates?",
            "What does the bill do?",
            "Suez Canal",
        ],
    },
}
ASKED = [(kind, lang, text) for kind, by_lang in KINDS.items() for lang, texts in by_lang.items() for text in texts]


@pytest.mark.parametrize(("kind", "lang", "text"), ASKED, ids=[text for _, _, text in ASKED])
def test_a_question_tells_the_kind_of_its_answer(kind: Asked, lang: str, text: str) -> None:
    assert kind_of(text, lang) is kind


def test_every_kind_is_asked_for_in_both_languages() -> None:
    assert len(ASKED) >= 120
    assert set(KINDS) == set(Asked)
    assert all(set(by_lang) == set(LANGUAGES) for by_lang in KINDS.values())


@pytest.mark.parametrize(
    ("lang", "text", "kind"),
    [
        # a clause with "quando" or "when" does not ask
        ("pt", "Quando o avião caiu, quantas pessoas estavam a bordo?", Asked.COUNT),
        ("pt", "Quando a Z.AI lançou o modelo, em que cidade ficava?", Asked.WHERE),
        ("pt", "O que ele fazia quando foi preso?", Asked.OTHER),
        ("pt", "Quem era o presidente quando o muro caiu?", Asked.WHO),
        ("pt", "Lula estava em Pequim quando a lei foi aprovada?", Asked.YES_NO),
        ("pt", "A ponte reabre quando?", Asked.WHEN),
        ("pt", "O Museu Nacional, quando reabre?", Asked.WHEN),
        ("pt", "Você sabe quando abre o museu?", Asked.WHEN),
        ("en", "When the plane crashed, how many people were on board?", Asked.COUNT),
        ("en", "When the bank failed, who was its chairman?", Asked.WHO),
        ("en", "When the storm hit, in which state did it land?", Asked.WHERE),
        ("en", "What was he doing when he was arrested?", Asked.OTHER),
        ("en", "Was the bridge closed when the ship hit it?", Asked.YES_NO),
        ("en", "Do you know when the bridge opens?", Asked.WHEN),
        ("en", "The museum opens when?", Asked.WHEN),
        # nor does one with "onde", "como", "where", "who"
        ("pt", "A cidade onde nasceu Pelé tem quantos habitantes?", Asked.COUNT),
        ("pt", "Onde nasceu Pelé, e quantos anos ele tinha?", Asked.WHERE),
        ("pt", "Como presidente, quanto ele gastou?", Asked.MONEY),
        ("pt", "A empresa na qual ele trabalha faliu?", Asked.YES_NO),
        ("pt", "O jornal disse que o ministro caiu?", Asked.YES_NO),
        ("pt", "O que o presidente disse?", Asked.OTHER),
        ("en", "Did the man who shot the senator die?", Asked.YES_NO),
        ("en", "What happened to the man who shot the senator?", Asked.OTHER),
        ("en", "Did the firm say how many chips it sold?", Asked.COUNT),
        ("en", "Can you tell me who won the cup?", Asked.WHO),
        # the noun beside the asking word is the one asked for
        ("pt", "Em que país a população caiu?", Asked.WHERE),
        ("pt", "Em que ano a receita da Petrobras caiu?", Asked.WHEN),
        ("pt", "Qual é o nome da cidade onde nasceu Pelé?", Asked.WHERE),
        ("pt", "Qual é a maior cidade da Bolívia?", Asked.WHERE),
        ("pt", "Qual é o estado de saúde do papa?", Asked.WHICH),
        ("pt", "Quanto tempo durou o jogo que o Brasil ganhou?", Asked.COUNT),
        ("pt", "Quanto a Vale produziu de minério?", Asked.COUNT),
        ("pt", "A inflação subiu quantos por cento?", Asked.PERCENT),
        ("pt", "O que disse o ministro sobre a taxa de juros?", Asked.OTHER),
        ("en", "What country has the largest area?", Asked.WHERE),
        ("en", "Liz Truss became prime minister of which country this week?", Asked.WHERE),
        ("en", "What is the name of the city that flooded?", Asked.WHERE),
        ("en", "Which senators voted against the bill?", Asked.WHO),
        ("en", "How much weight did the whale lose?", Asked.COUNT),
        ("en", "What's the price of the ticket?", Asked.MONEY),
        ("en", "Who’s the mayor of Paris?", Asked.WHO),
    ],
)
def test_only_the_asking_word_decides_and_no_clause_beside_it(lang: str, text: str, kind: Asked) -> None:
    assert kind_of(text, lang) is kind


@pytest.mark.parametrize(
    ("lang", "text", "kind"),
    [
        ("pt", "A Huawei lançou um chip. Quanto custa?", Asked.MONEY),
        ("pt", "Quem fundou a Z.AI? E quando?", Asked.WHEN),
        ("pt", "Onde fica o Canal de Suez? Obrigado.", Asked.WHERE),
        ("pt", "Li sobre o Sr. Silva. Por que ele foi preso?", Asked.WHY),
        ("en", "Ford recalled cars. Which city is it in?", Asked.WHERE),
        ("en", "Who won? By how many points?", Asked.COUNT),
        ("en", "I read about the U.S. strike. When does it end? Thanks!", Asked.WHEN),
        ("en", "He asked: “Who paid for it?”", Asked.WHO),
        ("en", "Who runs Nvidia", Asked.WHO),
        ("en", "When was he born? (Elon Musk, who bought Twitter)", Asked.WHEN),
    ],
)
def test_of_several_sentences_the_last_that_asks_decides(lang: str, text: str, kind: Asked) -> None:
    assert kind_of(text, lang) is kind


@pytest.mark.parametrize(
    ("lang", "text", "noun"),
    [
        ("pt", "Quantos chips H200 a China pediu?", "chips H200"),
        ("pt", "Quantas pessoas moram no Brasil?", "pessoas"),
        ("pt", "Quantos dos 300 deputados votaram?", "deputados"),
        ("pt", "Em quantos estados faltou luz?", "estados"),
        ("pt", "Quantas foram as vítimas?", "vítimas"),
        ("pt", "Quantos mortos?", "mortos"),
        ("pt", "Quantas vezes ele venceu?", "vezes"),
        ("pt", "Qual o número de mortos no terremoto?", "mortos"),
        ("pt", "Qual empresa comprou o Twitter?", "empresa"),
        ("pt", "Qual foi a empresa que comprou o Twitter?", "empresa"),
        ("pt", "Quais são os times da final?", "times"),
        ("pt", "Qual dessas vacinas foi aprovada?", "vacinas"),
        ("pt", "Em que cidade foi a final?", "cidade"),
        ("pt", "Quem é o presidente da Nvidia?", "presidente"),
        ("pt", "Qual o nome do piloto do avião?", "piloto"),
        ("pt", "Qual é a língua oficial do Suriname?", "língua oficial"),
        ("en", "How many ships were waiting?", "ships"),
        ("en", "How many of the 300 members voted?", "members"),
        ("en", "In how many states did the power fail?", "states"),
        ("en", "How many more troops were sent?", "troops"),
        ("en", "What was the death toll?", "death toll"),
        ("en", "What is the number of victims?", "victims"),
        ("en", "Which airline bought Spirit?", "airline"),
        ("en", "What company makes the vaccine?", "company"),
        ("en", "Which of the drugs was approved?", "drugs"),
        ("en", "Which national park was closed?", "national park"),
        ("en", "Who is the president of Nvidia?", "president"),
        ("en", "What is the name of the captain?", "captain"),
        ("en", "Who are the owners of the ship?", "owners"),
    ],
)
def test_the_thing_counted_or_chosen_begins_the_nouns_of_the_answer(lang: str, text: str, noun: str) -> None:
    wanted = content_stems(noun, lang)
    found = counted(text, lang, kind_of(text, lang))
    assert found[: len(wanted)] == wanted
    assert len(found) <= NOUN_WORDS


@pytest.mark.parametrize(
    ("lang", "text", "noun"),
    [
        ("en", "Which team of the league won?", ("team",)),
        ("en", "Liz Truss became prime minister of which country this week?", ("countri",)),
        ("en", "Which of the following countries is it?", ("countri",)),
        ("en", "What kind of car won?", ("kind", "car")),
        ("pt", "Que tipo de carro venceu?", ("tip", "carr")),
    ],
)
def test_a_noun_ends_where_a_little_word_begins_another(lang: str, text: str, noun: tuple[str, ...]) -> None:
    assert counted(text, lang, kind_of(text, lang)) == noun


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("pt", "Quem lançou o modelo?"),
        ("pt", "Quando a Z.AI lançou o modelo?"),
        ("pt", "Quanto custa o quadro?"),
        ("pt", "Por que a bolsa caiu?"),
        ("en", "Who won the cup?"),
        ("en", "Where did it happen?"),
        ("en", "How many were killed?"),
        ("en", "What is a leap second?"),
    ],
)
def test_a_question_without_such_a_noun_counts_nothing(lang: str, text: str) -> None:
    assert counted(text, lang, kind_of(text, lang)) == ()


MEASURED: dict[str, dict[str, list[str]]] = {
    "age": {
        "pt": ["Quantos anos tem o presidente?", "Qual a idade da rocha?", "Com que idade ele morreu?"],
        "en": ["How old is the president?", "At what age did she die?", "How old was the ship when it sank?"],
    },
    "duration": {
        "pt": ["Quanto tempo durou o apagão?", "Há quanto tempo ele está preso?", "Quantos anos durou a obra?", "Qual a duração do voo?"],
        "en": ["How long did the strike last?", "How many years did it last?", "How many hours was the flight?"],
    },
    "length": {
        "pt": ["Qual é a altura da torre?", "Quantos quilômetros tem a ponte?", "Quanto mede a estátua?", "Qual a distância até a Lua?"],
        "en": ["How tall is the tower?", "How far is the Moon?", "How deep is the lake?", "What is the length of the tunnel?", "How many miles is the walk?"],
    },
    "extent": {
        "pt": [],
        "en": ["How long is the bridge?", "How long was the delay?"],
    },
    "speed": {
        "pt": ["A que velocidade ia o trem?", "Qual foi a velocidade do vento?"],
        "en": ["How fast was the train going?", "What was the speed of the wind?"],
    },
    "mass": {
        "pt": ["Quanto pesa o elefante?", "Qual é o peso do meteorito?", "Quantas toneladas de ouro foram achadas?"],
        "en": ["How heavy is the stone?", "How much does the elephant weigh?", "How many tons of gold were found?"],
    },
    "temperature": {
        "pt": ["Qual foi a temperatura em Recife?", "Quantos graus fez em Recife?"],
        "en": ["How hot was it in Paris?", "What was the temperature in Paris?"],
    },
    "area": {
        "pt": ["Qual a área desmatada?", "Quantos hectares queimaram?", "Quantos metros quadrados tem a casa?"],
        "en": ["What area burned?", "How many acres burned?", "How many square miles burned?"],
    },
    "year": {"pt": ["Em que ano ele morreu?"], "en": ["In which year did the bank fail?", "What year was it built?"]},
    "month": {"pt": ["Em que mês o preço subiu?"], "en": ["In what month did it peak?"]},
    "day": {"pt": ["Em que dia foi a prova?", "Qual a data da eleição?"], "en": ["On what day did it hit?", "What date was it signed?"]},
    "hour": {"pt": ["A que horas começa o jogo?", "Qual é o horário da missa?"], "en": ["What time does it start?", "At what hour did it fall?"]},
    "": {
        "pt": ["Quantas pessoas moram lá?", "Quando morreu?", "Quanto custa a torre?", "Quem pesa o ouro?"],
        "en": ["How many people live there?", "When did it start?", "How much is the tower worth?", "How big is the hole?"],
    },
}  # fmt: skip
TOLD_IN = [(unit, lang, text) for unit, by_lang in MEASURED.items() for lang, texts in by_lang.items() for text in texts]


@pytest.mark.parametrize(("unit", "lang", "text"), TOLD_IN, ids=[text for _, _, text in TOLD_IN])
def test_a_question_tells_the_unit_of_its_answer(unit: str, lang: str, text: str) -> None:
    assert unit_asked(text, lang, kind_of(text, lang)) == unit


@pytest.mark.parametrize(
    ("unit", "told"),
    [
        ("age", "54 years, 54 anos, 54 year-old, 3 meses"),
        ("duration", "17 horas, 3 weeks, 2 décadas, 90 seconds"),
        ("extent", "330 metres, 17 horas, 7 km, 3 weeks"),
        ("length", "330 metres, 18-foot, 7 km, 4 anos-luz, 12 polegadas"),
        ("speed", "120 km/h, 75 mph, 75 miles per hour, 20 nós"),
        ("mass", "12 kg, 3 toneladas, 9 pounds"),
        ("temperature", "40 graus, 104 degrees, 40 °C"),
        ("area", "5 hectares, 9 acres, 7 km², 3 square"),
    ],
)
def test_every_unit_is_known_by_its_names_in_both_languages(unit: str, told: str) -> None:
    assert all(re.fullmatch(UNITS[unit], one.strip("0123456789").lstrip(" -")) for one in told.split(", "))


def test_every_number_s_unit_that_a_question_can_ask_for_has_its_names() -> None:
    assert {unit for unit in MEASURED if unit} - {"year", "month", "day", "hour"} == set(UNITS)
    assert len(TOLD_IN) >= 40


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("It is official. What is it called?", "what is it called?"),
        ("Quem fundou a Z.AI? Obrigado.", "quem fundou a z.ai?"),
        ("Fale sobre São Paulo. Obrigado.", "fale sobre sao paulo. obrigado."),
        ("Ele perguntou: “Por quê?”", "ele perguntou: “por que?”"),
        ("E quanto custa? (GLM-Image)", "e quanto custa?"),
        ("What’s new?", "what is new?"),
        ("", ""),
    ],
)
def test_the_asking_part_is_the_last_sentence_with_a_question_mark(text: str, part: str) -> None:
    assert asking_part(text) == part


def test_a_word_that_only_asks_is_told_from_one_that_names() -> None:
    assert all(map(is_only_asking, "quem onde quando quantos qual como who where when which why how".split()))
    assert not any(map(is_only_asking, "china huawei h200 presidente museum".split()))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "unit",
    ["que ", "qual e o ", "quanto ", "quando ", ", quando ", "onde , ", "what ", "what is the ", "how much ", "when , ", "is say ", "nome do ", "a-", "(", " (", "é ",
     "? ", ". ", "?”", "'s ", "\n", "-" ],
)  # fmt: skip
def test_a_long_question_is_read_at_once_whatever_it_repeats(unit: str, lang: str) -> None:
    text = (unit * 2000)[:2000]
    since = time.perf_counter()
    for asked in (text, text[:-1] + "?"):
        kind_of(asked, lang)
        for kind in Asked:
            counted(asked, lang, kind)
            unit_asked(asked, lang, kind)
    assert time.perf_counter() - since < 2


@given(some.text(some.characters(exclude_categories=()), max_size=200), some.sampled_from(LANGUAGES))
def test_any_text_at_all_has_a_kind_a_noun_and_a_unit(text: str, lang: str) -> None:
    kind = kind_of(text, lang)
    assert kind in Asked
    assert len(counted(text, lang, kind)) <= NOUN_WORDS
    assert unit_asked(text, lang, kind) in MEASURED
