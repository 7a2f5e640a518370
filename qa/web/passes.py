"""Secrets that stand for a user for a while: sessions, and passwords of programs that were right a moment ago.

In: a secret and whose it is.  Out: whose it is, until it ends.  Never: the secret itself; only its keyed sum is kept, in memory alone.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable


class Passes:
    """Secrets by user. All live equally long, so the first is always the next to end."""

    def __init__(self, life_s: float, most: int, of_one: int, clock: Callable[[], float]) -> None:
        """`life_s`: seconds from giving to end, used or not; `most`: of all, `of_one`: of one user; the oldest goes. `clock`: seconds that only grow."""
        self._life_s = life_s
        self._most = most
        self._of_one = of_one
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._held: dict[bytes, tuple[str, float]] = {}  # whose, and until when; the oldest first

    def __len__(self) -> int:
        return len(self._held)

    def give(self, secret: str, user: str) -> None:
        """From now on this secret stands for the user."""
        self._clear()
        name = self._sum(secret)
        self._held.pop(name, None)
        own = [one for one, (whose, _) in self._held.items() if whose == user]
        for old in own[: max(0, len(own) - self._of_one + 1)] or list(self._held)[: max(0, len(self._held) - self._most + 1)]:
            del self._held[old]
        self._held[name] = (user, self._clock() + self._life_s)

    def whose(self, secret: str) -> str:
        """The user that a secret stands for; empty when it stands for none."""
        user, until = self._held.get(self._sum(secret), ("", 0.0))
        return user if self._clock() < until else ""

    def end(self, secret: str) -> None:
        """The secret stands for nobody any more."""
        self._held.pop(self._sum(secret), None)

    def _sum(self, secret: str) -> bytes:
        return hmac.digest(self._key, secret.encode("utf-8", "surrogatepass"), hashlib.sha256)

    def _clear(self) -> None:
        now = self._clock()
        for name in [name for name, (_, until) in self._held.items() if until <= now]:
            del self._held[name]
