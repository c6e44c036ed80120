# The face of the project; the work is done by the scripts in tools/, which run without make too.

PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
VENV := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help run demo check test test-full coverage bench lock messages format

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## set up whatever is missing and serve on http://127.0.0.1:8000 (PORT=… changes it)
	@exec $(PYTHON) tools/setup.py --serve --watch-parent --host $(HOST) --port $(PORT)

demo: ## make the demo anew
	@exec $(PYTHON) tools/setup.py --dev --rebuild-demo

check: ## lint, types, contracts, migrations and the fast tests (under 90 seconds)
	@exec $(PYTHON) tools/test.py check

test: ## everything on SQLite, what matters on PostgreSQL, the browser journeys (under 12 minutes)
	@exec $(PYTHON) tools/test.py test

test-full: ## everything on both databases, with long fuzzing
	@exec $(PYTHON) tools/test.py full

coverage: ## the tests on SQLite with branch coverage, as a page in var/coverage/
	@exec $(PYTHON) tools/test.py coverage

bench: ## measure pages and certificates on both databases and print the figures
	@$(PYTHON) tools/setup.py --dev
	@exec $(VENV) -m benchmarks

lock: ## resolve requirements/*.in into hashed locks
	@$(PYTHON) tools/setup.py --dev
	@exec $(VENV) tools/lock.py

messages: ## collect the texts to translate, then compile the translations
	@$(PYTHON) tools/setup.py --dev
	@exec $(VENV) tools/messages.py make

format: ## format Python and sort imports
	@$(PYTHON) tools/setup.py --dev
	@$(VENV) -m ruff check --fix -q .
	@$(VENV) -m ruff format -q .
