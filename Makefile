# Two commands do the main things: `make run` answers the question, `make test` proves the program.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
STUDY ?= kei-green-light
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test lint bench docs gallery serve lock tables clean

run: $(VENV)/.run
	$(BIN)/roadworthy run $(STUDY) --report roadworthy-report.html

test: $(VENV)/.dev
	@sh scripts/browser.sh
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: $(VENV)/.dev
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

bench: $(VENV)/.dev
	$(BIN)/roadworthy bench

# The site in out/site; reference pages are made from the program itself.
docs: $(VENV)/.dev
	$(BIN)/python -m mkdocs build --strict --quiet

gallery: $(VENV)/.dev
	$(BIN)/python -m scripts.gallery

serve: $(VENV)/.run
	$(BIN)/roadworthy serve

# The lock holds versions only, so that any index may serve them.
lock:
	uv pip compile pyproject.toml --extra dev --universal --no-header --no-annotate --no-emit-index-url -o requirements.lock

tables: $(VENV)/.dev
	$(BIN)/python -m scripts.tables

$(BIN)/python:
ifdef UV
	$(UV) venv --quiet --python $(PYTHON) $(VENV)
else
	$(PYTHON) -m venv $(VENV)
endif

$(VENV)/.run: pyproject.toml requirements.lock | $(BIN)/python
ifdef UV
	$(UV) pip install --quiet --python $(BIN)/python -c requirements.lock -e .
else
	$(BIN)/python -m pip install --quiet -c requirements.lock -e .
endif
	@touch $@

$(VENV)/.dev: pyproject.toml requirements.lock | $(BIN)/python
ifdef UV
	$(UV) pip install --quiet --python $(BIN)/python -c requirements.lock -e '.[dev]'
else
	$(BIN)/python -m pip install --quiet -c requirements.lock -e '.[dev]'
endif
	@touch $@ $(VENV)/.run

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache
