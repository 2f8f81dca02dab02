# `make` prints a list of targets. ARGS is passed to the command: make pdf ARGS=--help
PYTHON = python3
ARGS =

# A package there is an output, and each has a target of its name.
OUTPUTS := $(sort $(patsubst crib/outputs/%/__init__.py,%,$(wildcard crib/outputs/*/__init__.py)))

.PHONY: help all pdf $(OUTPUTS) check a11y serve watch test lint fuzz mutants walk reference exam gallery docs experiments release lock clean ready ready-dev

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "make %-11s %s\n", $$1, $$2 } \
		sub(/^ *help="""/, "") { sub(/\.$$/, ""); split(FILENAME, part, "/"); printf "make %-11s %s\n", part[3], $$0 }' \
		Makefile $(OUTPUTS:%=crib/outputs/%/__init__.py)

all:    ## Build everything into dist/
pdf:    ## Build everything that is printed
check:  ## Check the content for problems; build nothing
serve:  ## Preview the book in a browser while you write
watch:  ## Build everything again whenever a file changes
a11y:   ## Build the PDFs and e-books, and report on their accessibility
clean:  ## Remove all built files

ACE = tools/ace/node_modules

a11y: export PATH := $(CURDIR)/$(ACE)/.bin:$(PATH)
a11y: pdf epub $(ACE)/.package-lock.json

# npm writes this file last. Without npm or network, the report says that e-books were not checked.
tools/%/node_modules/.package-lock.json: tools/%/package-lock.json tools/%/.npmrc
	@! command -v npm >/dev/null || npm ci --silent --prefix tools/$* || echo "npm cannot install tools/$*." >&2

all pdf $(OUTPUTS) check serve watch a11y clean: ready
	@.venv/bin/python build.py $@ $(ARGS)

# Any other name may be an output of an installed package: build.py knows.
.DEFAULT:
	@"$(PYTHON)" build.py $@ $(ARGS)

test: ready-dev ## Run every test
	@.venv/bin/python -m pytest $(ARGS)

TSC = tools/script/node_modules

lint: ready-dev $(TSC)/.package-lock.json ## Check the style and types of the code
	@.venv/bin/python -m ruff check
	@.venv/bin/python -m ruff format --check
	@.venv/bin/python -m mypy -p crib -p tests -p tools -m build
	@! command -v node >/dev/null || ! test -x $(TSC)/.bin/tsc || $(TSC)/.bin/tsc -p tools/script

fuzz: ready-dev ## Fuzz for MINUTES=30 from SEED, and keep what is found in tests/fuzz/cases
	@.venv/bin/python -m tests.fuzz $(MINUTES) $(SEED)

MINUTES = 1
SEED = $(shell date +%s)

mutants: ready-dev ## Change the code in 300 places, and see that tests notice (ARGS=--help)
	@.venv/bin/python -m pip install -q cosmic-ray==8.7.0
	@.venv/bin/python -m tools.mutants $(ARGS)

walk: ready ## Write docs/walk.md again
	@.venv/bin/python -m tools.walk

reference: ready ## Write docs/commands.md, settings.md and problems.md again
	@.venv/bin/python -m tools.reference

exam: ready-dev ## Draw the pictures of docs/before-the-exam.md again
	@.venv/bin/python -m tools.exam_pictures

gallery: ready-dev ## Draw the pictures of README, docs/gallery.md and docs/format.md again
	@.venv/bin/python -m tools.gallery
	@.venv/bin/python -m tools.format_pictures

# Environments of their own: no build needs their packages.
.venv-%/.ready: requirements-%.lock
	@echo "Setting up $(@D) …" >&2
	@"$(PYTHON)" -m venv --clear $(@D)
	@$(@D)/bin/python -m pip install -q --no-deps --require-hashes --only-binary :all: -r $<
	@touch $@

experiments: ready .venv-experiments/.ready ## Run the book's experiments, and compare their numbers (ARGS="key key")
	@.venv/bin/python -m tools.experiments .venv-experiments/bin/python $(ARGS)

docs: .venv-docs/.ready ## Build the documentation's site into docs/_site
	@.venv-docs/bin/python tools/build_docs.py

release: ready ## Build the wheel and the sdist of a release into release/ (ARGS=TAG)
	@.venv/bin/python -m tools.release $(ARGS)

lock: ## Lock the versions that pyproject.toml allows (needs uv; ARGS=--upgrade)
	@$(COMPILE) pyproject.toml --group build $(ARGS) -o requirements.lock
	@$(COMPILE) pyproject.toml --group build --group dev -c requirements.lock $(ARGS) -o requirements-dev.lock
	@$(COMPILE) --group experiments $(ARGS) -o requirements-experiments.lock
	@$(COMPILE) --group docs $(ARGS) -o requirements-docs.lock

COMPILE = uv pip compile --quiet --universal --python-version 3.10 \
	--generate-hashes --custom-compile-command "make lock"

# Not a file target: a moved .venv keeps its times. It is quick if there is nothing to do.
ready:
	@"$(PYTHON)" tools/bootstrap.py

ready-dev:
	@"$(PYTHON)" tools/bootstrap.py --dev
