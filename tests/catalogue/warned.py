"""What SQLAlchemy 1.4 warns about in the programs of a catalogue folder: JSON, row -> [[file, line, warning], …].

`python warned.py FOLDER`, with 1.4 installed. SQLAlchemy names a line of its own for some warnings; the line
is that of the innermost frame in the program, or in the coroutine that waits.
"""

import json
import os
import sys
import traceback
import warnings
from pathlib import Path

os.environ["SQLALCHEMY_WARN_20"] = "1"  # read when SQLAlchemy is imported

from run import programs, run


def frames_of(frame):
    while frame is not None:
        yield frame
        frame = frame.f_back


def waiting_frames():
    """The frames of the coroutine on whose behalf a greenlet runs."""
    try:
        import greenlet
    except ImportError:
        return
    parent = greenlet.getcurrent().parent
    while parent is not None:
        yield from frames_of(parent.gr_frame)
        parent = parent.parent


def place_in(folder, frame):
    """File and line of the innermost frame in a folder."""
    for each in [*frames_of(frame), *waiting_frames()]:
        if each.f_code.co_filename.startswith(str(folder)):
            return Path(each.f_code.co_filename).relative_to(folder).as_posix(), each.f_lineno
    return None


def recorded(path, folder):
    found = []

    def note(message, category, *_):
        from sqlalchemy.exc import SADeprecationWarning

        place = place_in(folder, sys._getframe(1))
        if place is not None and issubclass(category, SADeprecationWarning):
            found.append([*place, f"{category.__name__}: {message}".partition(" (Background")[0]])

    before = warnings.showwarning, warnings.simplefilter
    warnings.showwarning = note
    warnings.simplefilter = lambda *_: before[1]("always")  # the runner of the programs ignores them
    try:
        run(path, strict=False)
    except BaseException:  # a program that fails has still warned
        traceback.print_exc()
    finally:
        warnings.showwarning, warnings.simplefilter = before
    return found


if __name__ == "__main__":
    folder = Path(sys.argv[1]).resolve()
    print(json.dumps({row: recorded(path, folder) for row, path in programs(folder)}))
