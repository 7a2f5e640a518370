"""Start the page: `python app.py`, then open the address that it prints."""

import argparse
import os
import sys
import webbrowser
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and serve; returns the exit status."""
    parser = argparse.ArgumentParser(prog="app.py", description="Serve the Presscite page to this machine.")
    parser.add_argument("--host", default="127.0.0.1", help="loopback address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=7860, help="port to listen on (default: %(default)s)")
    parser.add_argument("--index", type=Path, metavar="DIR", help="folder of the index (default: QA_INDEX_DIR, or .index)")
    parser.add_argument("--corpus", type=Path, metavar="DIR", help="folder of the articles (default: QA_CORPUS_DIR, or corpus)")
    parser.add_argument("--open", action="store_true", help="open the page in the browser too, where there is a desktop")
    given = parser.parse_args(arguments)

    from index.errors import QAError
    from index.settings import Settings
    from qa.web.serve import serve

    def ready(url: str) -> None:
        print(url, flush=True)
        if given.open and (sys.platform == "darwin" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))):
            webbrowser.open(url)

    try:
        serve(Settings().replace(index_dir=given.index, corpus_dir=given.corpus), given.host, given.port, ready)
    except QAError as error:
        print(f"presscite: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
