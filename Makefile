# Relight's commands. Each sets up what it needs; run one twice and the second is instant.
# `.venv` grows: requirements.lock for demo and run, requirements-dev.lock (which has all of it too)
# for test, lint and bench. After the first set-up nothing here asks the network again.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --no-input
JOBS   ?= $(shell echo $$(( $$(nproc 2>/dev/null || echo 1) + 1 )))  # one more than cores: tests wait for sockets, disks, browsers
PO     := $(wildcard src/relight/*/locale/*/LC_MESSAGES/*.po)

.PHONY: help demo run test test-sqlite test-postgres lint bench soak messages format clean chromium peers
.DEFAULT_GOAL := help

help:
	@echo "make demo      start with the six-site demonstration hospital"
	@echo "make run       start with an empty hospital"
	@echo "make test      all tests, on SQLite and on PostgreSQL, with a real browser"
	@echo "make lint      style, types, floors, translations, no outside address"
	@echo "make bench     the measurements of bench/"
	@echo "make soak      the long runs"
	@echo "make messages  bring the message catalogues up to date with the sources"
	@echo "make clean     remove what make made (never your data folder)"

# The demonstration has a data folder of its own, so that it never meets a real hospital's.
demo: $(VENV)/.run $(VENV)/.messages
	@RELIGHT_HOME="$${RELIGHT_HOME:-$(CURDIR)/.relight/demo}" exec $(BIN)/relight demo

run: $(VENV)/.run $(VENV)/.messages
	@exec $(BIN)/relight up

# --- set-up -------------------------------------------------------------------------------------

$(BIN)/python:
	@$(PYTHON) tools/check_python.py
	@echo "Making $(VENV) (once)"
	@$(PYTHON) -m venv $(VENV)

# The stamps hold the time of the last install; a changed lock or project file installs again.
$(VENV)/.run: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing what Relight runs on (once)"
	@if [ ! -f $(VENV)/.dev ]; then $(PIP) install --quiet --quiet --require-hashes --no-deps -r requirements.lock; \
	 elif [ requirements.lock -nt $(VENV)/.dev ]; then rm -f $(VENV)/.dev; \
	      $(PIP) install --quiet --quiet --require-hashes --no-deps -r requirements.lock; fi
	@$(PIP) install --quiet --quiet --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@echo "Installing what tests and checks need (once)"
	@$(PIP) install --quiet --quiet --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

$(VENV)/.messages: $(PO) tools/messages.py | $(VENV)/.run
	@$(BIN)/python tools/messages.py compile
	@touch $@

chromium:
	@command -v chromium >/dev/null 2>&1 && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	  echo "Installing Debian's chromium for the browser tests (once)"; \
	  { apt-get install -y -qq --no-install-recommends chromium >/dev/null 2>&1 \
	    || { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; }; } \
	  && command -v chromium >/dev/null 2>&1 && exit 0; \
	fi; \
	echo "The browser tests need Chromium: install the package 'chromium' (Debian: apt-get install chromium)" >&2; \
	exit 1

# The real programs some tests work with. Without them those tests skip and name the package.
PEERS := restic:restic borg:borgbackup mkfs.ext4:e2fsprogs mkfs.fat:dosfstools mcopy:mtools mkfs.ntfs:ntfs-3g qemu-img:qemu-utils nft:nftables ip:iproute2

peers:
	@missing=""; PATH="$$PATH:/usr/sbin:/sbin"; \
	for pair in $(PEERS); do command -v "$${pair%%:*}" >/dev/null 2>&1 || missing="$$missing $${pair#*:}"; done; \
	[ -z "$$missing" ] && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	  echo "Installing for the tests (once):$$missing"; \
	  apt-get install -y -qq --no-install-recommends $$missing >/dev/null 2>&1 \
	    || { apt-get update -qq && apt-get install -y -qq --no-install-recommends $$missing >/dev/null; } && exit 0; \
	fi; \
	echo "Some tests will skip; they work with these packages:$$missing"

# --- checks -------------------------------------------------------------------------------------

test: test-sqlite test-postgres

test-sqlite: $(VENV)/.dev $(VENV)/.messages chromium peers
	@RELIGHT_TEST_DATABASE=sqlite $(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m "not soak and not postgres_only"

# What touches no database ran once already.
PURE := kernel wire paper inspection tools fuzz \
  $(patsubst %,lab/test_%.py,drivers interpret matching reference westgard spool links_file interoperation simulators) \
  people/test_matrix.py

test-postgres: $(VENV)/.dev $(VENV)/.messages peers
	@RELIGHT_TEST_DATABASE=postgres $(BIN)/python -m pytest -n $(JOBS) --dist worksteal \
	  $(PURE:%=--ignore=tests/%) -m "not soak and not browser and not sqlite_only"

lint: $(VENV)/.dev $(VENV)/.messages
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { echo "run: make format"; exit 1; }
	@mkdir -p build/lint && RELIGHT_HOME=build/lint $(BIN)/mypy
	@PYTHONPATH=src $(BIN)/lint-imports --no-logo
	@$(BIN)/python tools/check_pure.py
	@$(BIN)/python tools/check_doors.py
	@$(BIN)/python tools/check_outside.py
	@$(BIN)/python tools/messages.py check

format: $(VENV)/.dev
	@$(BIN)/ruff check --quiet --fix . || true
	@$(BIN)/ruff format .

messages: $(VENV)/.dev
	@$(BIN)/python tools/messages.py update

bench: $(VENV)/.dev $(VENV)/.messages
	@$(BIN)/python bench/run.py

soak: $(VENV)/.dev $(VENV)/.messages chromium
	@$(BIN)/python -m pytest -m soak

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find src tests tools bench -name __pycache__ -type d -prune -exec rm -rf {} +
	find src -name '*.mo' -delete
