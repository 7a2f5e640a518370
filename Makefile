# make serve   install, bring the index of the sample newspaper up to date, open http://127.0.0.1:7860
# make test    install what tests need (Chromium too), run everything but what takes minutes: make test-long, make test-release
.PHONY: serve test test-long test-release bench screenshots clean
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 7860
export HF_HUB_OFFLINE := 1
export GRADIO_ANALYTICS_ENABLED := False
# A package of Debian's, where this machine has no such thing yet: $(call debian,PACKAGE)
debian = echo "installing $(1)"; run=; [ "$$(id -u)" = 0 ] || run=sudo; $$run apt-get update -qq && $$run apt-get install -y -qq $(1) >/dev/null

serve: .venv/installed
	$(BIN)/python -m index update || test -e .index/CURRENT
	$(BIN)/python app.py --port $(PORT) --open

test: .venv/installed-for-tests chromium
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m cogapp --check README.md docs/*.md
	$(BIN)/python -m pytest -n 2 --dist loadfile

test-long: .venv/installed-for-tests chromium
	$(BIN)/python -m pytest -m long -s

test-release: .venv/installed-for-tests chromium
	$(BIN)/python -m pytest -m release -s

bench: .venv/installed-for-tests
	$(BIN)/python benchmarks/speed.py

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Presscite needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 serve")'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { $(call debian,python3-venv); }
	$(PYTHON) -m venv .venv

.venv/installed: .venv/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet -c constraints.txt -e .
	@touch $@

.venv/installed-for-tests: .venv/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[test]'
	@touch $@ .venv/installed

.PHONY: chromium
chromium:
	@command -v chromium >/dev/null || { $(call debian,chromium); }

screenshots: .venv/installed-for-tests chromium
	$(BIN)/python benchmarks/screenshots.py

clean:
	rm -rf .venv .index build dist *.egg-info
