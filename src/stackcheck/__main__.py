"""`stackcheck` and `python -m stackcheck`."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line; a closed pipe is no error, an interrupt no traceback."""
    from stackcheck.command.app import run

    try:
        code = run(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads has enough. Python would complain once more while it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)


if __name__ == "__main__":
    main()
