# `make` prints what there is.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python

.PHONY: help
help: ## print what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

$(VENV)/.run: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; set PYTHON=…"; exit 1; }
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@echo "Installing what the site needs …"
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt 2> >(grep -v '^WARNING: Location' >&2)
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	@echo "Installing what working on it needs …"
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt 2> >(grep -v '^WARNING: Location' >&2)
	@touch $@

.PHONY: run
run: $(VENV)/.run ## start the site with starter content and demonstration accounts
	@$(PY) tools/run.py

.PHONY: stack
stack: setup ## start the whole site natively: PostgreSQL, two application processes, worker, nginx; try it; Ctrl-C stops
	@$(PY) -m tools.stack $(ARGS)

.PHONY: chaos
chaos: setup ## break one part of the running site after the other, under load; ARGS="--only NAME" for one
	@$(PY) -W ignore -m tools.chaos $(ARGS)

.PHONY: setup
setup: $(VENV)/.dev ## install everything that working on the site needs

.PHONY: test
test: setup ## everything: lint, types, imports, then the suite on SQLite and PostgreSQL
	@$(MAKE) --no-print-directory lint types imports
	@$(PY) tools/test.py

.PHONY: test-fast
test-fast: setup ## the suite on SQLite without the browser
	@$(PY) tools/test.py --fast

.PHONY: journeys
journeys: setup ## only the journeys in a real browser
	@$(PY) tools/test.py --journeys

.PHONY: check
check: test ## the same as test: what CI runs

.PHONY: lint
lint: setup ## style and formatting
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .

.PHONY: format
format: setup ## mend what can be mended by machine
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format --quiet .

.PHONY: types
types: setup ## types
	@$(BIN)/mypy --no-error-summary portal articles triage review

.PHONY: imports
imports: setup ## dependencies point one way
	@mkdir -p var; $(BIN)/lint-imports --no-logo > var/imports.log 2>&1 || { cat var/imports.log; exit 1; }

.PHONY: seed
seed: $(VENV)/.run ## load the starter content again; says what it created, changed and left alone
	@$(PY) manage.py load_starter_content -v2
	@$(PY) manage.py load_protocols

.PHONY: audit
audit: $(VENV)/.run ## prove from the data that everything public was signed
	@$(PY) manage.py audit_releases

.PHONY: consumers
consumers: setup ## hand what is exported to programs that others wrote (needs node, npm, Chromium)
	@$(PY) tools/consumers.py $(CONSUMERS)

.PHONY: hazards
hazards: setup ## look up the controls of the hazard log on the starter content; a part of make check
	@DJANGO_SETTINGS_MODULE=portal.settings_test $(PY) -W ignore -m tests.database check_hazards

.PHONY: proofs
proofs: setup ## prove the starter protocols over all answers; print the figures of the engine
	@$(PY) tools/bench_engine.py

.PHONY: permissions
permissions: setup ## ask at every address of the site as every role; writes docs/permissions.md
	@DOORS=all $(PY) -m pytest -q -p no:cacheprovider -W ignore::ResourceWarning tests/portal/permissions

MEASURED := $(addprefix tests/articles/quarantine/texts/,shoulder-and-headache back-asthma-wounds-fever cough-burns-bites-knee)
.PHONY: quarantine
quarantine: setup ## measure the hints on raw texts; RAW_TEXTS=FOLDER also on the two that the site began with
	@DJANGO_SETTINGS_MODULE=portal.settings_test $(PY) -W ignore -m tests.database measure_quarantine \
	  $(foreach text,$(MEASURED),--marked $(text)-garbled.txt --clean $(text)-clean.txt) \
	  $(if $(RAW_TEXTS),--raw $(RAW_TEXTS) --places tests/articles/quarantine/places.yaml)

.PHONY: fuzz
fuzz: setup ## send inputs that nobody means to everything that reads some; FUZZ=100000 for the long run, which goes on where it was stopped
	@ONLY="$(ONLY)" $(PY) tools/fuzz.py

