"""Asks ONNX's own checker about converted models.

    python3 -m venv /tmp/onnx && /tmp/onnx/bin/pip install onnx==1.23.2
    /tmp/onnx/bin/python scripts/golden/check-onnx.py <model.onnx or folder> ...

Prints how many passed, and exits 1 if one did not.
"""

import pathlib
import sys

import onnx

places = [pathlib.Path(name) for name in sys.argv[1:]]
files = [file for place in places for file in (sorted(place.rglob("*.onnx")) if place.is_dir() else [place])]
failed = 0
for file in files:
    try:
        onnx.checker.check_model(onnx.load(file), full_check=True)
    except Exception as error:
        failed += 1
        print(f"{file}: {error}")
print(f"onnx {onnx.__version__}: {len(files) - failed} of {len(files)} models passed")
sys.exit(1 if failed or not files else 0)
