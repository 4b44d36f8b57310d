"""`stackcheck` and `python -m stackcheck`."""

from __future__ import annotations

import gc
import os
import sys


def main() -> None:
    """Run the command line; a closed pipe is no error, an interrupt no traceback."""
    from stackcheck.command.app import run

    # Trees and outlines hold no cycles: collecting them costs a third of the run and frees nothing.
    gc.disable()
    # LibCST and `ast` go down with the nesting of the code; Python's own limit is for runaway programs.
    sys.setrecursionlimit(max(sys.getrecursionlimit(), 5000))
    try:
        code = run(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads has enough. Python would complain once more while it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except KeyboardInterrupt:
        code = 130
    except Exception as error:  # a defect of ours: one line for the user, the rest for who reports it
        if {"-v", "--verbose"} & set(sys.argv):
            raise
        what = " ".join(f"{type(error).__name__}: {error}".split())
        print(f"error: stackcheck broke down: {what}; please report this, with what `-v` adds", file=sys.stderr)
        code = 2
    sys.exit(code)


if __name__ == "__main__":
    main()
