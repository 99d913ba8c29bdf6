# Everything runs in .venv, which any target makes when it is missing.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: demo test slow check format bench clean

demo: $(READY)
	$(BIN)/animot demo -o demo --overwrite

test: $(READY)
	OMP_NUM_THREADS=1 $(BIN)/pytest -m "not slow" --numprocesses auto --dist loadfile

slow: $(READY)
	$(BIN)/pytest -m slow

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable . --group dev
	touch $@

bench: $(READY)
	OMP_NUM_THREADS=1 $(BIN)/python benchmarks/metrics.py
	OMP_NUM_THREADS=1 $(BIN)/python benchmarks/association.py
	OMP_NUM_THREADS=1 $(BIN)/python benchmarks/made_data.py
	OMP_NUM_THREADS=1 $(BIN)/python benchmarks/renderer.py
	OMP_NUM_THREADS=1 $(BIN)/python benchmarks/adaptive_computation.py
	OMP_NUM_THREADS=1 $(BIN)/python benchmarks/atttrack.py
	$(BIN)/python benchmarks/tracking.py
	$(BIN)/python benchmarks/throughput.py --threads 1
	$(BIN)/python benchmarks/training.py --threads 1
	$(BIN)/python benchmarks/training.py

clean:
	rm -rf .venv demo
