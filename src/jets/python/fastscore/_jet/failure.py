"""A model's error, told as the model's author sees it."""

import inspect
import os
import traceback

_RUNTIME = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep

_OF_UNBOUND = (
    'A name that a function assigns belongs to that function. Say "global" first to change one of the module; '
    'what all jets share goes into a cell.\n'
)


def describe(error):
    """
    :returns: (message, traceback): one line such as ``ValueError: bad``, and the text of the traceback without the frames
        of this package
    """
    summary = traceback.TracebackException.from_exception(error, capture_locals=False)
    _keep_model_frames(summary, set())
    if not summary.stack:
        summary.stack.extend(_place_of_yield(error))
    advice = _OF_UNBOUND if type(error) is UnboundLocalError else ''
    return _message(error, summary), ''.join(summary.format()) + advice


def _place_of_yield(error):
    """Where the generator stands that has yielded what we refuse: our error is not raised there."""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        found = frame.f_locals.get('result')
        if inspect.isgenerator(found) and found.gi_frame is not None:
            at = found.gi_frame
            return [traceback.FrameSummary(at.f_code.co_filename, at.f_lineno, at.f_code.co_name)]
    return []


def _message(error, summary):
    if isinstance(error, SystemExit):
        return f'the model called sys.exit({error.code!r})'.splitlines()[0]
    # Notes would come last.
    if getattr(summary, '__notes__', None):
        summary = traceback.TracebackException.from_exception(error, limit=0)
        summary.__notes__ = None
    lines = [line for line in summary.format_exception_only() if line.strip()]
    return lines[-1].strip().splitlines()[0] if lines else type(error).__name__


def _keep_model_frames(summary, seen):
    if summary is None or id(summary) in seen:
        return
    seen.add(id(summary))
    summary.stack[:] = [frame for frame in summary.stack if not _is_ours(frame.filename)]
    _keep_model_frames(summary.__cause__, seen)
    _keep_model_frames(summary.__context__, seen)
    for member in getattr(summary, 'exceptions', None) or ():
        _keep_model_frames(member, seen)


def _is_ours(filename):
    return filename.startswith(_RUNTIME) or filename.startswith('<frozen runpy')
