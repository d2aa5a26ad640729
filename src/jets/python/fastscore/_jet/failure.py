"""A model's error, told as the model's author sees it."""

import os
import traceback

_RUNTIME = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


def describe(error):
    """
    :returns: (message, traceback): one line such as ``ValueError: bad``, and the text of the traceback without the frames
        of this package
    """
    summary = traceback.TracebackException.from_exception(error, capture_locals=False)
    _keep_model_frames(summary, set())
    lines = list(summary.format_exception_only())
    message = next((line.strip() for line in reversed(lines) if line.strip()), type(error).__name__)
    if isinstance(error, SystemExit):
        message = f'the model called sys.exit({error.code!r})'
    return message.splitlines()[0], ''.join(summary.format())


def _keep_model_frames(summary, seen):
    if summary is None or id(summary) in seen:
        return
    seen.add(id(summary))
    summary.stack[:] = [frame for frame in summary.stack if not _is_ours(frame.filename)]
    _keep_model_frames(summary.__cause__, seen)
    _keep_model_frames(summary.__context__, seen)


def _is_ours(filename):
    return filename.startswith(_RUNTIME) or filename.startswith('<frozen runpy')
