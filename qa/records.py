"""The records of an answer: hits, quotes, claims and the answer itself.

    Hit ── a passage that was found, with every part of its score
    Quote ─ one sentence of it, and the words inside that answer
    Claim ─ one sentence of the answer, with the numbers of the quotes that it stands on
    Answer  claims · quotes · hits · coverage, or a refusal with its reason; goes to JSON and back whole

In JSON each article stands once, under `articles`, and spans name it by `id@version`.
"""

from datetime import date
from enum import StrEnum
from typing import Any, Literal, Self

from pydantic import Field, ModelWrapValidatorHandler, SerializerFunctionWrapHandler, model_serializer, model_validator

from index.records import Article, Coverage, Filter, Passage, Record, Span
from qa.dates import Interval
from qa.when import Prior

SURE_FROM = 0.5  # confidence below which an answer is marked as unsure


class Refusal(StrEnum):
    """Why there is no answer; empty when there is one."""

    NONE = ""
    NO_MATCH = "no_match"  # nothing in the corpus bears on the question
    WEAK_MATCH = "weak_match"  # something is near, but too little of the question is borne out
    OUTSIDE_FILTER = "outside_filter"  # matches exist, all outside the filters
    FACT_ABSENT = "fact_absent"  # the articles on it are there, but none tells what is asked
    TERM_ABSENT = "term_absent"  # a name that the question turns on stands nowhere in the corpus
    CORPUS_EMPTY = "corpus_empty"  # the index holds no passage
    NOT_A_QUESTION = "not_a_question"  # there is no word to search for


class Match(Record):
    """A word of the question that stands in a passage or in its headline."""

    word: str = Field(description="As the question has it.")
    found: str = Field(default="", description="As the article has it; empty when that is the same word.")


class Hit(Record):
    """A passage that was found, with every part of its score."""

    passage: Passage
    score: float = Field(description="What hits are ordered by; at least 0. Comparable within one question only.")
    parts: dict[str, float] = Field(
        default_factory=dict, description="What the score is made of, weighed: lexical, dense, date, kind; they add up to it."
    )
    dense_place: int | None = Field(description="Place in the dense list, from 1; None when not in it.")
    lexical_place: int | None = Field(description="Place in the lexical list, from 1; None when not in it.")
    cosine: float = Field(ge=-1.0001, le=1.0001, description="Likeness of question and passage, as the embedder sees it.")
    bm25: float = Field(ge=0, description="Lexical score, a word and its translations being one term; 0 when no term matches.")
    kind: float | None = Field(
        default=None,
        description="How surely a candidate of the kind asked for (a name, a sum, a date, …) stands in it, in [0, 1]; None when that was not looked at.",
    )
    matched: tuple[Match, ...] = Field(default=(), description="Words of the question that stand in it or in its headline, in the question's order.")
    copies: tuple[Passage, ...] = Field(
        default=(), description="Passages that say the same, word for word or in a copy of the article, and were folded into this one."
    )


class Quote(Span):
    """One sentence that bears on the question."""

    score: float = Field(ge=0, le=1, description="How well it answers; comparable within one question only.")
    answer: tuple[int, int] | None = Field(default=None, description="The words that answer, as code points of the article inside the quote.")

    @model_validator(mode="after")
    def _answer_inside(self) -> Self:
        if self.answer and not self.start <= self.answer[0] < self.answer[1] <= self.end:
            raise ValueError(f"the answer {self.answer} lies outside its quote {self.address}")
        return self


class Claim(Record):
    """One sentence of the answer."""

    text: str = Field(min_length=1)
    quotes: tuple[int, ...] = Field(
        min_length=1, description="Places in Answer.quotes, from 0: what it says, then the sentence before where it leans on that."
    )
    also: tuple[int, ...] = Field(default=(), description="Places of quotes that say nearly the same elsewhere.")
    verbatim: bool = Field(description="Whether the text is the first quote's own words, unchanged.")


class Struck(Record):
    """A claim that a writer proposed and the check refused."""

    text: str
    reason: str


