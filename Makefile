# How to work here. `make help` lists the targets; each says what it needs and installs it once.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps
WEB := dashboards/web
PIP := $(BIN)/pip --disable-pip-version-check --quiet
LOCK := $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host
WEB_SOURCES := $(shell [ -d $(WEB) ] && find $(WEB) -type f -not -path '*/node_modules/*' -not -path '*/dist/*')
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.PHONY: install
install: $(STAMPS)/runtime $(STAMPS)/web ## Make .venv and install what `make run` needs

.PHONY: run
run: install web ## Start Sundial with the demo county on http://127.0.0.1:8610
	@exec $(BIN)/sundial serve --demo --data data/demo

.PHONY: test
test: $(STAMPS)/dev $(STAMPS)/browser $(STAMPS)/kafka lint web ## Everything a change must pass: lint, Python, web and scenario tests
	$(BIN)/pytest -n 2 --dist loadfile -m "not bench and not soak" --durations=10
	@if [ -f $(WEB)/package.json ]; then cd $(WEB) && npm run --silent test; fi
	$(BIN)/sundial judge --check tests/scenarios

.PHONY: lint
lint: $(STAMPS)/dev ## ruff, mypy and the import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

.PHONY: format
format: $(STAMPS)/dev ## Put the Python code into shape
	$(BIN)/ruff check --fix --quiet . || true
	$(BIN)/ruff format --quiet .

.PHONY: web
web: $(STAMPS)/web-built ## Build the screens into dashboards/web/dist

.PHONY: kafka
kafka: $(STAMPS)/runtime $(STAMPS)/kafka ## Start a Kafka broker for yourself; its data is in data/kafka
	@exec $(BIN)/python -m tests.support.broker data/kafka

.PHONY: bench
bench: $(STAMPS)/dev $(STAMPS)/kafka $(STAMPS)/bench ## Measure everything and write docs/benchmarks.md
	$(BIN)/python -m tests.bench

.PHONY: soak
soak: $(STAMPS)/dev $(STAMPS)/kafka ## Run the long tests
	$(BIN)/pytest -m soak --timeout=0

.PHONY: screenshots
screenshots: $(STAMPS)/dev $(STAMPS)/browser web ## Take the pictures of docs/images
	$(BIN)/python -m tests.e2e.screenshots docs/images

.PHONY: docs
docs: $(STAMPS)/dev ## Write the generated pages of docs
	$(BIN)/python -m sundial.pages docs

.PHONY: lock
lock: $(STAMPS)/dev ## Lock the dependencies of requirements*.in anew
	$(LOCK) --output-file requirements.lock requirements.in
	$(LOCK) --output-file requirements-dev.lock requirements-dev.in
	$(LOCK) --output-file requirements-web.lock requirements-web.in
	$(LOCK) --output-file requirements-bench.lock requirements-bench.in

.PHONY: clean
clean: ## Remove what make has made (never the data)
	rm -rf $(VENV) $(WEB)/node_modules $(WEB)/dist .mypy_cache .ruff_cache .import_linter_cache

# What is installed, remembered by stamps inside the environment.
$(STAMPS)/venv:
	@.ci/make-venv $(VENV)
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/runtime: requirements.lock pyproject.toml | $(STAMPS)/venv
	@echo "Installing what Sundial needs ..."
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMPS)/dev: requirements-dev.lock $(STAMPS)/runtime
	@echo "Installing what its tests need ..."
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

$(STAMPS)/web: requirements-web.lock | $(STAMPS)/venv
	@echo "Installing Node.js for the screens ..."
	@$(PIP) install --require-hashes -r requirements-web.lock
	@touch $@

$(STAMPS)/bench: requirements-bench.lock | $(STAMPS)/venv
	@echo "Installing what its measurements are compared with ..."
	@.ci/make-venv $(VENV)/bench
	@$(VENV)/bench/bin/pip --disable-pip-version-check --quiet install --require-hashes -r requirements-bench.lock
	@touch $@

$(STAMPS)/node-modules: $(wildcard $(WEB)/package-lock.json) $(STAMPS)/web
	@if [ -f $(WEB)/package.json ]; then cd $(WEB) && npm ci --no-audit --no-fund --loglevel=error; fi
	@touch $@

$(STAMPS)/web-built: $(STAMPS)/node-modules $(WEB_SOURCES)
	@if [ -f $(WEB)/package.json ]; then echo "Building the screens ..."; cd $(WEB) && npm run --silent build; fi
	@touch $@

$(STAMPS)/browser: | $(STAMPS)/venv
	@.ci/install-browser
	@touch $@

$(STAMPS)/kafka: infra/kafka/pom.xml | $(STAMPS)/venv
	@.ci/install-kafka $(VENV)/kafka
	@touch $@
