"""Definition of an HTTP route: its parameters and the function that responds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from tb_rnnviz.tensorboard.query import Query
from tb_rnnviz.tensorboard.references import Scope

if TYPE_CHECKING:
    from tb_rnnviz.tensorboard.analysis_service import AnalysisService
    from tb_rnnviz.tensorboard.log_responses import LogResponses

PROBE = ("run", "probe")
RECORDING = (*PROBE, "step")
QUANTITY = ("layer", "quantity")
OTHER = ("other_run", "other_step")
"""Parameters that name a probe, a recording, a quantity and another recording."""

BINARY = "application/octet-stream"
JSON = "application/json"
GZIP = "gzip"


class Response(NamedTuple):
    """Response of a route.

    Attributes:
        content: Body.
        content_type: MIME type.
        encoding: Encoding of the body, `"gzip"` or `None`.
        etag: Entity tag of the body, by which a browser that has it is answered with 304.
    """

    content: bytes | str
    content_type: str = JSON
    encoding: str | None = None
    etag: str | None = None


@dataclass(frozen=True)
class DataRequest:
    """Request for data of the log, with the services that answer it.

    Attributes:
        scope: Scope of the request.
        query: Parsed parameters; those that the route requires are there.
        log: Responses from the log.
        load_analysis: Loads the analysis, which takes a second for the first time.
    """

    scope: Scope
    query: Query
    log: LogResponses
    load_analysis: Callable[[], AnalysisService]

    @property
    def analysis(self) -> AnalysisService:
        """Service that computes what the log does not contain."""
        return self.load_analysis()


@dataclass(frozen=True)
class Route:
    """Route of the tab.

    A route is a module of `tb_rnnviz/tensorboard/routes/` with this object as `ROUTE`. The name of
    the module is the path, and its docstring describes query and answer.

    Attributes:
        respond: Returns the response to a request. Raises TensorBoard's errors with a message for
            the user.
        required: Names of the parameters that a query must have.
        optional: Names of further parameters.
    """

    respond: Callable[[DataRequest], Response]
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
