"""What `LoadTests/benchmark` measures. Every figure is a ratio of two things measured in turn in one run."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Tests/Interop"))  # for `server`
