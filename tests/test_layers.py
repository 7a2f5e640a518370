"""The rooms of docs/architecture.md stay as drawn: read from the imports themselves, never from running the code."""

import ast
import re
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
FILES = sorted([*ROOT.glob("index/**/*.py"), *ROOT.glob("qa/**/*.py"), ROOT / "app.py"])
PAGE = ROOT / "qa" / "web"

# From the ground up; a module imports from the floors below its own, or from its own folder.
FLOORS = [
    {"index.records", "index.errors", "index.text", "index.backends", "index.schema", "index.salvage"},
    {"index.protocols", "index.settings", "index.files", "index.turns", "index.copies", "index.changes", "index.origins", "index.addresses"},
    {"index.embedders", "index.stores", "index.lexical", "index.readers", "index.passages", "index.catalog"},
    {"index.ledger", "index.snapshot", "index.compare", "index.fetch", "index.placing"},
    {"index.generation", "index.intake", "index.adding", "index.lost"},
    {"index.making"},
    {"index.library", "index.build", "index.feedback"},
    {"index.verify", "index.search", "index.overview", "index.serving", "index.versions", "index.watching", "index.arrivals"},
    {"index.repair", "index.reports", "index.forgetting", "index.backups", "index.commandline"},
    {"index.__main__"},
    {"index"},
    {"qa.kinds", "qa.followups", "qa.days", "qa.datewords", "qa.glossary", "qa.weights", "qa.shown", "qa.furniture"},
    {"qa.dateasked", "qa.rank", "qa.question"},
    {"qa.datemeanings", "qa.terms"},
    {"qa.daterules"},
    {"qa.dates"},
    {"qa.when"},
    {"qa.records"},
    {"qa.protocols", "qa.candidates", "qa.leadforms", "qa.matched", "qa.verify", "qa.feedback"},
    {"qa.retrieval", "qa.evidence", "qa.clauses"},
    {"qa.check", "qa.writers", "qa.scorers", "qa.leads"},
    {"qa.answer"},
    {"qa.overview"},
    {"qa.evaluation", "qa.export", "qa.printing", "qa.commandline", "qa.suggest"},
    {"qa.openers"},
    {"qa.__main__", "qa.web"},
    {"qa"},
    {"app"},
]
# backends opens all backends by name, so what it is opened with lies above it and is not imported at all
LOWERED = {"index.backends": 2}

# Who may import a heavy package: a room, in which exactly one file does.
HEAVY = {
    "faiss": "index/stores/",
    "pymilvus": "index/stores/",
    "tantivy": "index/lexical/",
    "sentence_transformers": "index/embedders/",
    "langchain_text_splitters": "index/passages.py",
    "Stemmer": "index/text.py",
    "trafilatura": "index/readers/",
    "matplotlib": "qa/evaluation/",
    "feedparser": "index/readers/",
    "fastwarc": "index/readers/",
    "py3langid": "index/readers/",
    "pypdf": "index/readers/",
    "watchfiles": "index/watching.py",
}
NOT_YET = {"pymilvus"}
BARRED_AT_START = {"numpy", "faiss", "torch", "gradio", "tantivy", "sentence_transformers", "matplotlib"}
BARRED_CALLS = {"eval", "exec", "compile", "__import__"}
# They read what was not proved, run what they read, or fail in silence on a full disk: docs/reliability.md
BARRED_NAMES = {"tofile", "fromfile", "memmap", "read_index", "write_index", "read_index_binary", "write_index_binary", "unsafe_load"}
BARRED_MODULES = {"pickle", "cPickle", "dill", "joblib", "marshal", "shelve"}


class Import(NamedTuple):
    """One imported name: from where, and whether it runs when the module is loaded."""

    name: str
    at_load: bool


