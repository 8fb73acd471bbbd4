# A minimal bootstrap for tests of the engine: raw sockets, one connection, no HTTP library.
import os, socket, sys, json, time

host = os.environ["AWS_LAMBDA_RUNTIME_API"]
name, port = host.split(":")
connection = socket.create_connection((name, int(port)))
connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
received = b""


def exchange(method, path, body=b"", headers=""):
    global received
    head = "%s /2018-06-01/runtime/%s HTTP/1.1\r\nHost: %s\r\n%sContent-Length: %d\r\n\r\n"
    connection.sendall((head % (method, path, host, headers, len(body))).encode() + body)
    while True:
        end = received.find(b"\r\n\r\n")
        if end >= 0:
            lines = received[:end].decode().split("\r\n")
            fields = dict((l.split(": ", 1)[0].lower(), l.split(": ", 1)[1]) for l in lines[1:])
            length = int(fields.get("content-length", "0"))
            if len(received) >= end + 4 + length:
                content = received[end + 4 : end + 4 + length]
                received = received[end + 4 + length :]
                return int(lines[0].split(" ")[1]), fields, content
        part = connection.recv(65536)
        if not part:
            os._exit(0)
        received += part


def handle(event):
    return event


# HANDLER

while True:
    status, fields, event = exchange("GET", "invocation/next")
    if status != 200:
        raise Exception("next was answered with %d: %s" % (status, event))
    request_id = fields["lambda-runtime-aws-request-id"]
    answer = handle(event)
    status, fields, content = exchange("POST", "invocation/" + request_id + "/response", answer)
    if status not in (202, 413):
        raise Exception("the response was answered with %d: %s" % (status, content))
