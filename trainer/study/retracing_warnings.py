"""TensorFlow's warnings of retracing, which do not apply to models in sequence."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager


def _is_no_retracing_warning(record: logging.LogRecord) -> bool:
    return "triggered tf.function retracing" not in record.getMessage()


@contextmanager
def ignore_retracing_warnings() -> Iterator[None]:
    """Suppresses warnings of retracing: every model of a study is compiled once."""
    logger = logging.getLogger("tensorflow")
    logger.addFilter(_is_no_retracing_warning)
    try:
        yield
    finally:
        logger.removeFilter(_is_no_retracing_warning)
