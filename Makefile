# Verbatim's commands. They need make and Python 3.11 or newer; the rest is installed into .venv from the lock files.
# ARGS is handed on, as in: make test ARGS="-k console"; PYTHON names the Python that .venv is made with.

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run := .venv/bin/python -m
runtime := .venv/requirements.installed
measures := .venv/requirements-evaluate.installed
peers := .venv/requirements-bench.installed
engine := .venv/requirements-milvus.installed
tools := .venv/requirements-dev.installed

# The question goes through the environment, and never through an expansion, so that neither make nor the shell reads
# what stands in it ($, quotes, backticks) as anything but text.
export QUESTION := $(value Q)
export DATA WORDNET
# In the environment DATA is the bot's setting, and no folder to measure with: that is given on the command line.
questions := $(filter command,$(origin DATA))
unexport Q
ifneq ($(filter ask,$(MAKECMDGOALS)),)
ifeq ($(strip $(QUESTION)),)
$(error usage: make ask Q="your question")
endif
endif

ask: $(runtime) ## answer one question: make ask Q="your question"
	@$(run) bot ask $(ARGS) -- "$$QUESTION" || [ $$? -eq 1 ] || exit 2 # 1, the documents do not say, is no failure

console: $(runtime) ## ask and answer in this terminal
	@$(run) bot console $(ARGS)

discord: $(runtime) ## answer on Discord, with the token in DISCORD_TOKEN or .env
	@$(run) bot discord $(ARGS)

evaluate: $(measures) ## measure the answers: ARGS="questions.jsonl --documents DIR"; DATA=folder writes docs/quality.md
	@$(if $(questions),.venv/bin/python docs/quality.py "$$DATA",$(run) bot evaluate) $(ARGS)

train: $(runtime) ## learn the models anew: make train DATA=folder, of files in SQuAD's format
	@$(if $(questions),$(run) retrieval.training "$$DATA",$(error usage: make train DATA=folder))

thesaurus: $(runtime) ## make the thesaurus anew: make thesaurus WORDNET=folder, of WordNet's database
	@$(run) retrieval.thesaurus_making "$${WORDNET:?usage: make thesaurus WORDNET=folder}"

# Every core runs tests already: more threads in each would only wait for one another.
test: $(tools) ## run the tests
	@OMP_NUM_THREADS=1 $(run) pytest -n auto $(ARGS)

lint: $(tools) ## check style, format and types
	@$(run) ruff check
	@$(run) ruff format --check
	@$(run) mypy

format: $(tools) ## put the code into its format
	@$(run) ruff check --fix
	@$(run) ruff format

# One lock for every system and Python from 3.11 on. Earlier ones are constraints on later ones, so the order matters.
lock: $(tools) ## write the lock files anew: ARGS=--upgrade for newer versions
	@for name in requirements requirements-evaluate requirements-bench requirements-milvus requirements-dev; do \
	    $(run) uv pip compile --no-config --quiet --universal --python-version 3.11 --generate-hashes \
	        --custom-compile-command 'make lock' $(ARGS) $$name.in -o $$name.txt || exit; \
	done

reading: $(tools) ## measure how fast documents load, and write docs/reading.md
	@.venv/bin/python docs/reading.py

bench: $(peers) ## measure speed beside other libraries, on Debian: make bench DATA=folder, which is filled first
	@$(if $(questions),.venv/bin/python docs/speed.py "$$DATA",$(error usage: make bench DATA=folder)) $(ARGS)

milvus: $(engine) ## install what an index on Milvus needs: INDEX=milvus+http://host:19530

picture: $(runtime) ## draw the picture in README anew
	@.venv/bin/python docs/picture.py

screens: $(runtime) ## draw the pictures in README of Discord anew (needs Chromium)
	@.venv/bin/python docs/screens.py

image: ## build the container image
	docker build -t verbatim .

clean: ## remove .venv and every cache
	@rm -rf .venv .hypothesis .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -prune -exec rm -rf {} +

# The first of these that runs and is new enough: a name may be there and lead nowhere, as pyenv's do. On Debian, venv
# and ensurepip are a package of their own.
pythons = $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11)
suits = import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
python = $(firstword $(foreach p,$(pythons),$(shell $p -c '$(suits)' 2>/dev/null && echo $p)))
missing = Python 3.11 or newer with venv is needed and is none of: $(pythons). Name yours: make PYTHON=/path/to/python3

# A link to an interpreter that is gone counts as missing, so .venv is made again, and with it what is installed there.
.venv/bin/python:
	@echo 'setting up .venv (once)…' >&2
	@$(or $(python),$(error $(missing))) -m venv --clear --without-pip .venv

# The stamp comes last, so an install that was cut short is taken up again.
.venv/%.installed: %.txt .venv/bin/python
	@echo 'installing $<…' >&2
	@$(run) ensurepip >/dev/null
	@$(run) pip install -qq --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(measures) $(tools) $(peers) $(engine): $(runtime)

.PHONY: help ask console discord evaluate train thesaurus test lint format lock reading bench milvus picture screens image clean
