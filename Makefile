# Bare `make` prints this list. ARGS goes to what is run: make pdf ARGS=--help
PYTHON = python3
ARGS =

.PHONY: help all pdf sheets cards quiz pocket book epub anki check a11y serve watch test lint lock clean ready ready-dev

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "make %-6s %s\n", $$1, $$2 }' Makefile

all:    ## Build everything into dist/: what is printed, e-book, deck
pdf:    ## Build everything to print, which is:
sheets: ## - cheat sheets
cards:  ## - flashcards
quiz:   ## - a quiz with its key
pocket: ## - pocket booklets
book:   ## - the book
epub:   ## Build the e-book
anki:   ## Build the Anki deck
check:  ## Look for problems in the content
serve:  ## Show the book in a browser while you write
watch:  ## Build everything again at each change
a11y:   ## Build PDFs and e-book, and report on their accessibility
clean:  ## Remove what was built

ACE = tools/ace/node_modules

a11y: export PATH := $(CURDIR)/$(ACE)/.bin:$(PATH)
a11y: pdf epub $(ACE)/.package-lock.json

# npm writes this file last. Without npm, or what it asks for, the report says that e-books were not checked.
$(ACE)/.package-lock.json: tools/ace/package-lock.json tools/ace/.npmrc
	@! command -v npm >/dev/null || npm ci --silent --prefix tools/ace || echo "npm cannot bring DAISY Ace." >&2

all pdf sheets cards quiz pocket book epub anki check serve watch a11y clean: ready
	@.venv/bin/python build.py $@ $(ARGS)

test: ready-dev ## Run every test
	@.venv/bin/python -m pytest $(ARGS)

lint: ready-dev ## Check the style and types of the code
	@.venv/bin/python -m ruff check
	@.venv/bin/python -m ruff format --check
	@.venv/bin/python -m mypy -p crib -p tests -p tools -m build

lock: ## Lock the versions that pyproject.toml allows (needs uv; ARGS=--upgrade)
	@$(COMPILE) --group build $(ARGS) -o requirements.lock
	@$(COMPILE) --group build --group dev -c requirements.lock $(ARGS) -o requirements-dev.lock

COMPILE = uv pip compile pyproject.toml --quiet --universal --python-version 3.10 \
	--generate-hashes --custom-compile-command "make lock"

# Quick when there is nothing to do; a file's time could not tell a moved .venv.
ready:
	@"$(PYTHON)" tools/bootstrap.py

ready-dev:
	@"$(PYTHON)" tools/bootstrap.py --dev
