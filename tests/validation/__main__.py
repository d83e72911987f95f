"""`make validate`: do the methods keep their promises? Prints tables; fails when a required condition does not hold.

`python -m tests.validation rates silence` runs only the methods that are named.
"""

from __future__ import annotations

import sys
import time
from importlib import import_module

METHODS = ("rates", "silence", "alarm", "speed", "wellbeing")


def main(names: list[str]) -> int:
    """Print the report of each method named, of all if none is; return 1 if a condition failed, 2 if unknown."""
    unknown = sorted(set(names) - set(METHODS))
    if unknown:
        print(f"Unknown: {', '.join(unknown)}. Choose from {', '.join(METHODS)}.", file=sys.stderr)
        return 2
    failed = []
    for name in names or METHODS:
        start = time.monotonic()
        answer = import_module(f"tests.validation.{name}").report()
        text, held = answer if isinstance(answer, tuple) else (answer, True)
        print(f"## {name.capitalize()}\n\n{text}\n\n{time.monotonic() - start:.0f} seconds.\n", flush=True)
        if not held:
            failed.append(name)
    if failed:
        print(f"A required condition failed: {', '.join(failed)}.")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
