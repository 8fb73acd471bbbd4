"""Runs the bootstrap as a process, with the interpreter that runs this test."""

import json
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from scripted_api import REQUEST_ID, run  # noqa: E402


def answer(result, number=0):
    return json.loads(result.posts[number].body)


class HandlerTest(unittest.TestCase):
    def test_answers_one_event_after_the_other(self):
        result = run({"app.py": "def go(event, context): return event"}, "app.go", b"1", b'{"a": "\xc3\xbc"}')
        self.assertEqual([1, {"a": "ü"}], [answer(result, 0), answer(result, 1)])
        self.assertEqual(
            "/2018-06-01/runtime/invocation/%s/response" % REQUEST_ID, result.posts[0].path
        )

    def test_reads_chunked_events(self):
        result = run({"app.py": "def go(event, context): return event"}, "app.go", b'"abcdef"', chunked=True)
        self.assertEqual("abcdef", answer(result))

    def test_moves_six_megabytes_both_ways(self):
        event = b'"' + b"y" * 6000000 + b'"'
        result = run({"app.py": "def go(event, context): return event"}, "app.go", event)
        self.assertEqual(event, result.posts[0].body)

    def test_handler_in_a_package_by_dots_or_slashes(self):
        files = {"pkg/mod.py": "def go(event, context): return 7"}
        for name in ("pkg.mod.go", "pkg/mod.go"):
            self.assertEqual(7, answer(run(files, name, b"{}")))

    def test_keeps_insertion_order_and_writes_plain_values(self):
        code = "def go(e, c): return {'b': [1, 2.5, True, None], 'a': 'x', 3: ()}"
        result = run({"app.py": code}, "app.go", b"{}")
        self.assertEqual(b'{"b": [1, 2.5, true, null], "a": "x", "3": []}', result.posts[0].body)

    def test_json_module_of_the_function_gives_the_same(self):
        code = "import json\ndef go(e, c): return {'b': [1, 2.5, True, None], 'a': e}"
        result = run({"app.py": code}, "app.go", b'"x"')
        self.assertEqual(b'{"b": [1, 2.5, true, null], "a": "x"}', result.posts[0].body)


class ContextTest(unittest.TestCase):
    CODE = """
def go(event, context):
    return {
        "id": context.aws_request_id, "name": context.function_name,
        "version": context.function_version, "memory": context.memory_limit_in_mb,
        "arn": context.invoked_function_arn, "group": context.log_group_name,
        "stream": context.log_stream_name,
        "in_time": 50000 < context.get_remaining_time_in_millis() <= 60000,
        "app": context.client_context and context.client_context.client.app_title,
        "custom": context.client_context and context.client_context.custom,
        "identity": context.identity.cognito_identity_id,
    }
"""

    def test_has_lambdas_members(self):
        result = answer(run({"app.py": self.CODE}, "app.go", b"{}"))
        self.assertEqual(REQUEST_ID, result["id"])
        self.assertEqual(("shop", "$LATEST", "128"), (result["name"], result["version"], result["memory"]))
        self.assertTrue(result["arn"].endswith(":function:shop"))
        self.assertEqual(("/aws/lambda/shop", "stream"), (result["group"], result["stream"]))
        self.assertTrue(result["in_time"])
        self.assertIsNone(result["app"])
        self.assertIsNone(result["identity"])

    def test_has_what_mobile_clients_send(self):
        headers = (
            'Lambda-Runtime-Client-Context: {"client": {"app_title": "t"}, "custom": {"k": "v"}}',
            'Lambda-Runtime-Cognito-Identity: {"cognitoIdentityId": "i", "cognitoIdentityPoolId": "p"}',
        )
        result = answer(run({"app.py": self.CODE}, "app.go", b"{}", headers=headers))
        self.assertEqual(("t", {"k": "v"}, "i"), (result["app"], result["custom"], result["identity"]))

    def test_trace_header_is_in_the_environment_of_its_invocation(self):
        code = "import os\ndef go(e, c): return os.environ.get('_X_AMZN_TRACE_ID')"
        traced = run({"app.py": code}, "app.go", b"{}", headers=("Lambda-Runtime-Trace-Id: Root=1",))
        self.assertEqual("Root=1", answer(traced))
        self.assertIsNone(answer(run({"app.py": code}, "app.go", b"{}")))


