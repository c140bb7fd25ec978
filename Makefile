# `make demo` and `make test` set up what they need by themselves: Python 3.11 and make are enough.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CHILDREN ?= 2
READY := $(VENV)/.ready

# Containers like to set it; then each of the many processes of the tests compiles all modules again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test quick long check docs bench catalogue generations mutants planted-bugs lock clean

demo: $(READY)  ## play the account switch that burns the quota, on the terminal
	@$(BIN)/rapidpro-simulator demo

test: check  ## everything: format, lint, types, import rules, API reference, tests, features
	$(BIN)/pytest -n auto --dist loadgroup

# The parts without processes and foreign data, and the features about sending; without what draws its input for long.
QUICK := tests/world tests/steps tests/cht tests/gateway tests/rapidpro/api tests/rapidpro/delivery \
  tests/rapidpro/mailroom tests/rapidpro/model features/sending.feature features/rules/sending.feature
NOT_QUICK := *_nonsense.py *_robustness.py *_crashes.py *_program.py *_package.py *_pouchdb.py *_simulation.py \
  *_any_text.py */vectors/*

quick: $(READY)  ## for every save, in under a minute: lint, and the tests of the parts
	$(BIN)/ruff check .
	$(BIN)/pytest -q -n auto --dist loadgroup $(QUICK) $(NOT_QUICK:%=--ignore-glob '%')

long: $(READY)  ## the explorations that take minutes: other dates and places, days of random misfortune
	$(BIN)/pytest -n auto --dist loadgroup -m long

check: $(READY) docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(READY)  ## the API reference, from the docstrings: docs/api/index.html
	$(BIN)/python docs/reference.py docs/api

mutants: $(READY)  ## do the tests notice a change of the code? takes hours; OF='*.throttle.*' for a part
	mkdir -p build/mutants/src
	cp -Ru gateway/cht_rapidpro_gateway simulator/rapidpro_simulator build/mutants/src/
	cp -Ru conftest.py pyproject.toml tests build/mutants/
	cd build/mutants && $(CURDIR)/$(BIN)/mutmut run --max-children $(CHILDREN) $(OF)
	cd build/mutants && $(CURDIR)/$(BIN)/mutmut results --all true | sed -E 's/^ *([^:]*)\.x[^:.]*: /\1 /' | sort | uniq -c

planted-bugs: $(READY)  ## write docs/planted-bugs.md: which random world shows which bug in the standalone gateway
	$(BIN)/python -m tests.laboratory.explore.planted docs/planted-bugs.md

bench: $(READY)  ## what we measure, as ratios in one run: see benchmarks/README.md
	$(BIN)/python -m benchmarks

catalogue: $(READY)  ## write docs/steps.md from the step definitions
	$(BIN)/python -m rapidpro_simulator.testing.catalogue docs/steps.md

generations: $(READY)  ## write docs/generations.md from what is known of RapidPro's generations
	$(BIN)/python -m rapidpro_simulator.testing.generation_tables docs/generations.md

clean:
	rm -rf $(VENV) build dist docs/api *.egg-info

lock: $(READY)  ## write requirements.lock anew, with the newest releases that pyproject.toml allows
	$(BIN)/pip install --quiet --disable-pip-version-check 'uv>=0.9'
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --extra dev --upgrade \
	  --custom-compile-command 'make lock' --output-file requirements.lock pyproject.toml

$(READY): pyproject.toml requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@
