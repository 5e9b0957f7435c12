# The commands of the project. All of them set up what they need on first use.
PYTHON ?= python3
LAUNCHER = $(PYTHON) -m launcher

.DEFAULT_GOAL := help
.PHONY: help run chat test test-fast test-long lint setup train retrain evaluate evaluate-fallback explain bench bench-turns bench-scale bench-nlu bench-nlu-latency bench-seeds screenshots rasa-shell rasa-test backup restore audit lock clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## start the assistant on http://127.0.0.1:8080 (Ctrl-C stops it)
	@$(LAUNCHER) run --with-parent

chat: ## talk to the assistant in the terminal
	@$(LAUNCHER) app --service -- portal.terminal

test: ## run every check and every test (args=--list; args="--only mypy" for one step)
	@$(LAUNCHER) test $(args)

test-fast: ## run them without the end-to-end tests
	@$(LAUNCHER) test --fast $(args)

test-long: ## run what takes too long for every change, hours in all (args=--list; args="--only seeds")
	@$(LAUNCHER) test --long $(args)

lint: ## check style and types, and put the formatting right
	@$(LAUNCHER) setup --dev
	@var/venv-app/bin/ruff format
	@var/venv-app/bin/ruff check --fix
	@var/venv-app/bin/mypy

setup: ## build the two Python runtimes in var/
	@$(LAUNCHER) setup --dev

train: ## load the knowledge and train Rasa's model, if anything changed
	@$(LAUNCHER) train

retrain: ## learn the accepted proposals and keep it if nothing got worse (args="--sample 100")
	@$(LAUNCHER) retrain -- $(args)

evaluate: ## score the answers (args="--set dev --sample 100")
	@$(LAUNCHER) app --service -- evaluation $(args)

evaluate-fallback: ## score what the portal answers while Rasa is away (args="--split dev --sample 100")
	@$(LAUNCHER) app -- evaluation.fallback $(args)

explain: ## show how a question finds its answer (q="…")
	@$(LAUNCHER) app -- evaluation.explain "$$q"

bench: ## measure the time of a turn (args="…")
	@$(LAUNCHER) app --service -- benchmarks.turn_latency $(args)

bench-turns: train ## measure whole turns beside a plain Rasa assistant (args="--parts one open")
	@$(LAUNCHER) app -- benchmarks.turns $(args)

bench-scale: ## measure search as the knowledge base grows (args="…")
	@$(LAUNCHER) app -- benchmarks.knowledge_scale $(args)

bench-nlu: ## train and score the pipeline on a data set of yours (data=FOLDER format=phoatis|massive|csv args="…")
	@$(LAUNCHER) bot -- benchmarks.nlu $(if $(data),--data "$(data)") $(if $(format),--format $(format)) $(args)

bench-nlu-latency: train ## measure the time in which a message is understood (args="…")
	@$(LAUNCHER) bot -- benchmarks.nlu_latency $(args)

bench-seeds: ## train with two seeds and compare what they understand (args="…")
	@$(LAUNCHER) app -- benchmarks.nlu_seeds $(args)

screenshots: ## take the pictures of docs/images anew (needs Chromium)
	@$(LAUNCHER) setup --dev
	@PYTHONPATH=. var/venv-app/bin/python -m tests.browser.screenshots
	@PYTHONPATH=. var/venv-app/bin/python -m tests.browser.console.screenshots

rasa-shell: train ## talk to Rasa itself, past the portal
	@$(LAUNCHER) rasa -- shell --model models/heza.tar.gz

rasa-test: train ## have Rasa test the model on the training data; report in results/
	@$(LAUNCHER) rasa -- test nlu --nlu data/nlu --model models/heza.tar.gz --out results/rasa

backup: ## write an archive of all databases, without the keys (args="FOLDER --keep 30")
	@$(LAUNCHER) backup -- $(args)

restore: ## put an archive in place of the databases (file=ARCHIVE args=--replace)
	@$(LAUNCHER) restore -- "$(file)" $(args)

audit: ## ask the registries for known vulnerabilities of the locked packages
	@$(LAUNCHER) setup --dev
	@failed=0; for lock in app app-dev bot bot-dev tools node; do \
		var/venv-app/bin/pip-audit --strict --disable-pip --require-hashes -r requirements/$$lock.txt || failed=1; \
	done; npm audit --package-lock-only || failed=1; exit $$failed

lock: ## write requirements/*.txt anew (args=--upgrade for new releases)
	@$(LAUNCHER) lock $(args)

clean: ## remove the model, reports and caches; runtimes and data in var/ stay
	@rm -rf models results .rasa .mypy_cache .pytest_cache .ruff_cache .hypothesis
	@find . -path ./var -prune -o -name __pycache__ -type d -print0 | xargs -0 rm -rf