class ErrorTest(unittest.TestCase):
    def failure(self, code, *events, handler="app.go", path="error"):
        result = run({"app.py": code}, handler, *events)
        post = result.posts[0]
        self.assertTrue(post.path.endswith("/" + path), post.path)
        error = json.loads(post.body)
        self.assertEqual(error["errorType"], post.headers["lambda-runtime-function-error-type"])
        return error, result

    def test_exception_has_its_stack_without_the_runtimes_frames(self):
        error, result = self.failure("def go(e, c):\n    raise ValueError('bad \u00fc')", b"1")
        self.assertEqual(("ValueError", "bad ü", REQUEST_ID), (error["errorType"], error["errorMessage"], error["requestId"]))
        self.assertEqual(1, len(error["stackTrace"]))
        self.assertIn("app.py\", line 2, in go", error["stackTrace"][0])
        self.assertIn("[ERROR] ValueError: bad ü\rTraceback (most recent call last):\r", result.output)

    def test_goes_on_after_an_exception(self):
        code = "def go(e, c):\n    if e == 1: raise KeyError('k')\n    return e"
        result = run({"app.py": code}, "app.go", b"1", b"2")
        self.assertEqual(2, answer(result, 1))

    def test_result_that_is_not_json(self):
        for code in ("def go(e, c): return {1, 2}", "import json\ndef go(e, c): return {1, 2}"):
            error, _ = self.failure(code, b"1")
            self.assertEqual("Runtime.MarshalError", error["errorType"])
            self.assertEqual(
                "Unable to marshal response: Object of type set is not JSON serializable",
                error["errorMessage"],
            )

    def test_event_that_is_not_json(self):
        error, _ = self.failure("def go(e, c): return e", b"{bad")
        self.assertEqual("Runtime.UnmarshalError", error["errorType"])
        self.assertIn("Unable to unmarshal input: Expecting property name", error["errorMessage"])

    def test_missing_module(self):
        error, result = self.failure("", b"1", handler="other.go")
        self.assertEqual("Runtime.ImportModuleError", error["errorType"])
        self.assertEqual("Unable to import module 'other': No module named 'other'", error["errorMessage"])
        self.assertEqual(1, result.status)

    def test_missing_function(self):
        error, _ = self.failure("", b"1")
        self.assertEqual("Handler 'go' missing on module 'app'", error["errorMessage"])
        self.assertEqual("Runtime.HandlerNotFound", error["errorType"])

    def test_malformed_handler_name(self):
        error, _ = self.failure("", b"1", handler="nodot")
        self.assertEqual("Runtime.MalformedHandlerName", error["errorType"])
        self.assertTrue(error["errorMessage"].startswith("Bad handler 'nodot': "))

    def test_syntax_error(self):
        error, _ = self.failure("def go(e, c: return e", b"1")
        self.assertEqual("Runtime.UserCodeSyntaxError", error["errorType"])
        self.assertTrue(error["errorMessage"].startswith("Syntax error in module 'app': "))

    def test_failing_initialisation(self):
        error, result = self.failure("1 / 0", b"1")
        self.assertEqual(("ZeroDivisionError", "division by zero"), (error["errorType"], error["errorMessage"]))
        self.assertIn("line 1, in <module>", error["stackTrace"][0])
        self.assertEqual(1, result.status)

    def test_exit_is_left_to_the_platform(self):
        result = run({"app.py": "def go(e, c): exit(3)"}, "app.go", b"1")
        self.assertEqual(([], 3), (result.posts, result.status))


class OutputTest(unittest.TestCase):
    def test_print_and_logging(self):
        code = """
import logging
def go(event, context):
    print("printed \u00fc")
    logging.getLogger().warning("warned %s", 1)
    logging.getLogger("x").info("below the level")
"""
        result = run({"app.py": code}, "app.go", b"1")
        lines = result.output.splitlines()
        self.assertEqual("printed ü", lines[0])
        self.assertRegex(
            lines[1], r"^\[WARNING\]\t\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\t%s\twarned 1$" % REQUEST_ID
        )
        self.assertEqual(2, len(lines))

    def test_logging_is_not_loaded_for_functions_without(self):
        code = "import sys\ndef go(e, c): return 'logging' in sys.modules or 'json' in sys.modules"
        self.assertIs(False, answer(run({"app.py": code}, "app.go", b"1")))

    def test_search_path(self):
        code = "import sys\ndef go(e, c): return sys.path"
        path = answer(run({"app.py": code}, "app.go", b"1", environment={"PYTHONPATH": "/own"}))
        version = "%d.%d" % sys.version_info[:2]
        self.assertEqual(
            ["/opt/python/lib/python%s/site-packages" % version, "/opt/python", "/own"], path[1:4]
        )
        self.assertFalse([entry for entry in path[4:] if "site-packages" in entry])


if __name__ == "__main__":
    unittest.main()
