# make demo    the whole road, from kit to wiki and back (ARGS=… are passed on)
# make test    set up, check, and run every test (WIKI=1.43: on that MediaWiki instead of Debian's own)
# make stories the stories made by chance, four hundred of each kind
# make torture what sticks, strangers and failing machines do, by the thousand
# make kill-bridge   the bridge is killed at every step, in memory and before a real wiki
# make wheel   dist/: the wheel, and the requirements with hashes that a job installs it by
# make bench-road   one benchmark: the module benchmarks.road

PYTHON := .venv/bin/python
export WIKI

.PHONY: demo test stories torture kill-bridge check wheel setup clean

demo: setup
	@$(PYTHON) -m demo $(ARGS)

test: setup check
	@$(PYTHON) -m pytest -n auto --dist worksteal $(ARGS)

stories: setup
	@$(PYTHON) -m pytest -n auto --dist worksteal tests/git --sequences 400 $(ARGS)

torture: setup
	@$(PYTHON) -m benchmarks.torture $(ARGS)

kill-bridge: setup
	@$(PYTHON) -m benchmarks.kill_bridge $(ARGS)

check: setup
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy $(wildcard wikigit testing demo benchmarks tests/*.py)
	@.venv/bin/lint-imports

wheel: setup
	@rm -rf dist
	@$(PYTHON) -m hatchling build --target wheel
	@$(PYTHON) -m testing.runtime dist/*.whl > dist/requirements.txt

bench-%: setup
	@$(PYTHON) -m benchmarks.$* $(ARGS)

setup:
	@scripts/setup

clean:
	rm -rf .venv .cache .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist
	find . -name __pycache__ -prune -exec rm -rf {} +
