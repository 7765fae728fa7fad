# Every target makes its own virtual environment first; nothing else has to be installed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lint types bench simulate workbook clean

$(VENV)/.installed: pyproject.toml $(wildcard workbook_template/*.py)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

demo: $(VENV)/.installed ## The whole job on the built-in sandbox
	$(BIN)/truebooks demo

test: $(VENV)/.installed workbook ## All tests
	$(BIN)/python -m pytest -n auto

lint: $(VENV)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed
	$(BIN)/mypy

bench: $(VENV)/.installed
	$(BIN)/python benchmarks/run.py

SCHEDULES ?= 100000
simulate: $(VENV)/.installed ## Two operators, faults, kills and hand edits, on seeded schedules
	$(BIN)/python tests/simulator/simulate.py --schedules $(SCHEDULES)

workbook: $(VENV)/.installed ## Build truebooks_xl/data/TrueBooks.xlsx from workbook_template/
	$(BIN)/python -m workbook_template.build

clean:
	rm -rf $(VENV) build dist truebooks_xl/data/TrueBooks.xlsx
