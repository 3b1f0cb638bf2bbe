# Lianxin 连心. `make demo` shows it, `make test` checks it, `make help` lists the rest.

PORT ?= 8000
SCALE ?= 1
VENV := .venv
PY := $(VENV)/bin/python
# pip itself, as a wheel: Debian's python3 comes without ensurepip, and `apt install python3-venv`
# would ask for an administrator. With this, git, make and python3 are all that is needed.
PIP_WHEEL := tools/pip-26.3-py3-none-any.whl
export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PIP_ROOT_USER_ACTION = ignore

.PHONY: help setup demo demo-reset test lint bench campaign messages
.DEFAULT_GOAL := help

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(VENV)/.installed ## everything needed to run, in .venv; the command is .venv/bin/lianxin

demo: setup ## the product with a made-up town, at http://127.0.0.1:8000 (PORT=8123 for another port)
	@$(VENV)/bin/lianxin demo --port $(PORT)

demo-reset: setup ## forget the made-up town and begin anew
	@$(VENV)/bin/lianxin demo --reset --port $(PORT)

test: setup $(VENV)/.installed-dev ## lint, types, contracts, tests on SQLite and PostgreSQL, browser
	@$(PY) tools/test.py

lint: setup $(VENV)/.installed-dev ## only lint, types and contracts
	@$(PY) tools/test.py --lint

bench: setup $(VENV)/.installed-dev ## speed and memory into docs/performance.md (PARTS="filing startup" for some)
	@$(PY) -m bench.run $(PARTS)

campaign: setup $(VENV)/.installed-dev ## the long trust campaigns into docs/evidence (PARTS="power_cut" for some, SCALE=0.1)
	@$(PY) -m bench.trust.campaign --scale $(SCALE) $(PARTS)

messages: setup $(VENV)/.installed-dev ## collect and compile the words of every module
	@$(PY) tools/messages.py

$(VENV)/.python: tools/find_python.sh
	@found=$$(sh tools/find_python.sh) || exit 1; \
	if ! $(PY) -c 'import sys, pip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null; then \
		echo "Making $(VENV) with $$found"; \
		rm -rf $(VENV); \
		"$$found" -m venv --without-pip $(VENV) && \
		$(PY) $(PIP_WHEEL)/pip install --quiet --no-index $(PIP_WHEEL) || exit 1; \
	fi
	@touch $@

$(VENV)/.installed: $(VENV)/.python requirements/run.txt pyproject.toml
	@echo "Installing what Lianxin needs"
	@$(PY) -m pip install --quiet --require-hashes -r requirements/run.txt
	@$(PY) -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements/dev.txt
	@echo "Installing what the tests need"
	@$(PY) -m pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@
