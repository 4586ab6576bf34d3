# Everything a checkout can do. `make` alone prints this list; `make demo` and `make test` need nothing but Python before them.
#
#   PYTHON   interpreter the environment is made from, 3.11 or newer
#   SHARED   folder holding data/unpack, the speech that `recipes-check` trains on
#   DATA     or a folder where those corpora already lie unpacked

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SHARED ?= $(or $(SPEECHRNN_SHARED),../shared)

RECORDINGS_OF_FSDD = $(or $(RECORDINGS),$(or $(DATA),.make/corpora)/free-spoken-digit-dataset-master/recordings)

CHECKED_RECIPES := recipes/yesno.yaml recipes/fsdd_short.yaml
CHECKED_CORPORA := yesno fsdd

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help demo test docs lint format recipes-check bench bench-startup bench-recurrent bench-features bench-train bench-decode bench-prep bench-transcribe bench-accuracy bench-align bench-unheard clean

help: ## print this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## (.*)/  make \1|\2/' | awk -F'|' '{printf "%-24s%s\n", $$1, $$2}'

demo: $(VENV)/.demo ## install, build the embedded corpus, train on it, score it, transcribe a file
	$(BIN)/speechrnn prep spoken_digits --data data
	$(BIN)/speechrnn train recipes/spoken_digits.yaml --data data --run runs/spoken_digits
	$(BIN)/speechrnn decode runs/spoken_digits --split test --data data --worst 3
	@echo
	@echo "what was said:  $$(cat data/spoken_digits/demo.txt)"
	@printf 'what is heard:  '
	@$(BIN)/speechrnn transcribe data/spoken_digits/demo.wav -m runs/spoken_digits
	@echo
	@echo "Next: transcribe a wav of your own  $(BIN)/speechrnn transcribe YOUR.wav -m runs/spoken_digits"
	@echo "      see every setting             $(BIN)/speechrnn recipe show recipes/spoken_digits.yaml"
	@echo "      change one and train again    $(BIN)/speechrnn train recipes/spoken_digits.yaml model.cell=gru --run runs/digits-gru"
	@echo "      train on your own recordings  README.md, 'Your own recordings'"

test: $(VENV)/.dev ## run every test
	$(BIN)/python -m pytest

docs: $(VENV)/.dev ## write the table of settings in docs/recipes.md anew
	$(BIN)/python docs/settings.py

lint: $(VENV)/.dev ## formatting, rules, types, and who may import whom
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev ## bring the sources into the house format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

recipes-check: .make/recipes-checked ## train on real speech; fails where a result is worse than its recipe says
	@echo "recipes-check: $(CHECKED_RECIPES) keep their word"

bench: bench-startup bench-recurrent bench-features bench-train bench-decode ## run every benchmark; each prints figures beside their targets

bench-startup: $(VENV)/.dev ## how long --help and a short transcription take, cold
	$(BIN)/python benchmarks/bench_startup.py

bench-recurrent: $(VENV)/.dev ## our recurrent layer against the packed one of torch
	$(BIN)/python benchmarks/bench_recurrent.py

bench-features: $(VENV)/.dev ## front ends against their oracles and their speed
	$(BIN)/python benchmarks/bench_features.py

bench-train: $(VENV)/.dev ## hours of speech trained on in an hour, beside packed sequences and librosa
	$(BIN)/python benchmarks/bench_train.py

bench-decode: $(VENV)/.dev .make/peers/.made ## the beam search with a language model beside pyctcdecode and flashlight
	$(BIN)/python benchmarks/bench_decode.py --peers .make/peers/bin/python

bench-prep: $(VENV)/.dev ## memory and speed of `speechrnn prep` from ten thousand utterances to a million; some minutes, 1 GB of disk
	$(BIN)/python benchmarks/bench_prep.py $(if $(JOBS),-j $(JOBS))

