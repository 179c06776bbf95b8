# Two commands do all the set-up: `make demo` and `make test`.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
DATA   ?= data/demo
PEOPLE ?= 1000

.PHONY: reference simulated demo serve test test-slow check lint types contracts cypher docs stale rules lock bench clean

$(VENV)/.run: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

demo: $(VENV)/.run          ## sample files -> graph -> API -> a household's answer
	$(BIN)/ccg demo --data $(DATA) --people $(PEOPLE)

serve: $(VENV)/.run         ## the same, and keeps the API running
	$(BIN)/ccg demo --data $(DATA) --people $(PEOPLE) --serve

test: $(VENV)/.dev          ## everything that can fail
	$(BIN)/python -m pytest

$(VENV)/.spark: benchmarks/spark.lock $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --require-hashes -r benchmarks/spark.lock
	@touch $@

test-slow: $(VENV)/.spark   ## fifty faults of each kind, a hundred thousand damaged rows, linkage on Spark
	CCG_FAULTS=50 CCG_FUZZ=100000 CCG_SPARK_PEOPLE=10000 $(BIN)/python -m pytest \
		tests/faults tests/graph_loader/test_fuzz.py tests/graph_loader/test_spark.py

check: lint types contracts cypher stale rules ## what CI holds beside the tests

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/deptry .

types: $(VENV)/.dev
	$(BIN)/mypy

contracts: $(VENV)/.dev
	$(BIN)/lint-imports

node_modules/.installed: package-lock.json
	npm ci --silent
	@touch $@

cypher: node_modules/.installed ## every .cypher file under Cypher 5 and 25
	node queries/lint.mjs

docs: $(VENV)/.dev          ## renew what is generated
	$(BIN)/python -m docs.generate

rules: $(VENV)/.run         ## no gap in the parameters, none overdue, as of the day they were last gone through
	$(BIN)/ccg rules check --as-of $$($(BIN)/python -c 'from benefits.review import GONE_THROUGH as day; print(day)')

stale: $(VENV)/.dev
	$(BIN)/python -m docs.generate --check

lock: $(VENV)/.dev          ## renew the hash-pinned locks
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --python-version 3.11 pyproject.toml --group pyproject.toml:build -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --python-version 3.11 pyproject.toml --group pyproject.toml:build --group pyproject.toml:dev -o requirements-dev.lock
	echo policyengine-us==2.68.0 | $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --python-version 3.11 - -o $(REFERENCE)/requirements.lock
	echo pseudopeople==1.3.1 | $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --python-version 3.11 - -o $(SIMULATED)/requirements.lock
	echo pyspark | $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --python-version 3.11 - -o benchmarks/spark.lock

REFERENCE := benchmarks/reference

$(REFERENCE)/.venv/.installed: $(REFERENCE)/requirements.lock
	$(PYTHON) -m venv $(REFERENCE)/.venv
	$(REFERENCE)/.venv/bin/python -m pip install --quiet --require-hashes -r $(REFERENCE)/requirements.lock
	@touch $@

reference: $(REFERENCE)/.venv/.installed $(VENV)/.dev ## ask the reference again, then compare
	$(REFERENCE)/.venv/bin/python $(REFERENCE)/sweep.py
	$(BIN)/python -m benchmarks.reference

SIMULATED := benchmarks/simulated
OTHERS := 2030-11-1 2030-9-1 2040-13-1 2030-21-2 2030-21-3

$(SIMULATED)/.venv/.installed: $(SIMULATED)/requirements.lock
	$(PYTHON) -m venv $(SIMULATED)/.venv
	$(SIMULATED)/.venv/bin/python -m pip install --quiet --require-hashes -r $(SIMULATED)/requirements.lock
	@touch $@

simulated: $(SIMULATED)/.venv/.installed ## files of other YEAR-SEED-NOISE, for python -m benchmarks.identity unseen
	for one in $(OTHERS); do $(SIMULATED)/.venv/bin/python $(SIMULATED)/write.py data/simulated/$$one || exit 1; done

bench: $(VENV)/.dev         ## ratios and limits for docs/performance.md
	$(BIN)/python -m benchmarks.rules
	$(BIN)/python -m benchmarks.outlook
	$(BIN)/python -m benchmarks.answering
	$(BIN)/python -m benchmarks.loading
	$(BIN)/python -m benchmarks.first 10000
	$(BIN)/python -m benchmarks.reform 1000
	$(BIN)/python -m benchmarks.derive 3000

clean:
	rm -rf $(VENV) data node_modules .mypy_cache .ruff_cache .pytest_cache
