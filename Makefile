# `make help` says what can be made. Needs make and Python 3.11 or later; with uv it is faster.

AREA ?= Wandsworth
WORKERS ?= 2
PYTHONS := $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11 python)
ifeq ($(origin UV),undefined)
UV := $(shell command -v uv)
endif
BIN := .venv/bin
READY := .venv/ready
PYTEST := $(BIN)/python -m pytest
export AREA

.PHONY: help evidence test check lab bench soak cluster lock clean

help:
	@echo 'make evidence              the notebooks for Wandsworth, as pages in outputs/'
	@echo 'make evidence AREA=Lambeth the same for another area (AREA="Barking and Dagenham")'
	@echo 'make lab                   JupyterLab on the notebooks'
	@echo 'make test                  make check, and the tests, the notebooks among them'
	@echo 'make check                 lint, format and types (.venv/bin/ruff format: mends the format)'
	@echo 'make soak                  the property-based tests with thousands of examples'
	@echo 'make bench                 the benchmarks'
	@echo 'make cluster               Spark and Dask beside the rest in .venv: another 0.5 GB'
	@echo 'make lock                  requirements*.lock from pyproject.toml (LOCK=--upgrade: newest)'
	@echo 'make clean                 removes .venv and caches; outputs/ stays'
	@echo 'Each sets up .venv first, with uv where it is found (UV= goes without it).'
	@echo 'PYTHON=/path/to/python chooses the Python for it.'

evidence: $(READY)
	@$(BIN)/dsvstats run --area "$$AREA"

check: $(READY)
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --quiet --check || { echo 'Mend the format: .venv/bin/ruff format'; exit 1; }
	@$(BIN)/mypy

test: check
	@$(PYTEST) -n $(WORKERS) --dist loadfile --nbval --nbval-current-env \
	    --nbval-sanitize-with tests/nbval_sanitise.cfg tests dsvstats $(wildcard notebooks)

soak: $(READY)
	@$(PYTEST) -n $(WORKERS) -m "soak or hypothesis" --hypothesis-profile soak tests tests/soak_*.py

lab: $(READY)
	@$(BIN)/jupyter lab --LabApp.default_url=/lab/tree/notebooks

bench: $(READY)
	@for file in benchmarks/[!_]*.py; do \
	    test -e "$$file" || { echo 'There are no benchmarks yet.'; break; }; \
	    echo "== $$file"; \
	    $(BIN)/python -m "benchmarks.$$(basename "$$file" .py)" || exit; \
	done

# Sets $$python to the first Python that runs, is new enough and, where there is no uv, can make
# a virtual environment.
define choose_python
python=; old=; bare=; \
for each in $(PYTHONS); do \
    version=$$("$$each" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null) \
        || continue; \
    "$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
        || { old="$$old $$each is $$version;"; continue; }; \
    test -n "$(UV)" || "$$each" -c 'import ensurepip, venv' 2>/dev/null \
        || { bare="$$bare $$each ($$version)"; continue; }; \
    python=$$each; break; \
done; \
if test -z "$$python" && test -n "$$bare"; then \
    echo "Found$$bare, which cannot make virtual environments: ensurepip is missing." >&2; \
    echo "On Debian or Ubuntu mend it with: sudo apt install python3-venv; or install uv." >&2; \
    exit 1; \
elif test -z "$$python"; then \
    echo "Needs Python 3.11 or later;$$old looked for: $(PYTHONS)." >&2; \
    echo "Install one, or name yours: make PYTHON=/path/to/python ..." >&2; exit 1; \
fi
endef

# A virtual environment breaks when its folder is moved or renamed, or its Python removed.
BROKEN := $(shell test ! -e $(READY) || { test "$$(cat $(READY))" = "$$(pwd -P)" && \
    $(BIN)/python -c '' 2>/dev/null; } || echo --clear)
ifneq ($(BROKEN),)
.PHONY: $(READY)
endif

ifeq ($(UV),)
VENV = "$$python" -m venv $(BROKEN)
INSTALL := $(BIN)/python -m pip install -qq --no-input --no-compile --disable-pip-version-check
else
VENV = "$(UV)" venv -q --no-project --no-python-downloads $(or $(BROKEN),--allow-existing) \
    --python "$$("$$python" -c 'import sys; print(sys.executable)')"
INSTALL := "$(UV)" pip install -q --python $(BIN)/python
endif

$(READY): requirements.lock pyproject.toml
	@$(choose_python); \
	echo "Setting up .venv with $$python ($$version): once, 1 GB on disk ..."; \
	$(VENV) .venv
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@pwd -P > $(READY)
	@echo 'Ready.'

cluster: $(READY)
	@$(INSTALL) --require-hashes -r requirements-cluster.lock

COMPILE = pip compile -q --no-config --universal --python-version 3.11 --no-python-downloads \
    --generate-hashes --custom-compile-command 'make lock' $(LOCK)

lock:
	@uv="$(UV)"; test -n "$$uv" || { \
	    $(choose_python); \
	    "$$python" -m venv .cache/lock && uv=.cache/lock/bin/uv && \
	    .cache/lock/bin/python -m pip install -qq --disable-pip-version-check uv || exit; \
	}; \
	"$$uv" $(COMPILE) --fork-strategy fewest --extra test --group build --group check \
	    -o requirements.lock pyproject.toml && \
	"$$uv" $(COMPILE) --group cluster -c requirements.lock -o requirements-cluster.lock
	@echo 'requirements.lock is written; keep environment.yml in step (tests/test_environment.py).'

clean:
	@rm -rf .venv .cache .pytest_cache .hypothesis build dist *.egg-info
	@find . -name .git -prune -o \( -name __pycache__ -o -name .ipynb_checkpoints \) \
	    -prune -exec rm -rf {} +
