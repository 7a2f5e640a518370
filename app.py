"""Start the page: `python app.py`, then open the address that it prints.  With --add-user: write a user of its login instead."""

import argparse
import os
import sys
import webbrowser
from collections.abc import Sequence
from pathlib import Path

CLEAR = "what is sent to it, passwords too, can be read on the way: put TLS before it"
TO_ALL = "anyone who reaches this address can ask"


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and serve; returns the exit status."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.auth_file and given.no_login:
        parser.error("--auth-file asks for a login, --no-login for none")
    if given.add_user is not None and not given.auth_file:
        parser.error("--add-user needs --auth-file FILE, the file to write")

    from index.errors import QAError

    try:
        return _add_user(given.auth_file, given.add_user) if given.add_user is not None else _serve(given)
    except QAError as error:
        print(f"presscite: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="app.py", description="Serve the Presscite page: to this machine, or to others behind a login.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; others than loopback need --auth-file (default: %(default)s)")
    parser.add_argument("--port", type=int, default=7860, help="port to listen on (default: %(default)s)")
    parser.add_argument("--name", action="append", default=[], metavar="HOST", help="host under which browsers may reach the page too; repeatable")
    parser.add_argument("--auth-file", type=Path, metavar="FILE", help="ask for a login: users with hashed passwords, read at the start")
    parser.add_argument("--add-user", metavar="NAME", help="write this user into the file, the password from the terminal or from stdin, and end")
    parser.add_argument("--no-login", action="store_true", help="beyond this machine too: anyone who reaches the address can ask")
    parser.add_argument("--index", type=Path, metavar="DIR", help="folder of the index (default: QA_INDEX_DIR, or .index)")
    parser.add_argument("--corpus", type=Path, metavar="DIR", help="folder of the articles (default: QA_CORPUS_DIR, or corpus)")
    parser.add_argument("--open", action="store_true", help="open the page in the browser too, where there is a desktop")
    return parser


def _serve(given: argparse.Namespace) -> int:
    from index.settings import Settings
    from qa.web.plain import is_loopback
    from qa.web.serve import serve

    def ready(url: str) -> None:
        print(url, flush=True)
        if not is_loopback(given.host):
            print(f"presscite: {TO_ALL}, and {CLEAR}" if given.no_login else f"presscite: {CLEAR}", file=sys.stderr, flush=True)
        if given.open and (sys.platform == "darwin" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))):
            webbrowser.open(url)

    settings = Settings().replace(index_dir=given.index, corpus_dir=given.corpus)
    serve(settings, given.host, given.port, ready, auth_file=given.auth_file, names=given.name, to_all=given.no_login)
    return 0


def _add_user(path: Path, name: str) -> int:
    from qa.web.passwords import add

    if sys.stdin.isatty():
        from getpass import getpass

        password = getpass(f"Password of {name}: ")
        if getpass("Once more: ") != password:
            print("presscite: they are not the same; nothing was written", file=sys.stderr)
            return 1
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    before = add(path, name, password)
    print(f"{name} {'has a new password' if before else 'was added'}; start the page again to use it")
    return 0


if __name__ == "__main__":
    sys.exit(main())
