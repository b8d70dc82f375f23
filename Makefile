# Every target does its own set-up. Needed: Rust, Node >= 20 with npm, Python 3, a C compiler and make.
TARGET := $(abspath $(or $(CARGO_TARGET_DIR),target))
SETUP := sh tests/setup
.DEFAULT_GOAL := help
.PHONY: help demo test quick check attacks slow bench bench-engine kill-constraints kill-guards

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-16s %s\n", $$1, $$2}' Makefile

demo: ## a private vote and an audit of three models, on a local chain of their own
	@$(SETUP)/tools.sh rust node cc
	@$(SETUP)/npm-ci.sh cli/devnet
	@cargo build --release --locked -p tabella
	@$(TARGET)/release/tabella demo all --keys $(TARGET)/dev-keys

test: ## everything: Rust, contracts, peers, the demo; ends with "N passed, N failed"
	@$(SETUP)/tools.sh rust node cc python
	@python3 tests/run.py test

quick: ## a few minutes: formatting, circuits and prover
	@$(SETUP)/tools.sh rust node cc python
	@python3 tests/run.py quick

check: ## formatting, lints, documentation, slither, generated files as committed: no warning allowed
	@$(SETUP)/tools.sh rust node cc python
	@python3 tests/run.py check

attacks: ## the named attack tests: a table of number, title, tests, result; fails on a gap
	@$(SETUP)/tools.sh rust node cc python
	@python3 tests/run.py attacks

slow: ## ignored tests, and property tests and fuzzing with many more cases
	@$(SETUP)/tools.sh rust node cc python
	@python3 tests/run.py slow

kill-constraints: ## delete every constraint in turn: each must be noticed (about half an hour)
	@$(SETUP)/tools.sh rust cc python
	@python3 tests/run.py kill-constraints

kill-guards: ## take every listed guard out of a copy, one at a time: its attack test must go red (half an hour); ONLY="WORD..." chooses
	@$(SETUP)/tools.sh rust node cc python
	@python3 tests/run.py kill-guards $(ONLY)

bench: ## times of witness, proof, verification and tally
	@$(SETUP)/tools.sh rust cc
	@cargo bench --locked -p tabella-benches

bench-engine: ## the prover engine beside ark-groth16 on real circuits: a table, and target/bench-engine.json (up to 15 minutes)
	@$(SETUP)/tools.sh rust cc
	@cargo build --release --locked -p tabella-benches --features peer --bin bench-engine
	@$(TARGET)/release/bench-engine --json $(TARGET)/bench-engine.json