def module_of(path: Path) -> str:
    """Dotted name of a file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


TREES = {module_of(path): ast.parse(path.read_text(encoding="utf-8")) for path in FILES}
PATHS = {module_of(path): path.relative_to(ROOT).as_posix() for path in FILES}


def imports(tree: ast.Module) -> list[Import]:
    """Every import of a module; of ours, down to the module that a name lives in."""
    found: list[Import] = []

    def visit(node: ast.AST, at_load: bool) -> None:
        if isinstance(node, ast.Import):
            found.extend(Import(alias.name, at_load) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.append(Import(inner if inner in TREES else str(node.module), at_load))
        for child in ast.iter_child_nodes(node):
            deferred = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or (
                isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
            )
            visit(child, at_load and not deferred)

    visit(tree, True)
    return found


IMPORTS = {module: imports(tree) for module, tree in TREES.items()}


def importers(package: str) -> list[str]:
    """Files that import a package, at any place."""
    return [PATHS[module] for module, found in IMPORTS.items() if any(name.split(".")[0] == package for name, _ in found)]


def floor(module: str) -> int:
    """The floor of a module, or of the folder that it lies in."""
    if module in LOWERED:
        return LOWERED[module]
    for level, room in enumerate(FLOORS):
        if module in room or (module.count(".") > 1 and module.rpartition(".")[0] in room):
            return level
    raise LookupError(f"{module} stands on no floor: give it one in FLOORS, and in the table of rooms")


def test_every_import_names_its_module_in_full() -> None:
    relative = [
        PATHS[m] for m, tree in TREES.items() for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and (node.level or not node.module)
    ]
    assert not relative


def test_the_index_never_imports_the_questions() -> None:
    assert not [path for path in importers("qa") if path.startswith("index/")]


def test_nothing_imports_the_app() -> None:
    assert not importers("app")


def test_only_the_page_imports_gradio() -> None:
    found = importers("gradio")
    assert found
    assert all(path.startswith("qa/web/") for path in found)


@pytest.mark.parametrize("package", sorted(HEAVY))
def test_a_heavy_package_is_imported_in_one_file_of_its_room(package: str) -> None:
    found = importers(package)
    assert len(found) == 1 or (package in NOT_YET and not found), found
    assert all(path.startswith(HEAVY[package]) for path in found), found


@pytest.mark.parametrize("module", sorted(TREES))
def test_imports_point_down(module: str) -> None:
    own = module if PATHS[module].endswith("__init__.py") else module.rpartition(".")[0]
    for name, at_load in IMPORTS[module]:
        if name not in TREES or (module in {"index", "qa"} and not at_load):
            continue
        in_the_same_folder = own.count(".") == 1 and (name == own or name.startswith(own + "."))
        assert in_the_same_folder or floor(name) < floor(module), f"{module} imports {name}, which does not lie below it"


def test_there_is_no_circle() -> None:
    done: set[str] = set()

    def walk(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " → ".join([*path[path.index(module) :], module])
        if module in done:
            return
        for name, at_load in IMPORTS[module]:
            if at_load and name in TREES and name != module:
                walk(name, (*path, module))
        done.add(module)

    for module in TREES:
        walk(module, ())


@pytest.mark.parametrize("module", sorted(name for name in TREES if name != "app" and not name.endswith("__main__")))
def test_only_commands_print(module: str) -> None:
    for node in ast.walk(TREES[module]):
        prints = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"print", "input", "breakpoint"}
        assert not prints, f"{PATHS[module]}:{getattr(node, 'lineno', 0)} prints or reads the terminal"


@pytest.mark.parametrize("module", sorted(TREES))
def test_nothing_is_run_from_text_and_no_check_vanishes(module: str) -> None:
    for node in ast.walk(TREES[module]):
        where = f"{PATHS[module]}:{getattr(node, 'lineno', 0)}"
        assert not isinstance(node, ast.Assert), f"{where} asserts: python -O leaves it out"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in BARRED_CALLS, f"{where} calls {node.func.id}"
        if isinstance(node, ast.Attribute):
            assert node.attr not in BARRED_NAMES, f"{where} uses {node.attr}"
        if isinstance(node, ast.Call):
            given = {one.arg: one.value for one in node.keywords}
            pickled = given.get("allow_pickle", ast.Constant(False))
            assert isinstance(pickled, ast.Constant), f"{where} may read pickles"
            assert pickled.value is False, f"{where} reads pickles"
    assert not [name for name, _ in IMPORTS[module] if name.split(".")[0] in BARRED_MODULES], f"{PATHS[module]} reads pickles"


@pytest.mark.parametrize(
    "arguments",
    [["-c", "import qa, index"], ["-m", "qa", "--help"], ["-m", "qa", "eval", "--help"], ["-m", "index", "--help"], ["app.py", "--help"]],
    ids=" ".join,
)
def test_help_and_import_load_nothing_heavy(arguments: list[str]) -> None:
    done = subprocess.run([sys.executable, "-X", "importtime", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    loaded = {line.rpartition("|")[2].strip().split(".")[0] for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert done.returncode == 0
    assert "argparse" in loaded or "qa" in loaded
    assert not loaded & BARRED_AT_START


@pytest.mark.parametrize("package", ["index", "qa"])
def test_every_public_name_can_be_imported(package: str) -> None:
    module = import_module(package)
    for name in module.__all__:
        assert getattr(module, name) is not None
        assert getattr(module, name).__name__ == name
        assert f"{package}.{name}" not in TREES, f"{package}.{name} is a module too: loading it would hide the public name"
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = module.no_such_name


def test_the_build_lists_every_package() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    folders = {".".join(path.parent.relative_to(ROOT).parts) for path in FILES} - {""}
    assert set(listed["packages"]) == folders
    assert listed["py-modules"] == ["app"]
    assert all((ROOT / folder.replace(".", "/") / "__init__.py").is_file() for folder in folders)


def test_the_build_takes_every_other_file_along() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["package-data"]
    others = [path for room in ("index", "qa") for path in (ROOT / room).rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")]
    assert others
    for path in others:
        package = ".".join(path.parent.relative_to(ROOT).parts)
        assert any(fnmatch(path.name, pattern) for pattern in listed.get(package, [])), f"{path.relative_to(ROOT)} would be left out of a wheel"


@pytest.mark.parametrize(
    "path", sorted(path for path in PAGE.iterdir() if path.suffix in (".py", ".js", ".html", ".css")), ids=lambda path: path.name
)
def test_the_page_never_makes_markup_of_text(path: Path) -> None:
    makers = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|\beval\s*\(|new Function|srcdoc"
    assert not re.findall(makers, path.read_text(encoding="utf-8"))
