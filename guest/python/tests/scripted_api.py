"""A Runtime API that gives out scripted events and remembers what it was told."""

import os
import socket
import subprocess
import sys
import tempfile
import time

FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
REQUEST_ID = "8476a536-e9f4-11e8-9739-2dfe598c3fcd"


class Post:
    def __init__(self, path, headers, body):
        self.path, self.headers, self.body = path, headers, body


class Run:
    """What a guest did with the events: its posts, its output and its exit status."""

    def __init__(self, posts, output, status):
        self.posts, self.output, self.status = posts, output, status


def run(files, handler, *events, chunked=False, headers=(), environment=None):
    """Runs the bootstrap on a function made of `files` until all events are answered."""
    with tempfile.TemporaryDirectory() as task, socket.socket() as listener:
        for name, text in files.items():
            path = os.path.join(task, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.settimeout(30)
        guest = _start(task, handler, listener.getsockname()[1], environment or {})
        connection, _ = listener.accept()
        with connection, connection.makefile("rwb") as stream:
            posts = _serve(stream, list(events), chunked, headers)
        output, _ = guest.communicate(timeout=30)
        return Run(posts, output.decode(), guest.returncode)


def _start(task, handler, port, extra):
    environment = {
        "PATH": "/usr/bin:/bin",
        "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:%d" % port,
        "AWS_LAMBDA_FUNCTION_NAME": "shop",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/shop",
        "AWS_LAMBDA_LOG_STREAM_NAME": "stream",
        "LAMBDA_TASK_ROOT": task,
        "_HANDLER": handler,
    }
    environment.update(extra)
    command = [sys.executable, "-I", "-S", "-B", "-X", "utf8", os.path.join(FOLDER, "bootstrap.py")]
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def _serve(stream, events, chunked, headers):
    posts = []
    while True:
        request = stream.readline().decode().split(" ")
        if len(request) < 3:
            return posts
        received = {}
        while True:
            line = stream.readline().decode().strip()
            if not line:
                break
            name, _, value = line.partition(":")
            received[name.lower()] = value.strip()
        body = stream.read(int(received.get("content-length", 0)))
        if request[0] == "POST":
            posts.append(Post(request[1], received, body))
            stream.write(b"HTTP/1.1 202 Accepted\r\nContent-Length: 15\r\n\r\n{\"status\":\"OK\"}")
        elif events:
            _give(stream, events.pop(0), chunked, headers)
        else:
            return posts
        stream.flush()


def _give(stream, event, chunked, headers):
    lines = [
        "HTTP/1.1 200 OK",
        "Lambda-Runtime-Aws-Request-Id: " + REQUEST_ID,
        "Lambda-Runtime-Deadline-Ms: %d" % ((time.time() + 60) * 1000),
        "Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:123456789012:function:shop",
        *headers,
    ]
    if chunked:
        middle = len(event) // 2
        stream.write(("\r\n".join(lines) + "\r\nTransfer-Encoding: chunked\r\n\r\n").encode())
        for part in (event[:middle], event[middle:]):
            stream.write(b"%x\r\n%s\r\n" % (len(part), part))
            stream.flush()
        stream.write(b"0\r\n\r\n")
    else:
        lines.append("Content-Length: %d" % len(event))
        stream.write(("\r\n".join(lines) + "\r\n\r\n").encode() + event)
