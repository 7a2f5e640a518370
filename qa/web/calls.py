"""The calls that the page takes: their shape, and how many at once.

    body ── read ──► what Gradio is given: known call, right types, nothing else      or Malformed
    client ─ room ─► a place in the queue                                             or Crowded, at once
    an ask ─ sweep ► results that nobody fetched are forgotten, the oldest first

In: bodies and addresses of clients.  Out: bodies, or refusals.  This is the one file that looks into Gradio's queue: Gradio bounds neither
who waits in it nor what is left in it, and prints the inputs of a call that does not fit.
"""

import ipaddress
import json
import re
from collections.abc import Mapping
from typing import Annotated, Any, NamedTuple, NoReturn, TypeVar

import gradio as gr
from pydantic import Field, StringConstraints, TypeAdapter, ValidationError
from starlette.types import Scope

from index.records import Record
from qa.web.asked import name as turn_name
from qa.web.plain import from_here

OF_ONE = 4  # questions of one client at once; this machine itself has as many as all
OF_ALL = 64  # questions of all clients at once
UNREAD = 32  # conversations whose results are kept although nobody fetches them
SESSIONS = 256  # conversations that are remembered
HASH = r"[A-Za-z0-9-]{1,40}"
_SINGLE = re.compile(r"[0-9a-f]{32}")  # Gradio's name for the conversation of a program's single call: it has nothing to remember

Name = Annotated[str, StringConstraints(pattern=f"^{HASH}$")]
Day = str | None
Chosen = Annotated[list[str], Field(max_length=1_000)] | None
Earlier = Annotated[list[str], Field(max_length=100)] | None
SHAPES: Mapping[str, TypeAdapter[Any]] = {
    "ask": TypeAdapter(tuple[str, Day, Day, Chosen, Chosen, bool, Chosen, Earlier]),
    "retrieve": TypeAdapter(tuple[str, int, Day, Day, Chosen, Chosen, Chosen]),
    "article": TypeAdapter(tuple[str]),
    "coverage": TypeAdapter(tuple[str, Day, Day, Chosen, Chosen, Chosen]),
    "page_ask": TypeAdapter(tuple[()]),
}
DEFAULTS: Mapping[str, tuple[Any, ...]] = {  # what stands for values that a program leaves out at the end; the question, or the name, it must give
    "ask": ("", "", None, None, True, None, None),
    "retrieve": (8, "", "", None, None, None),
    "article": (),
    "coverage": ("", "", "", None, None, None),
}
NEEDED = {"ask": 1, "retrieve": 1, "article": 1}  # values that a program must give
R = TypeVar("R", bound=Record)
FOR_PROGRAMS = ("ask", "retrieve", "article", "coverage")
ASKING = (*FOR_PROGRAMS, "page_ask")


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
        data = sent.data + _left_out(found, len(sent.data))
        try:
            SHAPES[found].validate_python(tuple(data), strict=True)
        except ValidationError as error:
            raise Malformed(f"the data of {found} have another shape") from error
        return Call(found, sent.session_hash or "", sent.model_copy(update={"data": data}).model_dump_json(exclude_unset=True).encode())

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


def _left_out(name: str, given: int) -> list[Any]:
    """The values that a program left out at the end of a call's data."""
    defaults = DEFAULTS.get(name, ())
    at = given - NEEDED.get(name, 0)
    return list(defaults[at:]) if at >= 0 else []


def asking(page: gr.Blocks) -> bool:
    """Whether a question is being answered, or waits to be."""
    return bool(page._queue.event_ids_to_events)


def ahead(page: gr.Blocks, sent: object) -> int | None:
    """How many questions wait in the queue before that of a turn; None when it does not wait."""
    name = turn_name(sent)
    for queue in list(page._queue.event_queue_per_concurrency_id.values()):
        for place, event in enumerate(list(queue.queue)):
            if name and event.data is not None and turn_name(event.data.event_data) == name:
                return place
    return None


def client_of(scope: Scope) -> str:
    """Who calls: another machine by its own address, whatever it says; behind a proxy of this machine the last address that the proxy names.

    Empty for this machine itself. Addresses of IPv6 are told apart by their network (/64): a machine has as many of them as it likes.
    """
    if from_here(scope):
        forwarded: list[bytes] = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
        named = forwarded[-1].decode("latin-1").rpartition(",")[2].strip()[:64] if forwarded else ""
    else:
        named = scope["client"][0]
    try:
        address = ipaddress.ip_address(named)
    except ValueError:
        return named
    if address.version == 4 or address.ipv4_mapped:
        return str(getattr(address, "ipv4_mapped", None) or address)
    return str(ipaddress.ip_network((address.packed, 64), strict=False).network_address)


def _record(kind: type[R], body: bytes) -> R:
    try:
        sent = json.loads(body, parse_constant=_no_number)
        json.dumps(sent, ensure_ascii=False).encode()
        return kind.model_validate({name: value for name, value in sent.items() if name in kind.model_fields}, strict=True)
    except (ValueError, AttributeError, TypeError, RecursionError) as error:  # ValidationError and UnicodeError are ValueErrors
        raise Malformed("the body is no such JSON object") from error


def _no_number(word: str) -> NoReturn:
    raise ValueError(word)
