"""Entry point of TensorBoard, which imports it at every start: keep it light."""

from __future__ import annotations

from tensorboard.plugins import base_plugin

SMALL = "rnnviz"
LARGE = "rnnviz_activity"
LARGE_STEPS = 50


class RNNVizLoader(base_plugin.TBLoader):
    """Defines the flags, sets how many steps TensorBoard keeps, and loads the plugin."""

    def define_flags(self, parser):
        """Adds the flag `--rnnviz_activity_steps`."""
        parser.add_argument_group("RNN-Viz").add_argument(
            "--rnnviz_activity_steps",
            metavar="N",
            type=int,
            default=LARGE_STEPS,
            help="Steps of recorded activity that the RNN-Viz tab keeps for each run, 0 for all "
            f"of them. They are held in memory. An explicit --samples_per_plugin {LARGE}=N wins. "
            "(default: %(default)s)",
        )

    def fix_flags(self, flags):
        """Sets the number of steps that TensorBoard keeps, unless the user has set it."""
        samples = dict(getattr(flags, "samples_per_plugin", None) or {})
        steps = getattr(flags, "rnnviz_activity_steps", LARGE_STEPS)
        samples.setdefault(SMALL, 0)
        samples.setdefault(LARGE, max(0, steps))
        flags.samples_per_plugin = samples

    def load(self, context):
        """Imports and returns the plugin."""
        from tb_rnnviz.tensorboard.plugin import RNNVizPlugin

        return RNNVizPlugin(context)
