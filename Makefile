# Loupe's commands. Each does everything that it needs and is safe to repeat.
#   make demo [PHOTOS=folder] [SMOKE=1]   a library with pictures, at the address it prints
#   make test                             the whole suite, on a real database, with a real browser
#   make check · make bench · make run

VENV   := .venv
PYTHON := $(VENV)/bin/python
SYSTEM_PYTHON := $(firstword $(foreach v,3.11 3.12 3.13,$(shell command -v python$(v))) python3)
STAMP  := $(VENV)/.installed
# One more worker than processors: many tests wait for a browser, a server or a restart.
PYTEST_ARGS ?= -n $(shell $(SYSTEM_PYTHON) -c "import os; print(os.cpu_count() + 1)") --dist loadfile

.PHONY: demo run test check bench install browser

install: $(STAMP)

# torch first and alone: otherwise its dependants may bring another build of it.
$(STAMP): requirements/torch.txt requirements/runtime.txt requirements/dev.txt
	test -x $(PYTHON) || $(SYSTEM_PYTHON) -m venv $(VENV)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements/torch.txt
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps -r requirements/torchvision.txt
	$(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements/runtime.txt
	$(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements/dev.txt
	touch $@

demo: install
	$(PYTHON) manage.py demo $(if $(PHOTOS),--photos "$(PHOTOS)") $(if $(SMOKE),--smoke)

run: install
	$(PYTHON) manage.py up

browser: install
	$(PYTHON) -m tests.browser.install

test: install browser
	$(PYTHON) manage.py models fetch
	$(PYTHON) -m pytest $(PYTEST_ARGS)

check: install
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/lint-imports
	$(VENV)/bin/mypy dam processing search review
	$(PYTHON) manage.py makemigrations --check --dry-run
	$(PYTHON) -m pytest -q tests/docs

bench: install
	$(PYTHON) -m tests.bench
