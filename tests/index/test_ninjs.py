"""ninjs of every version gives the article that its sender meant. All items are written here, in the shape of IPTC's schemas."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import PassedOver, ReadError
from index.readers import Source, read_corpus
from index.readers.make import make
from index.readers.ninjs import is_ninjs, ninjs_fields
from index.records import Article, Skipped, Withdrawal

NOW = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)
SOURCE = Source(path="a.json", file=Path("/a.json"), now=NOW)
Item = dict[str, object]
ONE: Item = {
    "uri": "urn:newsml:mare.example:20260114:recife-chuva",
    "type": "text",
    "mimetype": "text/html",
    "representationtype": "complete",
    "version": "3",
    "firstcreated": "2026-01-14T18:30:00-03:00",
    "versioncreated": "2026-01-14T20:10:00-03:00",
    "pubstatus": "usable",
    "urgency": 4,
    "copyrightholder": "Agência Maré",
    "copyrightnotice": "© 2026 Agência Maré",
    "usageterms": "Só para assinantes.",
    "ednote": "Fotos a partir das 21h.",
    "language": "pt-BR",
    "byline": "Por Ana Lima; Rui Sá",
    "headline": "Chuva deixa três bairros sem luz",
    "subject": [{"name": "clima", "rel": "about", "scheme": "https://cv.example/medtop/", "code": "17000000"}],
    "infosource": [{"name": "Agência Maré", "rel": "source"}],
    "description_text": "Três bairros sem luz.",
    "body_text": "Sem parágrafos.",
    "body_xhtml": "<p>A chuva deixou <em>três</em> bairros sem luz.</p><p>A prefeitura n&#227;o disse quando o serviço volta.</p>",
    "associations": {"foto": {"uri": "urn:x:foto", "type": "picture", "headline": "Rua alagada", "body_text": "Legenda."}},
}
TWO: Item = {
    "standard": {"name": "ninjs", "version": "2.1", "schema": "https://schemas.example/ninjs-schema_2.1.json"},
    "uri": "urn:newsml:ferry.example:20260114:line",
    "type": "text",
    "representationtype": "full",
    "version": "1",
    "versioncreated": "2026-01-14T09:46:53Z",
    "contentcreated": "2026-01-14T09:30:04Z",
    "pubstatus": "usable",
    "copyrightholder": "Ferry Wire",
    "ednote": "CORRECTS number of members against in second sentence.",
    "language": "en-GB",
    "by": "Zoe Hart",
    "headlines": [{"role": "slug", "value": "ferry-line"}, {"role": "main", "value": "Ferry line reopens", "contenttype": "text/plain"}],
    "subjects": [{"name": "transport", "uri": "https://cv.example/transport"}],
    "descriptions": [{"role": "summary", "value": "It reopens."}],
    "bodies": [
        {"role": "caption", "contenttype": "text/plain", "value": "The ferry in 1987."},
        {"role": "main", "contenttype": "text/plain", "charcount": 20, "value": "The council voted.\n\nTwo were against."},
        {"role": "main", "contenttype": "text/html", "value": "<p>The council voted.</p><p>Two were against.</p>"},
    ],
    "altids": [{"role": "internal", "value": "77"}],
    "rightsinfo": {"langid": "https://www.w3.org/ns/odrl/2/", "encodedrights": "{}"},
}
THREE: Item = {
    "uri": "urn:newsml:ferry.example:20260115:line",
    "type": "text",
    "firstCreated": "2026-01-15T09:30:04Z",
    "versionCreated": "2026-01-15T09:46:53Z",
    "pubStatus": "usable",
    "copyrightHolder": "Ferry Wire",
    "usageTerms": "Web only",
    "by": "Zoe Hart",
    "headlines": [{"role": "main", "value": "<b>Ferry</b> line", "contentType": "text/html"}],
    "bodies": [{"role": "html", "contentType": "text/html", "value": "<section><p>It sailed.</p></section>"}],
}


def article(item: Item) -> Article:
    assert is_ninjs(item)
    found = make(SOURCE, ninjs_fields(item))
    assert isinstance(found, Article)
    return found


def test_version_1_gives_every_field() -> None:
    found = article(ONE)
    assert (found.id, found.title) == ("urn:newsml:mare.example:20260114:recife-chuva", "Chuva deixa três bairros sem luz")
    assert found.text == "A chuva deixou três bairros sem luz.\n\nA prefeitura não disse quando o serviço volta."
    assert found.published
    assert found.modified
    assert (found.published.isoformat(), found.modified.isoformat()) == ("2026-01-14T18:30:00-03:00", "2026-01-14T20:10:00-03:00")
    assert (found.authors, found.outlet, found.section, found.lang) == (("Ana Lima", "Rui Sá"), "Agência Maré", "clima", "pt")
    assert (found.rights, found.status, found.correction) == ("Só para assinantes. © 2026 Agência Maré", "usable", "")


def test_version_2_takes_the_main_headline_and_body_and_the_note_of_a_correction() -> None:
    found = article(TWO)
    assert (found.title, found.text) == ("Ferry line reopens", "The council voted.\n\nTwo were against.")
    assert (found.authors, found.outlet, found.section) == (("Zoe Hart",), "Ferry Wire", "transport")
    assert found.correction == "CORRECTS number of members against in second sentence."
    assert (found.published, found.modified) == (datetime(2026, 1, 14, 9, 30, 4, tzinfo=UTC), datetime(2026, 1, 14, 9, 46, 53, tzinfo=UTC))


def test_version_3_writes_its_names_in_camel_case() -> None:
    found = article(THREE)
    assert (found.title, found.text, found.rights) == ("Ferry line", "It sailed.", "Web only")
    assert (found.published, found.modified) == (datetime(2026, 1, 15, 9, 30, 4, tzinfo=UTC), datetime(2026, 1, 15, 9, 46, 53, tzinfo=UTC))


def test_superdesk_says_guid_and_html() -> None:
    item: Item = {
        "guid": "urn:newsml:desk.example:1",
        "type": "text",
        "version": "1",
        "versioncreated": "2026-01-14T09:06:12+0000",
        "source": "Desk",
        "service": [{"name": "Economia", "code": "e"}],
        "headline": "Preço sobe",
        "body_html": "<p>O preço subiu.</p>",
        "copyrightholder": "",
    }
    found = article(item)
    assert (found.id, found.text, found.outlet, found.section) == ("urn:newsml:desk.example:1", "O preço subiu.", "Desk", "Economia")
    assert (found.published, found.modified) == (datetime(2026, 1, 14, 9, 6, 12, tzinfo=UTC), None)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"body_xhtml": ""}, "Sem parágrafos."),
        ({"body_xhtml": None, "body_text": "5 < 6 &amp; <b>\n\nfim"}, "5 < 6 &amp; <b>\n\nfim"),
        ({"body_xhtml": None, "body_text": None, "body_nitf": "<body.content><p>Um.</p><p>Dois.</p></body.content>"}, "Um.\n\nDois."),
        ({"body_xhtml": None, "body_text": None, "body_teaser": "Um só."}, "Um só."),
    ],
)
def test_the_best_body_is_taken(changes: Item, text: str) -> None:
    assert article({**ONE, **changes}).text == text


@pytest.mark.parametrize("status", ["canceled", "withheld"])
def test_a_notice_without_a_body_withdraws_its_item(status: str) -> None:
    notice = {"uri": ONE["uri"], "type": "text", "pubstatus": status, "versioncreated": "2026-01-15T08:00:00Z", "description_text": "Não use."}
    assert ninjs_fields(notice) == {"id": ONE["uri"], "status": status, "modified": "2026-01-15T08:00:00Z"}
    assert make(SOURCE, ninjs_fields(notice)) == Withdrawal(
        id=str(ONE["uri"]), status="canceled" if status == "canceled" else "withheld", modified=datetime(2026, 1, 15, 8, tzinfo=UTC), path="a.json"
    )


def test_status_embargo_and_expiry_are_kept() -> None:
    assert article({**ONE, "pubstatus": "withheld"}).status == "withheld"
    embargoed = article({**ONE, "embargoed": "2026-02-01T00:00:00-03:00"})
    assert (embargoed.status, embargoed.status_at) == ("embargoed", datetime(2026, 2, 1, 3, tzinfo=UTC))
    assert article({**ONE, "expires": "2026-03-01T00:00:00Z"}).status == "expires"


@pytest.mark.parametrize("kind", ["picture", "video", "audio", "graphic", "planning", "component", "event"])
def test_what_is_no_text_is_passed_over(kind: str) -> None:
    with pytest.raises(PassedOver, match=kind):
        ninjs_fields({**ONE, "type": kind})


@pytest.mark.parametrize(
    ("item", "ninjs"),
    [
        (ONE, True),
        (TWO, True),
        (THREE, True),
        ({"uri": "urn:x:1", "body_text": "x"}, True),
        ({"uri": "https://folha.example/a", "headline": "x", "body": "y"}, False),
        ({"guid": "1", "pubStatus": "usable", "body": "x"}, False),
        ({"id": "1", "text": "x"}, False),
        ({}, False),
    ],
)
def test_ninjs_is_known_by_its_own_fields(item: Item, ninjs: bool) -> None:
    assert is_ninjs(item) is ninjs


def test_a_file_of_ninjs_is_read_by_its_content(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(ONE))
    (tmp_path / "b.jsonl").write_text("\n".join(json.dumps(item) for item in (TWO, {**THREE, "type": "picture"})))
    one, two, picture = read_corpus(tmp_path, NOW)
    assert isinstance(one, Article)
    assert isinstance(two, Article)
    assert (one.id, two.id) == (ONE["uri"], TWO["uri"])
    assert isinstance(picture, Skipped)
    assert (picture.path, picture.failed) == ("b.jsonl:2", False)


def test_a_body_past_the_bounds_is_refused() -> None:
    with pytest.raises(ReadError, match="50,000 tags"):
        ninjs_fields({**ONE, "body_xhtml": "<a>" * 200_000})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from(sorted({*ONE, *TWO, *THREE})), JSON | st.lists(st.fixed_dictionaries({"role": JSON, "value": JSON, "name": JSON}), max_size=2)
    )
)
def test_no_value_of_any_field_makes_it_crash(item: Item) -> None:
    try:
        make(SOURCE, ninjs_fields(item))
    except ReadError as error:
        assert str(error)
