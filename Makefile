# make demo    the whole road, from kit to wiki and back (ARGS=… are passed on)
# make test    set up, check, and run every test
# make torture the stories made by chance, four hundred of each kind
# make bench-road   one benchmark: the module benchmarks.road

PYTHON := .venv/bin/python
export WIKI

.PHONY: demo test torture check setup clean

demo: setup
	@$(PYTHON) -m demo $(ARGS)

test: setup check
	@$(PYTHON) -m pytest $(ARGS)

torture: setup
	@$(PYTHON) -m pytest tests/git --sequences 400 $(ARGS)

check: setup
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy $(wildcard wikigit testing demo benchmarks)
	@.venv/bin/lint-imports

bench-%: setup
	@$(PYTHON) -m benchmarks.$* $(ARGS)

setup:
	@scripts/setup

clean:
	rm -rf .venv .cache .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist
	find . -name __pycache__ -prune -exec rm -rf {} +
