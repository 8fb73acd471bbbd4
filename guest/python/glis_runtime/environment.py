"""What the function finds around it: the module search path, output streams and logging."""

import os
import sys

from . import prepared

#: For log records; None outside of an invocation.
current_request_id = None


def prepare():
    _search_path()
    prepared.install()
    _builtins()
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True, errors="backslashreplace")
    sys.meta_path.insert(0, _LoggingWatcher)


def flush():
    """All that was printed must be on its way before the answer is."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            pass  # closed or replaced by the function: its own affair


def _search_path():
    """The function's code, then layers, then PYTHONPATH, then the runtime, then the standard library.

    The interpreter was started without `site`, so the host's packages are not seen.
    """
    runtime = sys.path.pop(0)
    task_root = os.environ.get("LAMBDA_TASK_ROOT", "/var/task")
    packages = "/opt/python/lib/python%d.%d/site-packages" % sys.version_info[:2]
    given = [entry for entry in os.environ.get("PYTHONPATH", "").split(":") if entry]
    sys.path[0:0] = [task_root, packages, "/opt/python", *given, runtime]
    _process_path_files(packages)


def _process_path_files(packages):
    """`.pth` files of layers, as the interpreter's `site` reads them."""
    try:
        if any(name.endswith(".pth") for name in os.listdir(packages)):
            import site

            site.addsitedir(packages)
    except OSError:
        pass  # no such layer


def _builtins():
    """`exit` and `quit`, which `site` would have added."""
    import builtins

    builtins.exit = builtins.quit = sys.exit


class _LoggingWatcher:
    """Sets up the root logger once the function imports `logging`, and not before: it costs 8 ms."""

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name != "logging":
            return None
        sys.meta_path.remove(cls)
        from importlib.util import find_spec

        spec = find_spec(name)
        execute = spec.loader.exec_module

        def execute_then_set_up(module):
            execute(module)
            from .log_handler import set_up

            set_up(module)

        spec.loader.exec_module = execute_then_set_up
        return spec
