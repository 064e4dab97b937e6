"""`python -m scripts.bench [core | engine N | triggers | api]`: figures of this machine beside the goals."""

import importlib
import sys

_SUBJECTS = ("core", "engine", "triggers", "api")


def main() -> int:
    """Measure one subject; returns the exit code."""
    subject, *arguments = sys.argv[1:] or ["core"]
    if subject not in _SUBJECTS:
        print(f"There is nothing called {subject} to measure; choose one of: {', '.join(_SUBJECTS)}.", file=sys.stderr)
        return 2
    # Only what is measured is loaded: vectorbt's own compilation takes a while.
    module = importlib.import_module(f"scripts.bench.{subject}")
    return int(module.main(arguments))


if __name__ == "__main__":
    sys.exit(main())
