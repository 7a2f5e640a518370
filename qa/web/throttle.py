"""Wrong passwords cost time: how long whoever fails must wait, by arithmetic alone.

    a key fails ─► 1 … FREE times: nothing ─► then 15, 30, 60, 120, 240, 300, 300 … seconds ─► forgotten WINDOW_S after the wait

Keys are a user at one address, and that address alone; a browser that the user came in with before has a key of its own instead.  Never a
user alone: strangers could keep somebody out for ever by guessing at the name.  So nobody can be locked out from elsewhere, nor, at a browser
that was used before, from the same address.  Many addresses together make every attempt slower (`besieged`), and refuse none.
"""

import math
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable

Key = tuple[str, ...]  # a kind of FREE, and what tells it apart

FREE = {"user": 5, "browser": 5, "client": 20}  # an address may be a whole newsroom's
FIRST_S, LONGEST_S = 15.0, 300.0
WINDOW_S = 300.0
KEYS = 10_000  # what is remembered, the latest
SIEGE = 100  # wrong passwords of all within WINDOW_S


def wait_s(kind: str, failures: int) -> float:
    """Seconds that must pass after the last of so many failures.

    >>> [wait_s("user", failures) for failures in (0, 4, 5, 6, 9, 10, 10_000)]
    [0.0, 0.0, 15.0, 30.0, 240.0, 300.0, 300.0]
    """
    over = failures - FREE[kind]
    return min(FIRST_S * 2.0 ** min(over, 10), LONGEST_S) if over >= 0 else 0.0


class TooMany(Exception):
    """Somebody must wait `left_s` whole seconds."""

    def __init__(self, left_s: int) -> None:
        super().__init__(left_s)
        self.left_s = left_s


class Throttle:
    """Failures by key."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock`: seconds that only grow."""
        self._clock = clock
        self._charged: OrderedDict[Key, tuple[int, float]] = OrderedDict()  # how often, and when last; the latest at the end
        self._wrong: deque[float] = deque(maxlen=SIEGE)

    def __len__(self) -> int:
        return len(self._charged)

    @property
    def besieged(self) -> bool:
        """Whether so many passwords were wrong lately that it is an attack, from wherever it comes."""
        return len(self._wrong) == SIEGE and self._clock() - self._wrong[0] < WINDOW_S

    def charge(self, keys: Iterable[Key]) -> None:
        """Count an attempt as a failure before it is looked at, so that a hundred at once are a hundred; `passed` takes it back.

        Raises:
            TooMany: the wait of one of the keys is not over; nothing is counted then.
        """
        now, held = self._clock(), [(key, self._failures(key)) for key in keys]
        left = max((wait_s(key[0], failures) - (now - self._charged[key][1]) for key, failures in held if failures), default=0.0)
        if left > 0:
            raise TooMany(math.ceil(left))
        for key, failures in held:
            self._charged[key] = (failures + 1, now)
            self._charged.move_to_end(key)
        while len(self._charged) > KEYS:
            self._charged.popitem(last=False)

    def failed(self) -> None:
        """The attempt that was charged was wrong."""
        self._wrong.append(self._clock())

    def passed(self, keys: Iterable[Key]) -> None:
        """It was right: a user's own count begins anew, that of the address loses this one attempt alone, or one's own password would wipe out guesses."""
        for key in keys:
            failures, last = self._charged.get(key, (0, 0.0))
            if key[0] == "client" and failures > 1:
                self._charged[key] = (failures - 1, last)
            else:
                self._charged.pop(key, None)

    def _failures(self, key: Key) -> int:
        """How often a key failed lately."""
        failures, last = self._charged.get(key, (0, 0.0))
        if failures and self._clock() - last > wait_s(key[0], failures) + WINDOW_S:
            del self._charged[key]
            return 0
        return failures
