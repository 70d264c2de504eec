"""Time between frames while the view Signal is zoomed and moved.

    python -m benchmarks.signal [--steps 1000000] [--frames 120]

In Chromium on a TensorBoard server, with a planted signal of two channels. The wheel turns over the
chart once in every frame, first to zoom in and out, then to move in time; the page measures the
intervals of `requestAnimationFrame`, and the time that the tab's own code takes in each frame: the
handler of the wheel and the painting. The rest of an interval is the browser's, above all its
rasteriser, which without a graphics card is software.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np

from tb_rnnviz.core.axis import Axis
from tb_rnnviz.log_format import RunWriter
from tb_rnnviz.recording import LayerActivity, Recording
from tb_rnnviz.write_recording import AnalysisOptions, CapturedRecording, write_recording
from tests.browser import chromium
from tests.server import tensorboard_server

# Intervals of frames in each of which the chart gets an event of the wheel.
MEASURE = """async (chart, [frames, deltaX, deltaY]) => {
  const box = chart.getBoundingClientRect();
  const [clientX, clientY] = [box.left + 0.6 * box.width, box.top + 30];
  const frame = () => new Promise(requestAnimationFrame);
  const scripts = [];
  const timed = (own) => (...values) => {
    const start = performance.now();
    own.apply(chart, values);
    scripts[scripts.length - 1] += performance.now() - start;
  };
  chart.repaint = timed(Object.getPrototypeOf(chart).repaint);
  const dispatch = timed((event) => chart.dispatchEvent(event));
  const times = [await frame()];
  for (let i = 0; i < frames; i++) {
    const sign = Math.floor(i / 20) % 2 ? -1 : 1;
    const options = { deltaX: sign * deltaX, deltaY: sign * deltaY, clientX, clientY };
    scripts.push(0);
    dispatch(new WheelEvent('wheel', { ...options, cancelable: true }));
    times.push(await frame());
  }
  delete chart.repaint;
  return [times.slice(1).map((time, i) => time - times[i]), scripts];
}"""
GESTURES = {"zoom": (0, -60), "move in time": (40, 0)}


def main() -> None:
    """Reads the options, measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--frames", type=int, default=120)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        plant_signal(Path(folder) / "run", chosen.steps)
        with tensorboard_server(folder) as server, chromium() as browser:
            page = browser.new_page(viewport={"width": 1600, "height": 1000})
            page.goto(f"{server.url}#rnnviz")
            tab = page.frame_locator('iframe[src*="name=rnnviz"]')
            chart = tab.locator("rv-signal-chart")
            chart.wait_for(timeout=120_000)
            page.wait_for_load_state("networkidle")
            # There is nothing to move in a window of all steps.
            chart.evaluate("(chart) => chart.zoom(8)")
            intervals = {
                name: np.array(chart.evaluate(MEASURE, [chosen.frames, *delta]))
                for name, delta in GESTURES.items()
            }
    print(f"{chosen.steps} steps; milliseconds in each of {chosen.frames} frames")
    for name, rows in intervals.items():
        for what, times in zip(("frame", "own code"), rows, strict=True):
            median, p95 = np.quantile(times, [0.5, 0.95])
            print(f"  {name:<14} {what:<9} median {median:6.1f}   p95 {p95:6.1f}")


def plant_signal(log_dir: Path, steps: int) -> None:
    """Writes a run with a signal of two channels and the activity of two units."""
    time = np.arange(steps)
    noise = np.random.default_rng(0).normal(0, 0.2, (steps, 2))
    series = (np.stack([np.sin(time / 80), np.cos(time / 9000)], axis=1) + noise).astype(np.float32)
    lengths, mask = np.array([steps]), np.ones((1, steps), bool)
    hidden = np.tanh(series)[None]
    layer = LayerActivity("gru", "GRUCell", {"hidden_state": hidden}, {}, mask, lengths, "time")
    axis = Axis("time", (steps,), channels=("speed", "heat"), series=[series])
    recording = Recording(
        [layer], lengths, probe="engine", axes={"time": axis}, axis="time", rate=10.0
    )
    captured = CapturedRecording(recording)
    report = captured.report(AnalysisOptions([]))
    with RunWriter(log_dir) as writer, writer.step(0):
        write_recording(writer, captured, report)


if __name__ == "__main__":
    main()
