# One command each. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PYTHONDONTWRITEBYTECODE ?= 1

.PHONY: help run seed test journeys check fix bench races fuzz faults lock clean
help: ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/.runtime: requirements.lock
	@.ci/install $(VENV) requirements.lock $(PYTHON)
	@touch $@

$(VENV)/.dev: requirements-dev.lock
	@.ci/install $(VENV) requirements-dev.lock $(PYTHON)
	@touch $@ $(VENV)/.runtime

run: $(VENV)/.runtime ## install, migrate, seed once and serve on http://127.0.0.1:8000 (PORT, DATA_DIR)
	@$(BIN)/python -m compileall -q market wsgi.py
	@$(BIN)/python -m market.serve

seed: $(VENV)/.runtime ## build the demonstration world anew in an empty DATA_DIR
	@$(BIN)/flask --app wsgi db upgrade
	@$(BIN)/flask --app wsgi seed --demo

check: $(VENV)/.dev ## lint, types, layer contracts, templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet

fix: $(VENV)/.dev ## format and repair what can be repaired
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

test: $(VENV)/.dev ## units, services and pages on SQLite and PostgreSQL, then the journeys
	@$(BIN)/python -m compileall -q market wsgi.py
	@$(BIN)/python -m tests.run

journeys: $(VENV)/.dev ## the journeys alone, in a real browser (JOURNEYS_URL= names a running site)
	@$(BIN)/python -m tests.run journeys

races: $(VENV)/.dev ## long races on both databases (100 trials each)
	@RACE_TRIALS=100 $(BIN)/python -m tests.run races

fuzz: $(VENV)/.dev ## made-up calls of the API, made-up words, turns of events (FUZZ_EXAMPLES=)
	@$(BIN)/python -m tests.run fuzz

faults: $(VENV)/.dev ## 30 injections of every fault (FAULT_TRIALS=, FULL=1: 300)
	@$(BIN)/python -m tests.run faults

bench: $(VENV)/.dev ## measurements into build/bench.jsonl (CASES= ENGINES= SIZES=)
	@$(BIN)/python -m tests.bench

lock: ## resolve the dependencies anew into the lock files
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements.lock
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements-dev.lock

clean: ## remove what was built (not your data)
	rm -rf build .mypy_cache .ruff_cache .pytest_cache .hypothesis
