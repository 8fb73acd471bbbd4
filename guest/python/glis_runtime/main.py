"""The loop: load the handler, then take one invocation after the other and answer it."""

import os
import sys

from . import codec, environment
from .client import RuntimeClient
from .context import LambdaContext
from .errors import RuntimeFault, describe, log_error
from .handler import load_handler

_REQUEST_ID = "lambda-runtime-aws-request-id"
_TRACE_ID = "lambda-runtime-trace-id"


def run():
    client = RuntimeClient(os.environ["AWS_LAMBDA_RUNTIME_API"])
    if "_HANDLER" not in os.environ:
        from . import stem

        stem.wait()
    environment.prepare()
    handler = _initialise(client)
    while True:
        _serve(client, handler)


def _initialise(client):
    try:
        return load_handler(os.environ.get("_HANDLER", ""))
    except Exception as error:
        description = describe(error, "")
        log_error(description)
        environment.flush()
        client.post_initialisation_error(description)
        sys.exit(1)


def _serve(client, handler):
    headers, body = client.next()
    request_id = headers[_REQUEST_ID]
    environment.current_request_id = request_id
    _set_trace(headers.get(_TRACE_ID))
    try:
        answer, content_type = _invoke(handler, headers, body)
    except Exception as error:
        description = describe(error, request_id)
        log_error(description)
        environment.flush()
        client.post_error(request_id, description)
    else:
        environment.flush()
        client.post_response(request_id, answer, content_type)


def _invoke(handler, headers, body):
    context = LambdaContext(headers)
    try:
        event = codec.decode(body)
    except Exception as error:
        raise RuntimeFault("UnmarshalError", f"Unable to unmarshal input: {error}") from error
    return _encode(handler(event, context))


def _encode(result):
    """JSON; or the bytes of a file-like result as they are, as Lambda does."""
    if hasattr(result, "read"):
        content = result.read()
        return (content.encode() if isinstance(content, str) else content), "application/unknown"
    try:
        return codec.encode(result), "application/json"
    except Exception as error:
        raise RuntimeFault("MarshalError", f"Unable to marshal response: {error}") from error


def _set_trace(trace):
    if trace:
        os.environ["_X_AMZN_TRACE_ID"] = trace
    else:
        os.environ.pop("_X_AMZN_TRACE_ID", None)