bench-transcribe: $(VENV)/.dev .make/sphinx/.made $(if $(DATA),,| .make/corpora/.unpacked) ## cold start, real-time factor, memory; beside pocketsphinx on voices never heard, FOLDS=DIR of recipes/fsdd_loso.yaml
	$(BIN)/python benchmarks/bench_startup.py
	$(BIN)/python benchmarks/long_audio.py digits $(RECORDINGS_OF_FSDD)/*_[0-4].wav
	$(BIN)/python benchmarks/bench_transcribe.py $(RECORDINGS_OF_FSDD) $(or $(FOLDS),$(wildcard runs/fsdd_loso)) --peer .make/sphinx/bin/python

bench-align: $(VENV)/.dev $(if $(DATA)$(RECORDINGS),,| .make/corpora/.unpacked) ## how far off word boundaries are, on voices never heard with MODELS="RUN ..." of recipes/fsdd_loso.yaml; else with the model in the package
	$(BIN)/python benchmarks/bench_align.py $(RECORDINGS_OF_FSDD) $(or $(MODELS),digits)

bench-unheard: $(VENV)/.dev $(if $(DATA),,| .make/corpora/.an4) ## errors of a digit model on some seventy people it never heard, AN4's; MODELS="RUN ..." else the model in the package
	$(BIN)/python benchmarks/bench_unheard.py $(or $(DATA),.make/corpora)/an4_mfc $(or $(MODELS),digits)

bench-accuracy: $(VENV)/.dev ## the ablation table from stored runs; ABLATION=run first trains what is missing, for hours
	$(BIN)/python benchmarks/bench_accuracy.py $(if $(filter run,$(ABLATION)),run -j $(or $(JOBS),1) $(if $(DATA),--data $(DATA)))

clean: ## remove the environment and every cache; runs/ and data/ stay
	rm -rf $(VENV) .make .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist *.egg-info
	find speechrnn tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamps: an environment is made once, and filled again only when what it is made from has changed.
$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  came="$$($(PYTHON) --version 2>/dev/null || echo 'not found')"; \
	  echo "error: $(PYTHON): $$came; speechrnn needs Python 3.11 or newer: try make PYTHON=python3.12" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "error: $(PYTHON) cannot make environments, its venv module is missing: install it (Debian, Ubuntu: apt install python3-venv)" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.demo: $(VENV)/.made pyproject.toml constraints.txt
	@echo "installing into $(VENV), once; two minutes or so"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[demo]'
	@touch $@

$(VENV)/.dev: $(VENV)/.made pyproject.toml constraints.txt
	@echo "installing into $(VENV), once; two minutes or so"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[demo,dev]'
	@touch $(VENV)/.demo $@

# Other decoders, apart since pyctcdecode needs NumPy 1; kenlm is compiled, for a minute or two. One that cannot be had
# is left out.
PEERS := pyctcdecode==0.5.0 kenlm==0.3.0 flashlight-text==0.0.7

.make/peers/.made: | $(VENV)/.made
	@echo "installing decoders to compare with, once; kenlm takes minutes"
	@$(PYTHON) -m venv .make/peers
	@for peer in $(PEERS); do \
	  .make/peers/bin/python -m pip install --quiet --disable-pip-version-check "$$peer" || echo "$$peer: cannot be installed here" >&2; done
	@touch $@

SPHINX := pocketsphinx==5.1.1 soundfile==0.14.0 soxr==1.1.0

.make/sphinx/.made: | $(VENV)/.made
	@echo "installing pocketsphinx to compare with, once"
	@$(PYTHON) -m venv .make/sphinx
	@.make/sphinx/bin/python -m pip install --quiet --disable-pip-version-check $(SPHINX) || echo "pocketsphinx cannot be installed here" >&2
	@touch $@

# Everything a result depends on. What held for these very files is not trained again.
RESULT_SOURCES := $(shell find speechrnn -name '*.py') $(CHECKED_RECIPES) pyproject.toml constraints.txt

.make/recipes-checked: $(VENV)/.dev $(RESULT_SOURCES) $(if $(DATA),,| .make/corpora/.unpacked)
	@rm -rf .make/runs && mkdir -p .make
	$(BIN)/speechrnn recipe check $(CHECKED_RECIPES) --data $(or $(DATA),.make/corpora) --runs .make/runs
	@touch $@

# Unpacks corpora: the goal that needs them, their names.
define unpack
	@test -f $(SHARED)/data/unpack || { \
	  echo "error: no speech at $(SHARED)/data: make $(1) DATA=DIR with a folder holding $(2) (docs/corpora.md)" >&2; exit 2; }
	$(BIN)/python $(SHARED)/data/unpack .make/corpora $(2)
	@touch $@
endef

.make/corpora/.an4: | $(VENV)/.dev
	$(call unpack,bench-unheard,an4)

.make/corpora/.unpacked: | $(VENV)/.dev
	$(call unpack,recipes-check,$(CHECKED_CORPORA))
