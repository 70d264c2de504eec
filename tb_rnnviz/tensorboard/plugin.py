"""HTTP routes of the RNN-Viz tab, described in `http_api.md`."""

from __future__ import annotations

import mimetypes
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import grpc
import werkzeug
from tensorboard import errors, plugin_util
from tensorboard.backend import http_util
from tensorboard.plugins import base_plugin
from werkzeug import wrappers

from tb_rnnviz.log_format.tags import LARGE, SMALL
from tb_rnnviz.log_format.unit_rows import ROWS
from tb_rnnviz.tensorboard.cached_data_provider import CachedDataProvider
from tb_rnnviz.tensorboard.log_responses import LogResponses
from tb_rnnviz.tensorboard.query import Query
from tb_rnnviz.tensorboard.references import RecordingRef, Scope

if TYPE_CHECKING:
    from tb_rnnviz.tensorboard.analysis_service import AnalysisService

STATIC = Path(__file__).parents[1] / "static"
ENTRY = "/static/index.js"
BINARY = "application/octet-stream"
JSON = "application/json"
GZIP = "gzip"

PROBE = ("run", "probe")
RECORDING = (*PROBE, "step")
QUANTITY = ("layer", "quantity")
OTHER = ("other_run", "other_step")
"""Parameters that name a probe, a recording, a quantity and another recording."""

MAX_FEATURE = 10_000
"""Maximum number of characters of a feature."""

MAX_UNITS, DEFAULT_UNITS = 50, 20
"""Number of units that are associated with a feature: maximum and default."""

CONTENT_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".md": "text/markdown; charset=utf-8",
    ".woff2": "font/woff2",
}

_NOT_BUILT = """
export function render() {
  document.body.textContent =
    'RNN-Viz was installed without its tab. Install tb-rnnviz again.';
}
"""


class Response(NamedTuple):
    """Response of a route.

    Attributes:
        content: Body.
        content_type: MIME type.
        encoding: Encoding of the body, `"gzip"` or `None`.
    """

    content: bytes | str
    content_type: str
    encoding: str | None = None


