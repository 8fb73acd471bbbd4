"""Byte code prepared before a start."""

import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import precompile  # noqa: E402
from glis_runtime import prepared  # noqa: E402


class PreparedTest(unittest.TestCase):
    def setUp(self):
        self._folder = tempfile.TemporaryDirectory()
        self.addCleanup(self._folder.cleanup)
        self.code = self._folder.name + "/code"
        self.file = self._folder.name + "/cache"
        os.makedirs(self.code + "/prepared_package")
        self._restored = (list(sys.path), list(sys.path_hooks), dict(sys.path_importer_cache))
        self.addCleanup(self._restore)
        sys.path.insert(0, self.code)

    def _restore(self):
        sys.path[:], sys.path_hooks[:] = self._restored[:2]
        sys.path_importer_cache.clear()
        sys.path_importer_cache.update(self._restored[2])
        for name in [name for name in sys.modules if name.startswith("prepared_")]:
            del sys.modules[name]

    def _write(self, name, text):
        with open(f"{self.code}/{name}", "w", encoding="utf-8") as file:
            file.write(text)

    def _prepare(self):
        precompile.precompile((self.code,), self.file)
        prepared.install(self.file, (self.code,))

    def test_modules_and_packages_come_from_the_file(self):
        self._write("prepared_one.py", "VALUE = 1\n")
        self._write("prepared_package/__init__.py", "from .inner import VALUE\n")
        self._write("prepared_package/inner.py", "VALUE = __file__\n")
        self._prepare()
        self._write("prepared_one.py", "VALUE = 2\n")

        import prepared_one
        import prepared_package

        self.assertEqual(1, prepared_one.VALUE)
        self.assertEqual(self.code + "/prepared_package/inner.py", prepared_package.VALUE)
        self.assertEqual(self.code + "/prepared_one.py", prepared_one.__file__)

    def test_what_is_not_in_the_file_is_imported_as_ever(self):
        self._prepare()
        self._write("prepared_late.py", "VALUE = 3\n")

        import prepared_late

        self.assertEqual(3, prepared_late.VALUE)

    def test_errors_in_sources_are_told_when_they_are_imported(self):
        self._write("prepared_wrong.py", "def broken(:\n")
        self._prepare()

        with self.assertRaises(SyntaxError):
            import prepared_wrong  # noqa: F401

    def test_without_a_file_nothing_changes(self):
        hooks = list(sys.path_hooks)

        prepared.install(self.file, (self.code,))

        self.assertEqual(hooks, sys.path_hooks)


if __name__ == "__main__":
    unittest.main()
