"""TensorFlow's advice on compiling again, which is not meant for one model after another."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager


def _is_other(record: logging.LogRecord) -> bool:
    return "triggered tf.function retracing" not in record.getMessage()


@contextmanager
def expected() -> Iterator[None]:
    """Holds that advice back: every model of a study is compiled once, and all are different."""
    logger = logging.getLogger("tensorflow")
    logger.addFilter(_is_other)
    try:
        yield
    finally:
        logger.removeFilter(_is_other)
