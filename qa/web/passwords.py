"""Who may come in: a file of names and hashed passwords, and whether a password is somebody's.

    # names may be told, passwords never
    ana:$argon2id$v=19$m=65536,t=3,p=4$…       one user a line; `python app.py --add-user NAME --auth-file FILE` writes it

In: the file, a name and a password.  Out: yes or no, after the same work whether the name is known or not.  Never: a password or a hash in
a message, in a log or in another file.
"""

import base64
import os
import re
import secrets
import stat
import tempfile
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from index import files
from index.errors import SettingsError

NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
LEAST_CHARS, MOST_CHARS = 8, 256
FILE_BYTES = 1_000_000


class Users:
    """Names and hashes, read once."""

    def __init__(self, hashes: Mapping[str, str]) -> None:
        """`hashes`: of Argon2id, by name; at least one."""
        self._hashes = dict(hashes)
        self._nobody = _unmatched(max(self._hashes.values(), key=_cost))

    def __contains__(self, name: str) -> bool:
        return name in self._hashes

    def right(self, name: str, password: str) -> bool:
        """Whether this is the password of the user; takes a tenth of a second and 64 MiB, so it has no place in a loop of events.

        An unknown name costs what the dearest known one does, and is never right.
        """
        from argon2 import PasswordHasher
        from argon2.exceptions import InvalidHashError, VerificationError

        try:
            return PasswordHasher().verify(self._hashes.get(name, self._nobody), _normal(password)) and name in self._hashes
        except (VerificationError, InvalidHashError, UnicodeError):
            return False


def _normal(password: str) -> bytes:
    """The bytes that are hashed: a ç is one character or two by the keyboard that it came from (RFC 8265 composes them too)."""
    return unicodedata.normalize("NFC", password).encode()


def _cost(line: str) -> int:
    from argon2 import extract_parameters

    found = extract_parameters(line)
    return found.memory_cost * found.time_cost


def _unmatched(line: str) -> str:
    """A hash of the same cost that no known password has: salt and sum are chance."""
    *cost, salt, digest = line.split("$")
    made = (base64.b64encode(secrets.token_bytes(len(one) * 3 // 4)).decode().rstrip("=") for one in (salt, digest))
    return "$".join((*cost, *made))


def read(path: Path) -> Users:
    """The users of a file.

    Raises:
        SettingsError: it cannot be read, others may read it, or a line of it is no user; hashes are not told.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(_lines(path), 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        name, _, made = text.partition(":")
        if not NAME.fullmatch(name) or not _is_hash(made):
            raise SettingsError(f"{path}:{number}: the line is no `name:hash` of Argon2id: remove it, or write it with {_command(path)}")
        if name in found:
            raise SettingsError(f"{path}:{number}: {name} stands there twice: remove one of the lines")
        found[name] = made
    if not found:
        raise SettingsError(f"{path} names no user: run {_command(path)}")
    return Users(found)


def add(path: Path, name: str, password: str) -> bool:
    """Write a user into the file, in place of the same name's line; makes the file when there is none, for its owner alone.

    Returns:
        Whether the name was there before.

    Raises:
        SettingsError: the name or the password cannot be used, or the file cannot be written.
    """
    if not NAME.fullmatch(name):
        raise SettingsError("--add-user: a name has 1 to 64 letters without accents, digits, dots, hyphens and underscores")
    if not LEAST_CHARS <= len(unicodedata.normalize("NFC", password)) <= MOST_CHARS:
        raise SettingsError(f"--add-user {name}: a password has {LEAST_CHARS} to {MOST_CHARS} characters")
    lines = _lines(path) if os.path.lexists(path) else []
    from argon2 import PasswordHasher

    try:
        made = f"{name}:{PasswordHasher().hash(_normal(password))}"
    except UnicodeError:
        raise SettingsError(f"--add-user {name}: the password is not text in UTF-8") from None
    before = [number for number, line in enumerate(lines) if line.strip().partition(":")[0] == name]
    if before:
        lines[before[0]] = made
        lines = [line for number, line in enumerate(lines) if number not in before[1:]]
    else:
        lines.append(made)
    try:
        _replace(path, "".join(f"{line}\n" for line in lines).encode())
    except OSError as error:
        raise SettingsError(f"{path} cannot be written: {error.strerror or error}") from error
    return bool(before)


def _replace(path: Path, data: bytes) -> None:
    """Give the file new content in one step. It is nobody else's to read at any moment; a link stays one."""
    real = path.resolve()
    descriptor, temporary = tempfile.mkstemp(dir=real.parent, prefix=f".{real.name}.")  # mode 0600, whatever the umask
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        Path(temporary).replace(real)
    except OSError:
        with suppress(OSError):
            Path(temporary).unlink()
        raise
    files.sync(real.parent)


def _lines(path: Path) -> list[str]:
    """The lines of a file that only its owner may read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # never a wait on a pipe
        with os.fdopen(descriptor, "rb") as file:
            known = os.fstat(descriptor)
            data = file.read(FILE_BYTES + 1) if stat.S_ISREG(known.st_mode) else b""
    except OSError as error:
        raise SettingsError(f"--auth-file {path}: {error.strerror or error}; {_command(path)} makes one") from error
    if not stat.S_ISREG(known.st_mode):
        raise SettingsError(f"--auth-file {path}: it is no file; {_command(path)} makes one")
    if known.st_mode & 0o077:
        raise SettingsError(f"--auth-file {path}: others may read or write it: run `chmod 600 {path}`")
    if len(data) > FILE_BYTES:
        raise SettingsError(f"--auth-file {path}: more than {FILE_BYTES:,} bytes")
    try:
        return data.decode("utf-8-sig").splitlines()
    except UnicodeError:
        raise SettingsError(f"--auth-file {path}: it is not text in UTF-8") from None


def _is_hash(made: str) -> bool:
    """Whether it is one of Argon2id, whole, and of a cost that can be paid at each login."""
    from argon2 import Type, extract_parameters
    from argon2.exceptions import InvalidHashError

    if not re.fullmatch(r"\$argon2id\$v=19\$m=\d{1,7},t=\d{1,3},p=\d{1,2}\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{16,86}", made):
        return False
    try:
        cost = extract_parameters(made)
    except (InvalidHashError, ValueError):
        return False
    return cost.type is Type.ID and 8 * cost.parallelism <= cost.memory_cost <= 1 << 20 and 1 <= cost.time_cost <= 100 and cost.parallelism >= 1


def _command(path: Path) -> str:
    return f"`python app.py --add-user NAME --auth-file {path}`"
