# Every target sets up .venv from nothing; a machine with Python 3.11+, git and make is enough.

.PHONY: help demo test check sdk-check security faults soak bench docs permissions lock clean
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Another interpreter: make test PYTHON=python3.13
PYTHON ?=
BIN := .venv/bin
READY := .venv/.ready
LOCK := requirements/dev.lock
# What the action and the GitLab template install, in the versions that the tests ran with.
CI_LOCK := requirements/ci.lock
# What the function behind the API is packaged with.
LAMBDA_LOCK := requirements/lambda.lock
# What `make security` scans with.
SCAN_LOCK := requirements/scan.lock
# The SDK's tables of images, without the gigabyte that running the SDK would need.
FACTS := requirements/facts.lock

help: ## say what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' Makefile | expand -t 16

demo: $(READY) ## watch a config reach production on the embedded AWS (no account needed)
	@$(BIN)/mlops-gitops demo $$([ -t 0 ] && [ -t 1 ] || echo --yes)

test: check ## check, then run every test
	@$(BIN)/pytest --numprocesses=auto --maxprocesses=8 --dist=worksteal

check: $(READY) ## lint, format, types, import contracts
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo

# Both majors own the name `sagemaker`, and neither belongs beside what we depend on.
sdk-check: $(READY) ## compare pipelines with both majors of the SageMaker SDK (2 GB)
	@set -eu; export UV_LINK_MODE=copy PIP_DISABLE_PIP_VERSION_CHECK=1; \
	for each in 'v2 sagemaker>=2.257.7,<3' 'v3 sagemaker>=3.27,<4'; do \
	  folder=.venv-sdk/$${each%% *}; wanted=$${each#* }; \
	  if [ "$$(cat $$folder/.ready 2>/dev/null)" = "$$wanted" ]; then continue; fi; \
	  echo "Installing $$wanted in $$folder; this takes minutes, once." >&2; \
	  rm -rf $$folder; \
	  $(BIN)/python -m venv $$folder; \
	  $(BIN)/uv pip install --quiet --compile-bytecode --python $$folder/bin/python "$$wanted" \
	    || $$folder/bin/python -m pip install --quiet "$$wanted"; \
	  echo "$$wanted" > $$folder/.ready; \
	done
	@$(BIN)/pytest '--override-ini=norecursedirs=.*' tests/sdk

# Checkov pins a boto3 that is too old to live beside ours.
security: $(READY) ## scan templates and policies with checkov and parliament (250 MB)
	@set -eu; export UV_LINK_MODE=copy PIP_DISABLE_PIP_VERSION_CHECK=1; \
	if ! cmp -s $(SCAN_LOCK) .venv-scan/.ready; then \
	  rm -rf .venv-scan; $(BIN)/python -m venv .venv-scan; \
	  $(BIN)/uv pip sync --quiet --compile-bytecode --python .venv-scan/bin/python --require-hashes $(SCAN_LOCK) \
	    || .venv-scan/bin/python -m pip install --quiet --no-deps --require-hashes -r $(SCAN_LOCK); \
	  cp $(SCAN_LOCK) .venv-scan/.ready; \
	fi
	@$(BIN)/pytest '--override-ini=norecursedirs=.*' tests/scanners

faults: $(READY) ## disturb every command at every call, and write docs/faults.md (minutes)
	@PYTHONPATH=tests $(BIN)/python -m faults.write

soak: $(READY) ## two minutes of everything at once; the seed is printed: make soak SEED=7
	@PYTHONPATH=tests $(BIN)/python -m faults.write soak $(SEED)

bench: $(READY) ## measure the figures that the README quotes
	@$(BIN)/python -m compileall -q mlops_gitops
	@for each in benchmarks/*.py; do echo "== $$each"; $(BIN)/python "$$each" || exit 1; done

docs: $(READY) ## write what code and schemas say: docs/types, docs/problems.md, docs/permissions.md, schemas/output, schemas/api.json
	@$(BIN)/python scripts/write_type_pages.py
	@$(BIN)/python scripts/write_output_schemas.py
	@$(BIN)/python scripts/write_permissions.py
	@$(BIN)/python scripts/write_api_description.py
	@$(BIN)/mlops-gitops explain --output markdown > docs/problems.md

permissions: $(READY) ## run what shows which permissions roles need, and write them down
	@set -eu; folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	RECORD_IAM=$$folder $(BIN)/pytest tests/e2e; \
	$(BIN)/python scripts/write_permissions.py "$$folder"

COMPILE := $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
  --generate-hashes --no-emit-index-url --no-annotate --custom-compile-command "make lock"

lock: $(READY) ## write the lock files anew, with today's versions
	@$(COMPILE) --extra dev --output-file $(LOCK) pyproject.toml
	@$(COMPILE) --extra ci --constraint $(LOCK) --output-file $(CI_LOCK) pyproject.toml
	@$(BIN)/uv pip compile --quiet --python-version 3.12 --python-platform x86_64-manylinux_2_28 \
	  --generate-hashes --no-emit-index-url --no-annotate --custom-compile-command "make lock" \
	  --constraint $(LOCK) --output-file $(LAMBDA_LOCK) requirements/lambda.in
	@$(COMPILE) --output-file $(SCAN_LOCK) requirements/scan.in

clean: ## remove .venv and every cache
	@rm -rf .venv build dist .*_cache .hypothesis

# The lock file holds everything, so nothing is resolved here: it is fetched, and its hashes are
# compared. uv takes seconds where pip takes a minute; where uv does not reach its index (it
# does not read pip's configuration), pip does it. All is compiled here, once: where bytecode is
# not written, every start of the program would compile it again.
$(READY): $(LOCK) $(FACTS) pyproject.toml
	@set -eu; \
	suits() { command -v "$$1" >/dev/null && "$$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }; \
	if ! suits $(BIN)/python || ! $(BIN)/python -c 'import pip' 2>/dev/null; then \
	  for python in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11) none; do \
	    if suits "$$python"; then break; fi; \
	  done; \
	  if [ "$$python" = none ]; then \
	    echo "mlops-gitops needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python" >&2; exit 1; \
	  fi; \
	  echo "Setting up .venv with $$("$$python" --version); this takes about a minute, once." >&2; \
	  rm -rf .venv; \
	  "$$python" -m venv .venv || { rm -rf .venv; \
	    echo "Python's venv module does not work. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }; \
	fi; \
	export UV_LINK_MODE=copy PIP_DISABLE_PIP_VERSION_CHECK=1; \
	sed -n '/^uv==/,/[^\\]$$/p' $(LOCK) > .venv/uv.lock; \
	if $(BIN)/python -m pip install --quiet --no-deps --require-hashes -r .venv/uv.lock \
	  && $(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes $(LOCK); then :; else \
	  echo "uv could not install the lock file; pip does it, which takes longer." >&2; \
	  $(BIN)/python -m pip install --quiet --no-deps --require-hashes -r $(LOCK); \
	fi; \
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r $(FACTS); \
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .; \
	$(BIN)/python -m compileall -q mlops_gitops
	@touch $@
