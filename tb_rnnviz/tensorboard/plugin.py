"""The plugin of TensorBoard: files of the tab and the routes of `routes/`."""

from __future__ import annotations

import argparse
import hashlib
import mimetypes
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import grpc
import werkzeug
from tensorboard import errors, plugin_util
from tensorboard.backend import http_util
from tensorboard.plugins import base_plugin
from werkzeug import wrappers
from werkzeug.http import quote_etag

from tb_rnnviz.log_format import DamagedRecordError
from tb_rnnviz.log_format.tags import LARGE, SMALL
from tb_rnnviz.tensorboard.cached_data_provider import CachedDataProvider
from tb_rnnviz.tensorboard.loader import log_directories
from tb_rnnviz.tensorboard.log_responses import LogResponses
from tb_rnnviz.tensorboard.query import Query
from tb_rnnviz.tensorboard.references import Scope
from tb_rnnviz.tensorboard.route import BINARY, DataRequest, Response, Route
from tb_rnnviz.tensorboard.routes import all_routes
from tb_rnnviz.tensorboard.run_files import LogRoot, RunFiles

if TYPE_CHECKING:
    from tb_rnnviz.tensorboard.analysis_service import AnalysisService

STATIC = Path(__file__).parents[1] / "static"
ENTRY = "/static/index.js"

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


class RNNVizPlugin(base_plugin.TBPlugin):
    """Serves the files of the tab and the data that it shows; changes nothing.

    Args:
        context: TensorBoard's context, of which the data provider and the flags are used.
    """

    plugin_name = SMALL

    def __init__(self, context: base_plugin.TBContext):
        self._data = CachedDataProvider(context.data_provider, run_files(context.flags))
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
        files = {"/static/*": _wsgi_application(self._static)}
        return files | {f"/{name}": self._data_route(route) for name, route in all_routes().items()}

    def _static(self, request: wrappers.Request) -> Response:
        name = request.path[request.path.rindex("/static/") :]
        path = self._files.get(name)
        if path is None and name == ENTRY:
            return Response(_NOT_BUILT, CONTENT_TYPES[".js"])
        if path is None:
            raise errors.NotFoundError(f"The tab has no file {name!r}.")
        guess = mimetypes.guess_type(path.name)[0] or BINARY
        content = path.read_bytes()
        etag = hashlib.sha256(content).hexdigest()
        return Response(content, CONTENT_TYPES.get(path.suffix, guess), etag=etag)

    def _data_route(self, route: Route) -> Callable:
        def respond(request: wrappers.Request) -> Response:
            context = plugin_util.context(request.environ)
            experiment = plugin_util.experiment_id(request.environ)
            scope, query = Scope(context, experiment), Query(request, route.required)
            return route.respond(DataRequest(scope, query, self._log, self._load_analysis))

        return _wsgi_application(respond)

    def _load_analysis(self) -> AnalysisService:
        """Imports the service with the first request for it, because that takes a second."""
        with self._lock:
            if self._analysis_service is None:
                from tb_rnnviz.tensorboard.analysis_service import AnalysisService

                self._analysis_service = AnalysisService(self._data)
            return self._analysis_service


def run_files(flags: argparse.Namespace | None) -> RunFiles:
    """Returns the event files of the runs that TensorBoard reads with these flags."""
    return RunFiles([LogRoot(path, name) for path, name in log_directories(flags)])


def _wsgi_application(handler: Callable[[wrappers.Request], Response]) -> Callable:
    """Returns a WSGI application that turns errors of a handler into responses."""

    @wrappers.Request.application
    def application(request: wrappers.Request) -> werkzeug.Response:
        if request.method not in ("GET", "HEAD"):
            return _error(request, f"{request.method} is not allowed, only GET and HEAD.", 405)
        try:
            response = handler(request)
        except errors.PublicError as error:
            return _error(request, str(error), error.http_code)
        except DamagedRecordError as error:
            return _error(request, str(error), 404)
        except grpc.RpcError as error:
            reason = error.code().name if hasattr(error, "code") else type(error).__name__
            return _error(request, f"TensorBoard's data server did not answer: {reason}.", 503)
        return _with_body_if_modified(request, response)

    return application


def _with_body_if_modified(request: wrappers.Request, response: Response) -> werkzeug.Response:
    """Returns the response to a browser, without a body if its copy is current."""
    headers = []
    if response.etag is not None:
        # Weak, because the body may be compressed.
        headers.append(("ETag", quote_etag(response.etag, weak=True)))
        if request.if_none_match.contains_weak(response.etag):
            return werkzeug.Response(status=304, headers=headers)
    return http_util.Respond(
        request,
        response.content,
        response.content_type,
        content_encoding=response.encoding,
        headers=headers,
    )


def _error(request: wrappers.Request, message: str, code: int) -> werkzeug.Response:
    # Names in the log and in the query may hold what UTF-8 cannot encode.
    message = message.encode("utf-8", "backslashreplace").decode()
    return http_util.Respond(request, message, "text/plain", code=code)
