# feedwatch: the two commands a newcomer needs are `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PEERS := .bench
AS_ROOT := $(shell test "$$(id -u)" = 0 || echo sudo)
CORES := $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)

.DEFAULT_GOAL := help
.PHONY: help run demo test lint types check bench bench-tui bench-peers bench-stories torture pictures snapshots build clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.run  ## install what is needed, then open feedwatch on config.toml
	@$(BIN)/feedwatch

demo: $(VENV)/.run  ## open feedwatch on sample feeds, no network needed
	@$(BIN)/feedwatch demo

test: $(VENV)/.test  ## run every test, one more at a time than there are cores: many wait
	@$(BIN)/python -m pytest --numprocesses $$(( $(CORES) + 1 )) --dist worksteal

lint: $(VENV)/.test  ## check style and formatting
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(VENV)/.test  ## check types
	@$(BIN)/mypy

check: lint types test  ## all that CI runs

bench: $(VENV)/.test  ## measure polling beside other readers, as Markdown (BENCH="--runs 1" for options)
	@$(BIN)/python -m tests.bench.ingest --small 200 --latency --growth 5000,10000 $(BENCH)

bench-tui: $(VENV)/.test  ## measure the screen in a terminal: start, keys, memory (BENCH="--sizes 30000" for options)
	@$(BIN)/python -m tests.bench.tui $(BENCH)

bench-peers: $(VENV)/.made  ## install the readers to measure beside: from Debian, and from PyPI into .bench
	@command -v apt-get >/dev/null || { echo "bench-peers installs with apt-get, which was not found: install newsboat, sfeed, rss2email and curl by hand."; exit 1; }
	@$(AS_ROOT) apt-get install --yes --no-install-recommends newsboat sfeed rss2email curl
	@test -d $(PEERS) || $(BIN)/python -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --upgrade reader sgmllib3k || { echo "reader could not be installed: is the package index reachable?"; exit 1; }

bench-stories: $(VENV)/.test  ## measure how well news is grouped into stories (FEEDWATCH_CORPUS names labelled news)
	@$(BIN)/python -m tests.bench.stories $(BENCH)

torture: $(VENV)/.test  ## kill a thousand daemons and see that every alert comes through, half an hour (TORTURE="--seed 2" for options)
	@$(BIN)/python -m tests.torture $(TORTURE)

pictures: $(VENV)/.test  ## draw the README's pictures of the five views again
	@$(BIN)/python -m tests.picture docs

snapshots: $(VENV)/.test  ## accept how every screen looks now: look at what git says has changed in tests/data/screens
	@FEEDWATCH_SNAPSHOTS=accept $(BIN)/python -m pytest tests/tui/test_snapshots.py

build: $(VENV)/.test  ## make the wheel and the source distribution in dist/
	@$(BIN)/python -m pip install --quiet build
	@$(BIN)/python -m build --quiet

clean:  ## remove the environment and caches
	rm -rf $(VENV) $(PEERS) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.made:
	@command -v $(PYTHON) >/dev/null || { echo "feedwatch needs Python 3.11 or newer, and '$(PYTHON)' was not found: install it, or name it with 'make PYTHON=/path/to/python3'."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "feedwatch needs Python 3.11 or newer, and '$(PYTHON)' is $$($(PYTHON) -V 2>&1): name a newer one with 'make PYTHON=python3.12'."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv module is missing: install it (Debian and Ubuntu: apt install python3-venv) and run make again."; exit 1; }
	@echo "Making the environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1' || { echo "pip could not be upgraded: is the package index reachable?"; exit 1; }
	@touch $@

$(VENV)/.run: $(VENV)/.made pyproject.toml
	@echo "Installing feedwatch and what it needs (once, about half a minute) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . || { echo "The installation failed; the lines above say why. Is the package index reachable?"; exit 1; }
	@touch $@

$(VENV)/.test: $(VENV)/.run pyproject.toml
	@echo "Installing what the tests need ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --group test || { echo "The installation failed; the lines above say why. Is the package index reachable?"; exit 1; }
	@touch $@
