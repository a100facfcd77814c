# `make help` says what can be made. Needs make, Python 3.11 or later, and nothing else.

AREA ?= Wandsworth
WORKERS ?= 2
PYTHONS := $(or $(PYTHON),python3 python3.13 python3.12 python3.11 python)
BIN := .venv/bin
READY := .venv/ready
PYTEST := $(BIN)/python -m pytest
export AREA

.PHONY: help evidence test lab bench soak lock clean

help:
	@echo 'make evidence              the notebooks for Wandsworth, as pages in outputs/'
	@echo 'make evidence AREA=Lambeth the same for another area (AREA="Barking and Dagenham")'
	@echo 'make lab                   JupyterLab on the notebooks'
	@echo 'make test                  the tests, the notebooks among them'
	@echo 'make soak                  the property-based tests with thousands of examples'
	@echo 'make bench                 the benchmarks'
	@echo 'make lock                  requirements*.lock from pyproject.toml (LOCK=--upgrade: newest)'
	@echo 'make clean                 removes .venv and caches; outputs/ stays'
	@echo 'Each sets up .venv first. PYTHON=/path/to/python chooses the Python for it.'

evidence: $(READY)
	@$(BIN)/dsvstats run --area "$$AREA"

test: $(READY)
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

# Sets $$python to the first Python that runs, is new enough and can make a virtual environment.
define choose_python
python=; old=; bare=; \
for each in $(PYTHONS); do \
    version=$$("$$each" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null) \
        || continue; \
    "$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
        || { old="$$old $$each is $$version;"; continue; }; \
    "$$each" -c 'import ensurepip, venv' 2>/dev/null \
        || { bare="$$bare $$each ($$version)"; continue; }; \
    python=$$each; break; \
done; \
if test -z "$$python" && test -n "$$bare"; then \
    echo "Found$$bare, which cannot make virtual environments: ensurepip is missing." >&2; \
    echo "On Debian or Ubuntu mend it with: sudo apt install python3-venv" >&2; exit 1; \
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

PIP := $(BIN)/python -m pip install -qq --no-input --no-compile --disable-pip-version-check

$(READY): requirements.lock pyproject.toml
	@$(choose_python); \
	echo "Setting up .venv with $$python ($$version): once, a minute or two, 1 GB on disk ..."; \
	"$$python" -m venv $(BROKEN) .venv
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@pwd -P > $(READY)
	@echo 'Ready.'

lock:
	@$(choose_python); "$$python" -m venv .cache/lock
	@.cache/lock/bin/python -m pip install -qq --disable-pip-version-check uv
	@.cache/lock/bin/uv pip compile -q --no-config --universal --python-version 3.11 \
	    --no-python-downloads --fork-strategy fewest --generate-hashes --extra test --group build \
	    --custom-compile-command 'make lock' $(LOCK) -o requirements.lock pyproject.toml
	@.cache/lock/bin/uv pip compile -q --no-config --universal --python-version 3.11 \
	    --no-python-downloads --generate-hashes --group spark \
	    --custom-compile-command 'make lock' $(LOCK) -o requirements-spark.lock
	@echo 'requirements.lock is written; keep environment.yml in step (tests/test_environment.py).'

clean:
	@rm -rf .venv .cache .pytest_cache .hypothesis build dist *.egg-info
	@find . -name .git -prune -o \( -name __pycache__ -o -name .ipynb_checkpoints \) \
	    -prune -exec rm -rf {} +