class RNNVizPlugin(base_plugin.TBPlugin):
    """Serves the files of the tab and the data that it shows; changes nothing.

    Args:
        context: TensorBoard's context, of which only the data provider is used.
    """

    plugin_name = SMALL

    def __init__(self, context: base_plugin.TBContext):
        self._data = CachedDataProvider(context.data_provider)
        self._log = LogResponses(self._data)
        self._analysis_service: AnalysisService | None = None
        self._lock = threading.Lock()
        files = sorted(path for path in STATIC.rglob("*") if path.is_file())
        self._files = {f"/static/{path.relative_to(STATIC).as_posix()}": path for path in files}

    def data_plugin_names(self) -> tuple[str, ...]:
        """Returns the data names whose presence activates the tab."""
        return SMALL, LARGE

    def is_active(self) -> bool:
        """Returns false: TensorBoard decides by the data names."""
        return False

    def frontend_metadata(self) -> base_plugin.FrontendMetadata:
        """Returns entry point and name of the tab."""
        return base_plugin.FrontendMetadata(es_module_path=ENTRY, tab_name="RNN-Viz")

    def get_plugin_apps(self) -> dict[str, Callable]:
        """Returns a WSGI application by route."""
        return {
            "/static/*": _wsgi_application(self._static),
            "/index": _data_route(self._index),
            "/digest": _data_route(self._digest, *PROBE),
            "/text": _data_route(self._text, *RECORDING),
            "/activity": _data_route(self._activity, *RECORDING, *QUANTITY),
            "/spectrum": _data_route(self._spectrum, *RECORDING, *QUANTITY),
            "/relevance": _data_route(self._relevance, *RECORDING, *QUANTITY),
            "/units": _data_route(self._units, *PROBE, *QUANTITY, "what"),
            "/life": _data_route(self._unit_history, *PROBE, *QUANTITY, "unit"),
            "/scalars": _data_route(self._scalars, "run"),
            "/feature": _data_route(self._feature, *RECORDING, "feature"),
            "/emergence": _data_route(self._emergence, *PROBE, *QUANTITY),
            "/matching": _data_route(self._matching, *RECORDING, *QUANTITY, *OTHER),
            "/unit": _data_route(self._unit, *RECORDING, *QUANTITY, "unit"),
        }

    def _static(self, request: wrappers.Request) -> Response:
        name = request.path[request.path.rindex("/static/") :]
        path = self._files.get(name)
        if path is None and name == ENTRY:
            return Response(_NOT_BUILT, CONTENT_TYPES[".js"])
        if path is None:
            raise errors.NotFoundError(f"The tab has no file {name!r}.")
        guess = mimetypes.guess_type(path.name)[0] or BINARY
        return Response(path.read_bytes(), CONTENT_TYPES.get(path.suffix, guess))

    def _index(self, scope: Scope, query: Query) -> Response:
        return Response(self._log.index_json(scope), JSON, GZIP)

    def _digest(self, scope: Scope, query: Query) -> Response:
        return Response(self._log.digests(scope, query.probe()), JSON, GZIP)

    def _text(self, scope: Scope, query: Query) -> Response:
        return Response(self._log.text(scope, query.recording()), BINARY)

    def _activity(self, scope: Scope, query: Query) -> Response:
        recording, key = query.recording(), query.quantity()
        unit = query.integer("unit") if "unit" in query else None
        return Response(self._log.activity(scope, recording, key, unit), BINARY)

    def _spectrum(self, scope: Scope, query: Query) -> Response:
        return Response(self._log.spectrum(scope, query.recording(), query.quantity()), BINARY)

    def _relevance(self, scope: Scope, query: Query) -> Response:
        return Response(self._log.relevance(scope, query.recording(), query.quantity()), BINARY)

    def _units(self, scope: Scope, query: Query) -> Response:
        probe, key, kind = query.probe(), query.quantity(), query.choice("what", list(ROWS))
        return Response(self._log.units(scope, probe, key, kind), BINARY)

    def _unit_history(self, scope: Scope, query: Query) -> Response:
        probe, key, unit = query.probe(), query.quantity(), query.integer("unit")
        return Response(self._log.unit_history(scope, probe, key, unit), JSON, GZIP)

    def _scalars(self, scope: Scope, query: Query) -> Response:
        return Response(self._log.scalars(scope, query.string("run")), JSON, GZIP)

    def _feature(self, scope: Scope, query: Query) -> Response:
        recording, feature = query.recording(), query.string("feature")
        if len(feature) > MAX_FEATURE:
            raise errors.InvalidArgumentError(
                f"A feature has at most {MAX_FEATURE} characters. Received: {len(feature)}"
            )
        key = query.quantity() if query.has_value("layer", "quantity") else None
        top = query.integer("top") if "top" in query else DEFAULT_UNITS
        if not 0 <= top <= MAX_UNITS:
            raise errors.InvalidArgumentError(f"top is 0 to {MAX_UNITS}. Received: {top}")
        return Response(self._analysis.feature(scope, recording, key, feature, top), JSON)

    def _emergence(self, scope: Scope, query: Query) -> Response:
        return Response(self._analysis.emergence(scope, query.probe(), query.quantity()), JSON)

    def _unit(self, scope: Scope, query: Query) -> Response:
        recording, key, unit = query.recording(), query.quantity(), query.integer("unit")
        return Response(self._analysis.unit(scope, recording, key, unit), JSON)

    def _matching(self, scope: Scope, query: Query) -> Response:
        recording, key = query.recording(), query.quantity()
        other = RecordingRef(query.string("other_run"), recording.probe, query.step("other_step"))
        layer = query.string("other_layer") if "other_layer" in query else key.layer
        other_key = key._replace(layer=layer)
        return Response(self._analysis.matching(scope, recording, key, other, other_key), JSON)

    @property
    def _analysis(self) -> AnalysisService:
        """Service that is imported with the first request, because that takes a second."""
        with self._lock:
            if self._analysis_service is None:
                from tb_rnnviz.tensorboard.analysis_service import AnalysisService

                self._analysis_service = AnalysisService(self._data)
            return self._analysis_service


def _data_route(handler: Callable[[Scope, Query], Response], *required: str) -> Callable:
    """Returns a WSGI application for a handler of a scope and a query.

    Args:
        handler: Makes the response.
        required: Names of the parameters that the query must have.
    """

    def handle(request: wrappers.Request) -> Response:
        context = plugin_util.context(request.environ)
        experiment = plugin_util.experiment_id(request.environ)
        return handler(Scope(context, experiment), Query(request, required))

    return _wsgi_application(handle)


def _wsgi_application(handler: Callable[[wrappers.Request], Response]) -> Callable:
    """Returns a WSGI application that turns errors of a handler into responses."""

    @wrappers.Request.application
    def application(request: wrappers.Request) -> werkzeug.Response:
        if request.method not in ("GET", "HEAD"):
            return _error(request, f"{request.method} is not allowed, only GET and HEAD.", 405)
        try:
            content, content_type, encoding = handler(request)
        except errors.PublicError as error:
            return _error(request, str(error), error.http_code)
        except grpc.RpcError as error:
            reason = error.code().name if hasattr(error, "code") else type(error).__name__
            return _error(request, f"TensorBoard's data server did not answer: {reason}.", 503)
        return http_util.Respond(request, content, content_type, content_encoding=encoding)

    return application


def _error(request: wrappers.Request, message: str, code: int) -> werkzeug.Response:
    return http_util.Respond(request, message, "text/plain", code=code)
