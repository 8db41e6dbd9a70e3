# Two commands do everything: `make run` and `make test`. They need Python >= 3.11 and nothing else.
PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# What Firefox's driver can try: it emulates neither colour scheme, touch nor reduced motion.
FIREFOX := $(addprefix tests/e2e/ui/test_,accessibility.py isolation.py navigation.py reconnect.py stability.py)

.PHONY: run test test-long bench lint format lock docs env-example clean

run: .venv/.run
	$(BIN)/app run

test: .venv/.test lint
	$(BIN)/python -m pytest tests/unit tests/property -n 2
	$(BIN)/python -m pytest tests/integration -n 3 --dist loadfile
	$(BIN)/python -m pytest tests/performance
	$(BIN)/python -m pytest tests/e2e -n 2 --dist loadfile

# Longer campaigns of kills and generated cases, and the shell in Firefox too. Takes about an hour on two cores.
test-long: export HOLDFAST_LONG := 1
test-long: .venv/.test lint
	$(BIN)/python -m pytest tests/unit tests/property -n 2 --timeout 3600
	$(BIN)/python -m pytest tests/integration -n 2 --dist loadfile --timeout 1800
	$(BIN)/python -m pytest tests/performance
	$(BIN)/python -m pytest tests/e2e -n 2 --dist loadfile --timeout 600
	HOLDFAST_BROWSER=firefox $(BIN)/python -m pytest $(FIREFOX) -n 2 --dist loadfile --timeout 600

# Prints the tables of docs/performance.md; a quiet machine makes them worth reading. Takes about twenty minutes.
bench: .venv/.test
	$(BIN)/python -m benchmarks.repository
	$(BIN)/python -m benchmarks.warehouse_pages --hold-minutes 1
	$(BIN)/python -m benchmarks.large_sets
	$(BIN)/python -m benchmarks.monitor

lint: .venv/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/.test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: .venv/bin/uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		pyproject.toml -o requirements/run.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		pyproject.toml --group dev -c requirements/run.lock -o requirements/test.lock

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/bin/uv: .venv/bin/python
	$(INSTALL) uv

.venv/.run: .venv/bin/python requirements/run.lock pyproject.toml
	$(INSTALL) --require-hashes -r requirements/run.lock
	$(INSTALL) --no-deps --editable .
	touch $@

.venv/.test: .venv/.run requirements/test.lock
	$(INSTALL) --require-hashes -r requirements/test.lock
	touch $@

env-example: .venv/.test
	$(BIN)/python -m host.config.manual

docs: env-example
	$(BIN)/python -m tests.integration.kernel.manual_table
	$(BIN)/python -m tests.attacks
	$(BIN)/python -m host.cli.reference docs/cli.md

clean:
	rm -rf .venv dist build .mypy_cache .ruff_cache .pytest_cache
