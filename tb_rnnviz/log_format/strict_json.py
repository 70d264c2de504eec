"""JSON of the log, read strictly: UTF-8, finite numbers, checked against a schema."""

from __future__ import annotations

import json
import math
from typing import Any

from tb_rnnviz.core.json_schema import Schema, SchemaError
from tb_rnnviz.log_format.damaged_record import DamagedRecordError


def parse_json(data: bytes | str, name: str) -> Any:
    """Parses JSON; NaN, infinities and larger numbers become `None`.

    Args:
        data: The JSON.
        name: Name of the value in errors, such as `"Its header"`.

    Raises:
        DamagedRecordError: if it is no JSON, or nested too deeply.

    Example:
        >>> parse_json(b'{"loss": NaN}', "The digest")
        {'loss': None}
    """
    try:
        text = data.decode() if isinstance(data, bytes) else data
        return json.loads(text, parse_constant=lambda _: None, parse_float=_finite_float)
    except UnicodeDecodeError as error:
        raise DamagedRecordError(f"{name} is not UTF-8.") from error
    except RecursionError as error:
        raise DamagedRecordError(f"{name} is nested too deeply.") from error
    except (ValueError, AttributeError) as error:
        raise DamagedRecordError(f"{name} is no JSON: {error}.") from error


def check_schema(value: Any, schema: Schema, name: str, left_out: list[str] | None = None) -> Any:
    """Checks parsed JSON; arguments and result are those of `Schema.read`.

    Raises:
        DamagedRecordError: if it does not fit.
    """
    try:
        return schema.read(value, name, left_out)
    except (SchemaError, RecursionError) as error:
        raise DamagedRecordError(f"{error}.") from error


def _finite_float(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None
