"""Errors in the form that Lambda gives them."""

import sys

_RUNTIME_FOLDER = __file__.rpartition("/")[0]


class RuntimeFault(Exception):
    """An error that the runtime itself finds, of type `Runtime.<kind>`."""

    def __init__(self, kind, message, trace=()):
        super().__init__(message)
        self.error_type = "Runtime." + kind
        self.trace = list(trace)


def describe(error, request_id):
    """The error's JSON object: message, type, request and stack."""
    if isinstance(error, RuntimeFault):
        error_type, trace = error.error_type, error.trace
    else:
        error_type, trace = type(error).__name__, _stack(error)
    return {
        "errorMessage": _text(error),
        "errorType": error_type,
        "requestId": request_id,
        "stackTrace": trace,
    }


def _text(error):
    try:
        return str(error)
    except Exception as failure:
        return f"<the error's text could not be made: {type(failure).__name__}>"


def _stack(error):
    """The frames of the function's own code: the runtime's and the import machinery's are left out."""
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    own = [i for i, frame in enumerate(frames) if not _is_ours(frame.filename)]
    return traceback.format_list(frames[own[0] :] if own else frames)


def _is_ours(filename):
    return filename.startswith((_RUNTIME_FOLDER, "<frozen importlib"))


def log_error(description):
    """Writes the error as one record: its line breaks are carriage returns, as with Lambda."""
    lines = [f"[ERROR] {description['errorType']}: {description['errorMessage']}"]
    if description["stackTrace"]:
        lines.append("Traceback (most recent call last):")
        for entry in description["stackTrace"]:
            lines += entry.rstrip("\n").split("\n")
    print("\r".join(line.replace("\n", "\r") for line in lines), file=sys.stdout)