.PHONY: fuzz-ci
fuzz-ci: setup ## send 5,000 such inputs to each of these, as CI does
	@FUZZ=$${FUZZ:-5000} AT_ONCE=1 FRESH=1 FUZZ_STORE=$${FUZZ_STORE:-var/fuzz-ci} ONLY="$(ONLY)" $(PY) tools/fuzz.py

.PHONY: fuzz-api
fuzz-api: setup ## send requests made from the description of the interface; API_EXAMPLES=2000 for each operation
	@API_EXAMPLES=$${API_EXAMPLES:-2000} PARTNER_RUNS=$${PARTNER_RUNS:-2000} $(PY) -m pytest tests/triage/partners -q

.PHONY: bench
bench: setup ## measure what there is to measure, each with its limits: tools/bench_*.py
	@failed=0; for tool in tools/bench_*.py; do echo "== $$tool"; $(PY) $$tool || failed=1; done; exit $$failed

.PHONY: canary
canary: setup ## go through the check with words that exist nowhere else, then look for them in all that was written
	@$(PY) tools/canary.py

tools/lighthouse/node_modules/.here: tools/lighthouse/package-lock.json
	@command -v npm >/dev/null || { echo "Lighthouse needs Node and npm; they are not on this machine."; exit 3; }
	@cd tools/lighthouse && npm ci --ignore-scripts --no-audit --no-fund --silent && touch node_modules/.here

.PHONY: lighthouse
lighthouse: setup tools/lighthouse/node_modules/.here ## ask Lighthouse about one page of each type; fails below 100
	@$(PY) -W ignore tools/lighthouse/run.py

var/linters/.here: deploy/linters.txt
	@test -x var/linters/bin/python || $(PYTHON) -m venv var/linters
	@var/linters/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r deploy/linters.txt 2> >(grep -v '^WARNING: Location' >&2)
	@touch $@

deploy/node_modules/.here: deploy/package-lock.json
	@! command -v npm >/dev/null || (cd deploy && npm ci --ignore-scripts --no-audit --no-fund --silent && touch node_modules/.here)

.PHONY: deploy-check
deploy-check: setup var/linters/.here deploy/node_modules/.here ## look over Dockerfile, compose, Kubernetes, alerts; build the images natively and use them
	@$(PY) -W ignore -m tools.deploy_check $(ARGS)

.PHONY: sbom
sbom: setup ## write a bill of materials (CycloneDX) to var/sbom.json
	@$(PY) tools/packages.py sbom

.PHONY: audit-packages
audit-packages: setup ## known faults of locked packages; ends with 3 when a package could not be asked about
	@$(PY) tools/packages.py audit

.PHONY: restore-drill
restore-drill: setup ## prove that backups bring the site back: dump, recovery to a moment, SQLite
	@$(PY) -W ignore tools/restore_drill.py

.PHONY: replica-drill
replica-drill: setup ## prove that reading from a replica shows nobody anything older
	@$(PY) -W ignore tools/replica_drill.py

.PHONY: docs
docs: setup ## build the documentation site in var/docs; a link that leads nowhere fails
	@$(PY) -m tools.made_docs
	@$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going -b html -d var/docs-cache docs var/docs
	@! grep -rlE '<(script|link|img|iframe)[^>]+(src|href)="(https?:)?//' var/docs --include=*.html || { echo "These ask another host for something."; exit 1; }
	@echo "var/docs/index.html"

.PHONY: screenshots
screenshots: setup ## open each screen that the user guides show, look it over, keep its picture in docs/images
	@SCREENSHOTS=1 $(PY) -m pytest -q -p no:cacheprovider tests/journeys/test_guides.py

.PHONY: migrations
migrations: setup ## write missing migrations
	@$(PY) manage.py makemigrations

.PHONY: lock
lock: setup ## compile the requirement files with hashes; new releases wait seven days
	@before=$$($(PY) -c 'import datetime; print(datetime.date.today() - datetime.timedelta(7))'); \
	for name in requirements requirements-traces requirements-dev deploy/linters; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	    --exclude-newer $$before $$name.in -o $$name.txt; done

.PHONY: clean
clean: ## throw away the local database, media and test databases
	@-$(PY) tools/postgres.py stop 2>/dev/null
	@rm -rf var
