# Run `make` for the list of what can be done. Needs GNU make and Python 3.11 or newer.

HOST   ?= 127.0.0.1
PORT   ?= 8501
PYTHON ?= python3
ARGS   ?=

VENV    := .venv
PY      := $(VENV)/bin/python
PIP     := $(PY) -m pip --disable-pip-version-check
RUNTIME := $(VENV)/.runtime
DEV     := $(VENV)/.dev
WORKERS := -n 2 --dist loadscope

# Networks of the tests are small, and the two processes have the cores to themselves: threads would only wait.
test test-fast: export OMP_NUM_THREADS ?= 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run test test-fast check evaluate bench format chromium clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  HOST=$(HOST) PORT=$(PORT) PYTHON=$(PYTHON) can be given with any of them; ARGS=\"...\" goes on to"
	@echo "  run, test, test-fast, evaluate and bench."

setup: $(DEV) ## Install everything into .venv
	@echo "$(VENV) is ready."

run: $(RUNTIME) ## Open the dashboard on http://HOST:PORT
	$(PY) -m streamlit run dashboard/app.py --server.address $(HOST) --server.port $(PORT) $(ARGS)

test: $(DEV) ## Run all tests, the browser ones included
	@$(MAKE) --no-print-directory chromium || echo "The browser tests will fail; the others run." >&2
	$(PY) -m pytest $(WORKERS) $(ARGS)

test-fast: $(DEV) ## Run the tests that need no browser
	$(PY) -m pytest $(WORKERS) -m "not browser" $(ARGS)

check: $(DEV) ## Lint, formatting and types
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(PY) -m mypy

evaluate: $(RUNTIME) ## Measure every checkpoint again (ARGS="ID..." for some)
	$(PY) -m core.evaluate $(or $(ARGS),--all)

bench: $(DEV) ## Time the dashboard's parts
	$(PY) -m benchmarks $(ARGS)

format: $(DEV) ## Format, and mend what lint can mend
	$(VENV)/bin/ruff check --fix-only --quiet .
	$(VENV)/bin/ruff format .

chromium: $(DEV) ## Find a Chromium for the browser tests, or fetch one
	@if [ -n "$$MORPHOSPACE_CHROMIUM" ]; then \
	    [ -x "$$MORPHOSPACE_CHROMIUM" ] && exit 0; \
	    echo "MORPHOSPACE_CHROMIUM names no program: '$$MORPHOSPACE_CHROMIUM'" >&2; exit 1; \
	fi; \
	for name in chromium chromium-browser google-chrome; do \
	    command -v $$name >/dev/null 2>&1 && exit 0; \
	done; \
	echo "No Chromium on the PATH: asking Playwright for its own ..."; \
	$(PY) -m playwright install chromium || { \
	    echo "No Chromium could be had. Install one (Debian and Ubuntu: apt-get install chromium)," >&2; \
	    echo "or set MORPHOSPACE_CHROMIUM to the path of a Chromium or Chrome." >&2; exit 1; }

clean: ## Remove caches and test output (keeps .venv and runs)
	rm -rf .mypy_cache .pytest_cache .ruff_cache test-results build dist *.egg-info
	find core dashboard pages tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps are newer than the lists they were installed from, so nothing runs until a list changes.

$(RUNTIME): requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "Morphospace needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>/dev/null || echo not there)." >&2; \
	    echo "Name another one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PY) -m pip --version >/dev/null 2>&1 || { \
	    echo "Making $(VENV) ..."; $(PYTHON) -m venv $(VENV); } || { \
	    echo "No virtual environment could be made (Debian and Ubuntu: apt-get install python3-venv)." >&2; exit 1; }
	@echo "Installing what the dashboard needs (once, about a minute; PyTorch is the large one) ..."
	@$(PIP) install -r requirements.txt
	@touch $@

$(DEV): requirements-dev.txt $(RUNTIME)
	@echo "Installing the development tools (once, some seconds) ..."
	@$(PIP) install -r requirements-dev.txt
	@touch $@
