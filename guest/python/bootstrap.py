"""Starts a Python function. Kept tiny: this file is compiled anew at each start, the package is not."""

import sys

sys.path.insert(0, sys.argv[0].rpartition("/")[0])

from glis_runtime import main  # noqa: E402

main.run()
