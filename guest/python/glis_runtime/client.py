"""The Runtime API over one keep-alive connection; HTTP/1.1 as far as it needs it.

`_socket` is what the standard `socket` module is made of; the module around it imports `selectors`
and `enum`, which would cost a third of a cold start.
"""

import sys
from _socket import AF_INET, IPPROTO_TCP, SOCK_STREAM, TCP_NODELAY, socket

_API = "/2018-06-01/runtime"
_RECEIVE_BYTES = 65536
_MAXIMUM_HEAD_BYTES = 262144
_SMALL_BODY_BYTES = 65536


class RuntimeClient:
    def __init__(self, address):
        host, _, port = address.rpartition(":")
        self._socket = socket(AF_INET, SOCK_STREAM)
        self._socket.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        self._socket.connect((host, int(port)))
        self._input = bytearray()
        self._end = f" HTTP/1.1\r\nHost: {address}\r\n"
        self._next = f"GET {_API}/invocation/next{self._end}\r\n".encode()
        self._asked = False

    def next(self):
        """Waits for an invocation: its headers, by lower-case names, and its body."""
        if self._asked:
            self._answer()  # to the response, which tells nothing
        else:
            self._socket.sendall(self._next)
        self._asked = False
        status, headers, body = self._answer()
        if status != 200:
            raise SystemExit(f"The Runtime API answered {status} to a request for work: {body!r}")
        return headers, body

    def post_response(self, request_id, body, content_type):
        """Answers, and asks for what comes next in the same breath: one packet instead of three."""
        path = f"/invocation/{request_id}/response"
        self._send(path, f"Content-Type: {content_type}\r\n", body, self._next)
        self._asked = True

    def post_error(self, request_id, description):
        self._post_description(f"/invocation/{request_id}/error", description)

    def post_initialisation_error(self, description):
        self._post_description("/init/error", description)

    def _post_description(self, path, description):
        from . import codec

        error_type = "".join(c if " " <= c <= "~" else "?" for c in description["errorType"])
        headers = (
            "Content-Type: application/vnd.aws.lambda.error+json\r\n"
            f"Lambda-Runtime-Function-Error-Type: {error_type}\r\n"
        )
        self._post(path, headers, codec.encode(description))

    def _post(self, path, headers, body):
        self._send(path, headers, body, b"")
        self._answer()

    def _send(self, path, headers, body, following):
        head = f"POST {_API}{path}{self._end}{headers}Content-Length: {len(body)}\r\n\r\n".encode()
        if len(body) <= _SMALL_BODY_BYTES:
            self._socket.sendall(head + body + following)
        else:
            self._socket.sendall(head)
            self._socket.sendall(body)
            self._socket.sendall(following)

    def _answer(self):
        lines = self._take_through(b"\r\n\r\n").decode("utf-8", "replace").split("\r\n")
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        return int(lines[0][9:12]), headers, self._body(headers)

    def _body(self, headers):
        if "chunked" in headers.get("transfer-encoding", "").lower():
            return self._chunks()
        return self._take(int(headers.get("content-length", 0)))

    def _chunks(self):
        body = bytearray()
        while True:
            size = int(self._take_through(b"\r\n").partition(b";")[0], 16)
            if size == 0:
                break
            body += self._take(size)
            self._take_through(b"\r\n")
        while self._take_through(b"\r\n"):
            pass  # trailers
        return bytes(body)

    def _take_through(self, mark):
        """What comes before the mark; the mark is used up too."""
        searched = 0
        while True:
            at = self._input.find(mark, searched)
            if at >= 0:
                taken = bytes(self._input[:at])
                del self._input[: at + len(mark)]
                return taken
            searched = max(0, len(self._input) - len(mark) + 1)
            if searched > _MAXIMUM_HEAD_BYTES:
                raise SystemExit(f"The Runtime API sent a head over {_MAXIMUM_HEAD_BYTES} bytes")
            self._receive()

    def _take(self, count):
        while len(self._input) < count:
            self._receive()
        taken = bytes(self._input[:count])
        del self._input[:count]
        return taken

    def _receive(self):
        received = self._socket.recv(_RECEIVE_BYTES)
        if not received:
            sys.exit(1)  # the platform has let go of us
        self._input += received
