# make demo   the whole nightly job against a bundled sample upstream, on this machine only
# make test   everything that CI checks: lint, format, types, tests with coverage
# make check  lint, format and types alone
# make bench  speed and memory, printed (by hand: never part of the tests)

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
DATA ?= ../shared/data
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help demo test check bench calibrate lock clean browser

help:
	@sed -n 's/^# //p' Makefile

# Compiled at once, as an editable install compiles nothing and some machines keep no bytecode of what they run.
$(BIN)/sourcing: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "sourcing needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --constraint constraints.txt --editable .
	$(BIN)/python -m compileall -q db ranking spiders sourcing
	@touch $@

$(VENV)/.test: $(BIN)/sourcing
	$(PIP) install --constraint constraints.txt --editable '.[test]'
	@touch $@

demo: $(BIN)/sourcing
	@$(BIN)/sourcing demo

check: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: check browser
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --cov --cov-report=term:skip-covered

# Some tests look at the digest in headless Chromium. CI starts on an empty machine, so it installs one; elsewhere
# nobody's machine is changed, and without Chromium those tests skip and say so.
browser:
	@if [ -n "$$CI" ] && [ "$$(id -u)" = 0 ] && ! command -v chromium >/dev/null && command -v apt-get >/dev/null; then \
		(apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends chromium) \
			>/dev/null || echo "chromium could not be installed: the browser tests will skip"; \
	fi

bench: $(VENV)/.test
	@for each in nightly parsers queries originality; do echo "== $$each"; $(BIN)/python -m benchmarks.$$each || exit 1; done

calibrate: $(VENV)/.test
	$(BIN)/python -m sourcing.calibrate all --data $(DATA)

# Pin what is installed now; run in a fresh .venv after changing pyproject.toml.
lock: $(VENV)/.test
	$(BIN)/python -m pip freeze --exclude-editable | grep -v '^sourcing' > constraints.txt

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage htmlcov demo-out *.egg-info
