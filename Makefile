# Two commands matter: `make quickstart` and `make test`. Both need Python 3.10+ and make, no more.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python3.10 python; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null && echo $$p && break; done)
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
BENCHMARKS := $(filter-out benchmarks/_%,$(wildcard benchmarks/*.py))
SOURCES := src tests examples benchmarks

.PHONY: quickstart test lint types floors tests soak coverage test-all test-compat test-browser docs bench clean

quickstart: $(VENV)/run.stamp
	$(BIN)/python examples/quickstart.py $(ARGS)

test: lint types floors tests

lint: $(VENV)/dev.stamp
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)

types: $(VENV)/dev.stamp
	$(BIN)/mypy -p novadoc
	$(BIN)/mypy tests/typing
	$(BIN)/pyright --pythonpath $(BIN)/python

floors: $(VENV)/dev.stamp
	$(BIN)/lint-imports

tests: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

# Twenty thousand calls under faults, twenty kills, a hundred thousand documents: some minutes.
soak: $(VENV)/dev.stamp
	NOVADOC_SOAK=20000 $(BIN)/python -m pytest -q -n0 --durations=4 tests/extraction/test_soak.py

coverage: $(VENV)/dev.stamp
	$(BIN)/coverage run -m pytest -m "not slow and not browser" -q
	$(BIN)/coverage combine -q
	$(BIN)/coverage report

# Every Python found on this machine, one after the other, each in its own environment.
test-all:
	@for p in 3.10 3.11 3.12 3.13 3.14; do \
	  command -v python$$p >/dev/null && python$$p -c 'import sys' 2>/dev/null || continue; \
	  echo "== Python $$p"; \
	  $(MAKE) tests PYTHON=python$$p VENV=.venv-$$p || exit 1; done

# Oldest and newest supported boto3 and moto; needs a package index.
test-compat: $(VENV)/dev.stamp
	$(BIN)/python tests/compat/matrix.py

test-browser: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -m browser -o addopts="--import-mode=importlib --strict-markers" $(ARGS)

docs: $(VENV)/docs.stamp
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo "Open site/index.html; to search too, serve it: python -m http.server -d site"

bench: $(VENV)/dev.stamp
	@for b in $(BENCHMARKS); do echo "== $$b"; $(BIN)/python $$b || exit 1; done

clean:
	rm -rf $(VENV) .venv-* out build dist

$(VENV)/pip.stamp:
	@test -n "$(PYTHON)" || { echo "novadoc needs Python 3.10 or newer; none was found. Set PYTHON=/path/to/python3." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --upgrade "pip>=25.1"
	@touch $@

$(VENV)/run.stamp: $(VENV)/pip.stamp pyproject.toml
	$(PIP) install --quiet -e ".[local,pdf,report]"
	$(BIN)/python -m compileall -q src  # as pip does for what is not editable
	@touch $@

$(VENV)/docs.stamp: $(VENV)/run.stamp pyproject.toml
	$(PIP) install --quiet -e ".[local,pdf,report]" --group docs
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp pyproject.toml
	$(PIP) install --quiet -e ".[local,pdf,report,pandas]" --group dev
	@touch $@
