"""The HTTP routes of the RNN-Viz tab: parse, delegate, respond. The contract is `http_api.md`."""

from __future__ import annotations

import mimetypes
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grpc
import werkzeug
from tensorboard import errors, plugin_util
from tensorboard.backend import http_util
from tensorboard.plugins import base_plugin
from werkzeug import wrappers

from tb_rnnviz.log_format.tags import LARGE, SMALL
from tb_rnnviz.log_format.unit_rows import ROWS
from tb_rnnviz.recording import LAST
from tb_rnnviz.tensorboard.log_responses import LogResponses

if TYPE_CHECKING:
    from tb_rnnviz.tensorboard.analysis_service import AnalysisService

STATIC = Path(__file__).parents[1] / "static"
ENTRY = "/static/index.js"
BINARY = "application/octet-stream"
JSON = "application/json"
GZIP = "gzip"
PLACE = ("run", "probe", "layer", "quantity")
LONGEST_FEATURE = 10_000  # characters
MOST_UNITS = 50
UNITS = 20  # unless more or fewer are asked for
TYPES = {
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
    """Serves the tab's files and the data it shows; changes nothing.

    Args:
        context: TensorBoard's context; only its data provider is used.
    """

    plugin_name = SMALL

    def __init__(self, context: base_plugin.TBContext):
        self._store = LogResponses(context.data_provider)
        self._analysis_service: AnalysisService | None = None
        self._lock = threading.Lock()
        files = sorted(path for path in STATIC.rglob("*") if path.is_file())
        self._files = {f"/static/{path.relative_to(STATIC).as_posix()}": path for path in files}

    def data_plugin_names(self) -> tuple[str, ...]:
        return SMALL, LARGE

    def is_active(self) -> bool:
        """TensorBoard sees from the data names whether there is anything to show."""
        return False

    def frontend_metadata(self) -> base_plugin.FrontendMetadata:
        return base_plugin.FrontendMetadata(es_module_path=ENTRY, tab_name="RNN-Viz")

    def get_plugin_apps(self) -> dict[str, Callable]:
        return {
            "/static/*": _route(self._static),
            "/index": _route(self._index),
            "/digest": _route(self._digest),
            "/text": _route(self._text),
            "/activity": _route(self._activity),
            "/spectrum": _route(self._spectrum),
            "/relevance": _route(self._relevance),
            "/feature": _route(self._feature),
            "/emergence": _route(self._emergence),
            "/matching": _route(self._matching),
            "/units": _route(self._units),
            "/life": _route(self._life),
            "/unit": _route(self._unit),
            "/scalars": _route(self._scalars),
        }

    def _static(self, request: wrappers.Request, *_: Any) -> tuple[Any, str]:
        name = request.path[request.path.rindex("/static/") :]
        path = self._files.get(name)
        if path is None and name == ENTRY:
            return _NOT_BUILT, TYPES[".js"]
        if path is None:
            raise errors.NotFoundError(f"The tab has no file {name!r}.")
        guessed = mimetypes.guess_type(path.name)[0] or BINARY
        return path.read_bytes(), TYPES.get(path.suffix, guessed)

    def _index(self, request: wrappers.Request, *where: Any) -> tuple[Any, str, str]:
        return self._store.index_json(*where), JSON, GZIP

    def _digest(self, request: wrappers.Request, *where: Any) -> tuple[Any, str, str]:
        run, probe = _names(request, "run", "probe")
        return self._store.digests(*where, run, probe), JSON, GZIP

    def _text(self, request: wrappers.Request, *where: Any) -> tuple[Any, str]:
        run, probe = _names(request, "run", "probe")
        return self._store.blobs(*where, run, ("text", probe), _step(request)), BINARY

    def _activity(self, request: wrappers.Request, *where: Any) -> tuple[Any, str]:
        run, *names = _names(request, *PLACE)
        unit = _integer(request, "unit") if "unit" in request.args else None
        blobs = self._store.blobs(*where, run, ("activity", *names), _step(request), unit)
        return blobs, BINARY

    def _spectrum(self, request: wrappers.Request, *where: Any) -> tuple[Any, str]:
        run, *names = _names(request, *PLACE)
        return self._store.blobs(*where, run, ("spectrum", *names), _step(request)), BINARY

    def _relevance(self, request: wrappers.Request, *where: Any) -> tuple[Any, str]:
        run, *names = _names(request, *PLACE)
        return self._store.relevance(*where, run, names, _step(request)), BINARY

    def _units(self, request: wrappers.Request, *where: Any) -> tuple[Any, str]:
        run, *names, what = _names(request, *PLACE, "what")
        if what not in ROWS:
            raise errors.InvalidArgumentError(
                f"what is one of {list(ROWS)}. Received: {what[:40]!r}"
            )
        return self._store.units(*where, run, what, names), BINARY

    def _life(self, request: wrappers.Request, *where: Any) -> tuple[Any, str, str]:
        run, *names = _names(request, *PLACE)
        return self._store.life(*where, run, names, _integer(request, "unit")), JSON, GZIP

    def _scalars(self, request: wrappers.Request, *where: Any) -> tuple[Any, str, str]:
        (run,) = _names(request, "run")
        return self._store.scalars(*where, run), JSON, GZIP

    @property
    def _service(self) -> AnalysisService:
        """What computes is imported when it is first asked for: TensorBoard starts without."""
        with self._lock:
            if self._analysis_service is None:
                from tb_rnnviz.tensorboard.analysis_service import AnalysisService

                self._analysis_service = AnalysisService(self._store)
            return self._analysis_service

    def _feature(self, request: wrappers.Request, *where: Any) -> tuple[Any, str]:
        run, probe, typed = _names(request, "run", "probe", "feature")
        if len(typed) > LONGEST_FEATURE:
            raise errors.InvalidArgumentError(
                f"A feature has at most {LONGEST_FEATURE} characters. Received: {len(typed)}"
            )
        place = None
        if request.args.get("layer") or request.args.get("quantity"):
            place = tuple(_names(request, "layer", "quantity"))
        top = _integer(request, "top") if "top" in request.args else UNITS
        if not 0 <= top <= MOST_UNITS:
            raise errors.InvalidArgumentError(f"top is 0 to {MOST_UNITS}. Received: {top}")
        step = _step(request)
        answer = self._service.feature(*where, run, probe, step, typed, place, top)
        return answer, JSON

    def _emergence(self, request: wrappers.Request, *where: Any) -> tuple[Any, str]:
        run, *names = _names(request, *PLACE)
        return self._service.emergence(*where, run, names), JSON

    def _unit(self, request: wrappers.Request, *where: Any) -> tuple[Any, str]:
        run, probe, *place = _names(request, *PLACE)
        step, unit = _step(request), _integer(request, "unit")
        return self._service.unit(*where, run, probe, step, tuple(place), unit), JSON

    def _matching(self, request: wrappers.Request, *where: Any) -> tuple[Any, str]:
        run, probe, layer, quantity = _names(request, *PLACE)
        (other_run,) = _names(request, "other_run")
        other_layer = _names(request, "other_layer")[0] if "other_layer" in request.args else layer
        first = run, _step(request), (layer, quantity)
        second = other_run, _step(request, "other_step"), (other_layer, quantity)
        return self._service.matching(*where, probe, first, second), JSON


def _route(handler: Callable) -> Callable:
    """A WSGI application around a handler of (request, context, experiment id)."""

    @wrappers.Request.application
    def application(request: wrappers.Request) -> werkzeug.Response:
        if request.method not in ("GET", "HEAD"):
            return _sentence(request, f"{request.method} is not allowed, only GET and HEAD.", 405)
        context = plugin_util.context(request.environ)
        experiment = plugin_util.experiment_id(request.environ)
        try:
            several = [name for name, values in request.args.lists() if len(values) > 1]
        except UnicodeDecodeError:
            return _sentence(request, "The query is not UTF-8. Percent-encode it.", 400)
        if several:
            sentence = f"The query has {several} more than once. Say each once."
            return _sentence(request, sentence, 400)
        try:
            content, content_type, *encoding = handler(request, context, experiment)
        except errors.PublicError as error:
            return _sentence(request, str(error), error.http_code)
        except grpc.RpcError as error:
            reason = error.code().name if hasattr(error, "code") else type(error).__name__
            return _sentence(request, f"TensorBoard's data server did not answer: {reason}.", 503)
        return http_util.Respond(
            request, content, content_type, content_encoding=(*encoding, None)[0]
        )

    return application


def _sentence(request: wrappers.Request, sentence: str, code: int) -> werkzeug.Response:
    return http_util.Respond(request, sentence, "text/plain", code=code)


def _names(request: wrappers.Request, *names: str) -> list[str]:
    missing = [name for name in names if name not in request.args]
    if missing:
        raise errors.InvalidArgumentError(
            f"The query lacks {missing}. Needed: {list(names)}. Received: {list(request.args)}"
        )
    return [request.args[name] for name in names]


def _step(request: wrappers.Request, name: str = "step") -> int | str:
    (step,) = _names(request, name)
    return LAST if step == LAST else _integer(request, name)


def _integer(request: wrappers.Request, name: str) -> int:
    (text,) = _names(request, name)
    try:
        value = int(text) if len(text) < 20 and text.isascii() else None
    except ValueError:
        value = None
    if value is None:
        allowed = "an integer or 'last'" if name in ("step", "other_step") else "an integer"
        raise errors.InvalidArgumentError(f"{name} is {allowed}. Received: {text[:40]!r}")
    return value
