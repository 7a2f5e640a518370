"""The calls that the page takes: their shape, and how many at once.

    body ── read ──► what Gradio is given: known call, right types, nothing else      or Malformed
    client ─ room ─► a place in the queue                                             or Crowded, at once
    an ask ─ sweep ► results that nobody fetched are forgotten, the oldest first

In: bodies and addresses of clients.  Out: bodies, or refusals.  This is the one file that looks into Gradio's queue: Gradio bounds neither
who waits in it nor what is left in it, and prints the inputs of a call that does not fit.
"""

import json
import re
from collections.abc import Mapping
from typing import Annotated, Any, NamedTuple, NoReturn, TypeVar

import gradio as gr
from pydantic import Field, StringConstraints, TypeAdapter, ValidationError
from starlette.types import Scope

from index.records import Record

OF_ONE = 4  # questions of one client at once; this machine itself has as many as all
OF_ALL = 64  # questions of all clients at once
UNREAD = 32  # conversations whose results are kept although nobody fetches them
SESSIONS = 256  # conversations that are remembered
HASH = r"[A-Za-z0-9-]{1,40}"
_SINGLE = re.compile(r"[0-9a-f]{32}")  # Gradio's name for the conversation of a program's single call: it has nothing to remember

Name = Annotated[str, StringConstraints(pattern=f"^{HASH}$")]
Day = str | None
Chosen = Annotated[list[str], Field(max_length=1_000)] | None
SHAPES: Mapping[str, TypeAdapter[Any]] = {
    "ask": TypeAdapter(tuple[str, Day, Day, Chosen, Chosen, bool]),
    "retrieve": TypeAdapter(tuple[str, int, Day, Day, Chosen, Chosen]),
    "page_ask": TypeAdapter(tuple[None]),
    "page_fresh": TypeAdapter(tuple[()]),
}
R = TypeVar("R", bound=Record)
ASKING = ("ask", "retrieve", "page_ask")
FOR_PROGRAMS = ("ask", "retrieve")


class Malformed(Exception):
    """What was sent is no call that the page has."""


class Crowded(Exception):
    """There is no room; `status` is 429 when one client has too many questions open, 503 when all have."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Simple(Record):
    """A program's call by name."""

    data: list[Any]
    session_hash: Name | None = None


class Joined(Record):
    """A call by number, from the page or from gradio_client."""

    data: list[Any]
    fn_index: int
    session_hash: Name
    event_data: Any = None
    trigger_id: int | None = None


class Look(Record):
    """A question of the page about the archive itself."""

    data: Any
    component_id: int
    fn_name: str
    session_hash: Name


class Call(NamedTuple):
    """A call that fits."""

    name: str  # a key of SHAPES, or of a look
    session: str  # the conversation; empty when it has no name yet
    body: bytes

    @property
    def asks(self) -> bool:
        """Whether it waits in the queue for an answer."""
        return self.name in ASKING


class Calls:
    """The calls of one page."""

    def __init__(self, page: gr.Blocks) -> None:
        self._page = page
        self._names = {number: fn.api_name for number, fn in page.fns.items()}
        self._looks = {(number, fn.__name__) for number, block in page.blocks.items() for fn in getattr(block, "server_fns", None) or ()}
        if set(self._names.values()) != set(SHAPES):
            raise TypeError(f"the page has the calls {sorted(self._names.values())}, but shapes are known of {sorted(SHAPES)}")

    def checked(self, name: str, body: bytes) -> Call:
        """What was sent, as it goes to Gradio.

        Args:
            name: The call that the address names; empty for one by number.
            body: As it came.

        Raises:
            Malformed: there is no such call, or its data have another shape.
        """
        sent = _record(Simple, body) if name else _record(Joined, body)
        found = self._names.get(sent.fn_index, "") if isinstance(sent, Joined) else name
        if not found:
            raise Malformed("there is no such call")
        try:
            SHAPES[found].validate_python(tuple(sent.data), strict=True)
        except ValidationError as error:
            raise Malformed(f"the data of {found} have another shape") from error
        return Call(found, sent.session_hash or "", sent.model_dump_json(exclude_unset=True).encode())

    def look(self, body: bytes) -> Call:
        """The same for a look at the archive."""
        sent = _record(Look, body)
        if (sent.component_id, sent.fn_name) not in self._looks:
            raise Malformed("there is no such call")
        return Call(sent.fn_name, sent.session_hash, sent.model_dump_json().encode())

    def room(self, client: str, entering: Mapping[str, int]) -> None:
        """Let a question in, by how many are asked already; `entering` are those on their way into the queue, by client.

        Raises:
            Crowded: there are too many.
        """
        events = self._page._queue.event_ids_to_events
        if len(events) + sum(entering.values()) >= OF_ALL:
            raise Crowded(503)
        own = sum(client_of(event.request.scope) == client for event in events.values() if event.fn.api_name in ASKING)
        if client and own + entering.get(client, 0) >= OF_ONE:
            raise Crowded(429)

    def sweep(self, asking: str) -> None:
        """Forget the results that nobody fetched, but for the newest UNREAD conversations and those that are being answered.

        Args:
            asking: The conversation that asks now, and so is the newest; empty when it has no name yet.
        """
        queue, states = self._page._queue, self._page.state_holder
        left, names = queue.pending_messages_per_session, queue.pending_event_ids_session
        if asking in left:
            left.move_to_end(asking)
        busy = {event.session_hash for event in list(queue.event_ids_to_events.values())}
        for session in [one for one in left if one not in busy][:-UNREAD]:
            del left[session]
        for session in set(names) - set(left) - busy:
            del names[session]
        for session in [one for one in list(states.session_data) if _SINGLE.fullmatch(one) and one not in busy and one not in left]:
            states.session_data.pop(session, None)
            states.time_last_used.pop(session, None)


def client_of(scope: Scope) -> str:
    """Who calls: the last address that a proxy of this machine names; empty for this machine itself, since nobody else reaches the page."""
    forwarded: list[bytes] = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
    return forwarded[-1].decode("latin-1").rpartition(",")[2].strip()[:64] if forwarded else ""


def _record(kind: type[R], body: bytes) -> R:
    try:
        sent = json.loads(body, parse_constant=_no_number)
        json.dumps(sent, ensure_ascii=False).encode()
        return kind.model_validate({name: value for name, value in sent.items() if name in kind.model_fields}, strict=True)
    except (ValueError, AttributeError, TypeError, RecursionError) as error:  # ValidationError and UnicodeError are ValueErrors
        raise Malformed("the body is no such JSON object") from error


def _no_number(word: str) -> NoReturn:
    raise ValueError(word)
