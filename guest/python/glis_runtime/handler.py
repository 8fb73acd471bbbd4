"""Finds the handler that `package.module.function` names; slashes may stand for dots."""

import sys

from .errors import RuntimeFault


def load_handler(name):
    module_name, function_name = _parse(name)
    module = _import(module_name)
    try:
        return getattr(module, function_name)
    except AttributeError:
        raise RuntimeFault(
            "HandlerNotFound", f"Handler '{function_name}' missing on module '{module_name}'"
        ) from None


def _parse(name):
    try:
        module_name, function_name = name.rsplit(".", 1)
    except ValueError as error:
        raise RuntimeFault("MalformedHandlerName", f"Bad handler '{name}': {error}") from None
    if module_name.split(".")[0] in sys.builtin_module_names:
        raise RuntimeFault(
            "BuiltInModuleConflict",
            f"Cannot use built-in module {module_name} as a handler module",
        )
    return module_name, function_name


def _import(name):
    dotted = name.replace("/", ".")
    try:
        __import__(dotted)
        return sys.modules[dotted]
    except ImportError as error:
        raise RuntimeFault("ImportModuleError", f"Unable to import module '{name}': {error}") from error
    except SyntaxError as error:
        trace = [f'  File "{error.filename}" Line {error.lineno}\n    {error.text}']
        raise RuntimeFault(
            "UserCodeSyntaxError", f"Syntax error in module '{name}': {error}", trace
        ) from error
