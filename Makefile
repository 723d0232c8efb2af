# Two commands do everything on a fresh machine: `make verify` and `make test`.
TARGET ?= local
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# `make verify TARGET=aws REHEARSE=1` plays the target's cloud on this machine.
FLAGS   = --target $(TARGET) $(if $(REHEARSE),--rehearse)
# The target kind needs a container engine; where none answers, a private one is started for the command.
ENGINE  = $(if $(filter kind,$(TARGET)),$(BIN)/python -m provision.engine run --)

# Three processes take files in turn, in the order of tests/conftest.py: what takes longest comes first, and mostly waits.
SHARED = -n 3 --dist loadfile --no-loadscope-reorder

# Who has Python write no bytecode would have each of hundreds of processes compile all of it anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup verify sabotage test lint unit unit-kind coverage bench docs lock clean

setup: $(VENV)/.verify             ## what `seatrial` and `pytest` need: then `. .venv/bin/activate`
	@echo "ready: . $(VENV)/bin/activate"

verify: $(VENV)/.verify            ## stand the platform up, prove what was agreed, take it down
	@$(ENGINE) $(BIN)/seatrial verify $(FLAGS) $(ARGS)

test: lint unit $(if $(filter kind,$(TARGET)),unit-kind)    ## the project's own tests

sabotage: $(VENV)/.verify          ## break the platform behind the scenarios' backs: each break has to be noticed
	@$(ENGINE) $(BIN)/seatrial sabotage --target $(TARGET) $(ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive seatrial provision steps
	$(BIN)/seatrial lint

unit: $(VENV)/.dev                 ## those that need no container engine; programs come first, however long that takes
	-@$(BIN)/python -m provision.toolchain
	$(BIN)/pytest tests -m "not kind and not long" $(SHARED) $(ARGS)

unit-kind: $(VENV)/.dev            ## those that need one, which they share, and what takes long: one after another
	@$(BIN)/python -m provision.engine run -- $(BIN)/pytest tests -m "kind or long" $(ARGS)

coverage: $(VENV)/.dev             ## how much of the code `make unit` runs in the tests' own processes
	$(BIN)/pytest tests -m "not kind and not long" $(SHARED) --cov --cov-report=term $(ARGS)

bench: $(VENV)/.dev                ## speed beside kuttl and Chainsaw, where they are on the PATH: bench/README.md
	$(BIN)/python -m bench $(ARGS)

docs: $(VENV)/.dev                 ## the documentation as a site: build/site/index.html
	$(BIN)/python docs/site/build.py

lock: $(VENV)/.dev                 ## pin every dependency anew
	$(BIN)/pip install --quiet pip-tools
	sh requirements/lock.sh $(BIN)/pip-compile

clean:                             ## remove what this Makefile has made; platforms are taken down by `seatrial sweep`
	rm -rf $(VENV) report build *.egg-info .coverage* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

# uv installs in a tenth of pip's time, but reads none of pip's settings: where it finds no index, pip does it.
INSTALL = install() { $(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode "$$@" 2>/dev/null \
	|| $(BIN)/pip install --quiet --disable-pip-version-check "$$@"; }

$(VENV)/.verify: requirements/uv.txt requirements/verify.txt pyproject.toml
	@test -x $(BIN)/python || { echo "making $(VENV)"; $(PYTHON) -m venv $(VENV); }
	@echo "installing requirements/verify.txt"
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements/uv.txt
	@$(INSTALL); install --require-hashes -r requirements/verify.txt
	@$(INSTALL); install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.verify
	@echo "installing requirements/dev.txt"
	@$(INSTALL); install --require-hashes -r requirements/dev.txt
	@touch $@
