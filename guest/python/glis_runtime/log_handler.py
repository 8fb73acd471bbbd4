"""The root logger's handler, in Lambda's format."""

import sys
import time

from . import environment

_FORMAT = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s"
_TIME = "%Y-%m-%dT%H:%M:%S"


def set_up(logging):
    class RuntimeHandler(logging.Handler):
        """Writes each record to standard output, with the request at work."""

        def emit(self, record):
            try:
                record.aws_request_id = environment.current_request_id or ""
                print(self.format(record), file=sys.stdout)
            except Exception:
                self.handleError(record)

    formatter = logging.Formatter(_FORMAT, _TIME)
    formatter.converter = time.gmtime
    handler = RuntimeHandler()
    handler.setFormatter(formatter)
    logging.getLogger().addHandler(handler)
