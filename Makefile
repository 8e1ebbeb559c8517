# Two commands on a fresh machine: `make demo` and `make test`. Each makes .venv and installs what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint .ci/constraints.txt

.PHONY: demo test soak bench tui serve format clean

demo: $(VENV)/.installed-demo
	$(BIN)/braze-lab demo

test: $(VENV)/.installed-dev
	PATH="$(CURDIR)/$(BIN):$$PATH" .ci/check

soak: $(VENV)/.installed-dev
	BRAZE_LAB_BUDGET=soak $(BIN)/pytest tests/scenarios/machines tests/scenarios/mutants \
		tests/mock_braze/test_sixteen_threads.py \
		tests/contracts/test_provider.py tests/scenarios/test_launch.py

bench: $(VENV)/.installed-demo
	$(BIN)/python -m scenarios.bench

tui: $(VENV)/.installed-tui
	$(BIN)/braze-lab tui

serve: $(VENV)/.installed-demo
	$(BIN)/braze-lab serve

format: $(VENV)/.installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) .ci/node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache build dist

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Braze Lab needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.12 ..." >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed-demo: pyproject.toml .ci/constraints.txt | $(BIN)/python
	$(INSTALL) --editable .
	@touch $@

$(VENV)/.installed-tui: pyproject.toml .ci/constraints.txt | $(BIN)/python
	$(INSTALL) --editable '.[tui]'
	@touch $@

$(VENV)/.installed-dev: pyproject.toml .ci/constraints.txt | $(BIN)/python
	$(INSTALL) --editable '.[dev]'
	@touch $@
