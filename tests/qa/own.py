"""Own small corpora: articles as Markdown files, and the questions that they surely answer."""

import json

SURE = "Quando a Z.AI lançou o GLM-Image?"
SURE_SENTENCE = "A Z.AI lançou o GLM-Image em 14 de janeiro de 2026."
SURE_ANSWER = "14 de janeiro de 2026"
SURE_EN = "When did the museum in Rio burn?"


def article(text: str, **fields: str) -> str:
    """A Markdown file with front matter."""
    return "".join(["---\n", *(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in fields.items()), "---\n", text, "\n"])


GLM = article(
    f"{SURE_SENTENCE} O modelo custa US$ 0,014 por imagem gerada. A empresa fica em Pequim.",
    id="glm",
    title="Z.AI lança gerador de imagens",
    outlet="Gazeta de Lumiara",
    published="2026-01-14T10:00:00-03:00",
    lang="pt",
)
MUSEUM = article(
    "The museum in Rio burned on Sunday night in 2018. The fire destroyed twenty million items, its director said.",
    id="museum",
    title="Museum burns",
    outlet="The Larkwater Courier",
    published="2018-09-03T10:00:00-03:00",
    lang="en",
)
RAIN = article(
    "Choveu 120 milímetros em Recife na quinta-feira. A prefeitura fechou as escolas por dois dias.",
    id="rain",
    title="Chuva fecha escolas",
    outlet="Diário de Vila Bruma",
    published="2024-05-02T08:00:00-03:00",
    lang="pt",
)
NEWS = {"glm.md": GLM, "museum.md": MUSEUM, "rain.md": RAIN}

LUMIAR = article(
    "A Fundação Lumiar foi criada por Helena Prado em 1998. Helena Prado nasceu em Olinda em 1961 e dirigiu o museu da cidade.",
    id="lumiar",
    title="Fundação Lumiar faz aniversário",
    lang="pt",
)
INFLATION = "A inflação anual fechou em {} por cento em janeiro, informou o IBGE."
TWO_DATES = {  # the same words, but for the figure, on two days
    "jan.md": article(INFLATION.format("4,31"), id="january", outlet="Jornal A", lang="pt", published="2025-01-28T09:00:00-03:00"),
    "oct.md": article(INFLATION.format("4,83"), id="october", outlet="Jornal B", lang="pt", published="2025-10-10T09:00:00-03:00"),
}