class Answer(Record):
    """Everything that is known about one question: what is said, on what ground, or why nothing is said."""

    question: str = Field(description="As asked.")
    searched: str = Field(description="As searched: standing alone, follow-ups resolved.")
    lang: str = Field(description="Language of the question, 'pt' or 'en': the language of the framing words.")
    filter: Filter = Field(default_factory=Filter, description="The filters applied.")
    as_of: date = Field(description="The day that the question was asked about.")
    interval: Interval | None = Field(default=None, description="The days that the question names; None when it names none or they were set aside.")
    prior: Prior = Field(default=Prior.NEAR, description="Which articles were preferred for their date.")
    form: Literal["sentences", "timeline"] = Field(
        default="sentences", description="Sentences, the best first; or a row for each event, in time order."
    )
    claims: tuple[Claim, ...] = ()
    quotes: tuple[Quote, ...] = ()
    hits: tuple[Hit, ...] = Field(default=(), description="What was found, best first; for a refusal the nearest coverage.")
    refusal: Refusal = Field(default=Refusal.NONE, description="Empty exactly when there are claims.")
    reason: str = Field(default="", description="The refusal in plain words, in the question's language.")
    absent: tuple[str, ...] = Field(default=(), description="Words of the question that stand nowhere in the corpus.")
    outside: int = Field(default=0, ge=0, description="Matching articles that the filters keep out.")
    confidence: float = Field(ge=0, le=1, description="Probability that the corpus answers this question.")
    struck: tuple[Struck, ...] = ()
    origins: dict[str, str] = Field(
        default_factory=dict, description="Id of each article cited → id of the article that it is likely a copy of; its own when of none."
    )
    coverage: Coverage
    seconds: dict[str, float] = Field(default_factory=dict, description="Wall time per step, in seconds. Not part of equality of answers.")
    fingerprint: str = Field(description="Fingerprint of the index that answered.")

    @property
    def unsure(self) -> bool:
        """Whether something is said although it is likelier than not that the corpus does not tell what is asked."""
        return bool(self.claims) and self.confidence < SURE_FROM

    @property
    def independent(self) -> int:
        """How many independent origins the answer rests on: copies of one article count once."""
        cited = {self.quotes[place].article.id for claim in self.claims for place in (*claim.quotes, *claim.also)}
        return len({self.origins.get(id_, id_) for id_ in cited})

    @model_validator(mode="after")
    def _always(self) -> Self:
        if bool(self.claims) is bool(self.refusal):
            raise ValueError("an answer has claims, or a refusal, and never both")
        found = {(hit.passage.article.key): () for hit in self.hits}
        for quote in self.quotes:
            if quote.article.key not in found or not any(
                hit.passage.article.key == quote.article.key and hit.passage.start <= quote.start and quote.end <= hit.passage.end
                for hit in self.hits
            ):
                raise ValueError(f"the quote {quote.address} lies in no hit")
        for claim in self.claims:
            if any(not 0 <= n < len(self.quotes) for n in (*claim.quotes, *claim.also)):
                raise ValueError(f"a claim names a quote that is not there: {(*claim.quotes, *claim.also)}")
            if claim.verbatim and claim.text != self.quotes[claim.quotes[0]].text:
                raise ValueError(f"a claim is not the words of its quote {self.quotes[claim.quotes[0]].address}")
        return self

    @model_validator(mode="wrap")
    @classmethod
    def _expand(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if isinstance(data, dict) and "articles" in data:
            try:
                data = _whole(data)
            except (AttributeError, KeyError, TypeError) as error:
                raise ValueError(f"articles, quotes and hits do not fit together ({error!r})") from error
        return handler(data)

    @model_serializer(mode="wrap")
    def _fold(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        data: dict[str, Any] = handler(self)
        articles: dict[str, Any] = {}
        spans = [*data["quotes"], *(hit["passage"] for hit in data["hits"]), *(copy for hit in data["hits"] for copy in hit["copies"])]
        for span in spans:
            article = span["article"]
            key = f"{article['id']}@{article['version']}"
            articles[key] = article
            span["article"] = key
        return {"articles": articles, **data}


def _whole(data: dict[str, Any]) -> dict[str, Any]:
    """The fields of an answer as JSON holds them, each span with its article in it again."""
    articles = {key: Article.model_validate(fields) for key, fields in data["articles"].items()}

    def span(fields: dict[str, Any]) -> dict[str, Any]:
        return {**fields, "article": articles[fields["article"]]}

    quotes = [span(quote) for quote in data.get("quotes", ())]
    hits = [{**hit, "passage": span(hit["passage"]), "copies": [span(copy) for copy in hit.get("copies", ())]} for hit in data.get("hits", ())]
    return {key: value for key, value in data.items() if key != "articles"} | {"quotes": quotes, "hits": hits}
