"""Command line of the trainer: `python -m trainer --help`."""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tb_rnnviz.log_format.remote_path import is_url
from tb_rnnviz.recording import LAST
from trainer.config import Config
from trainer.errors import UserError
from trainer.examples.settings import SCHEMAS, load_example
from trainer.experiment import load_experiment, revise
from trainer.run import Run
from trainer.stderr import silence_stderr
from trainer.study.settings import load_study
from trainer.terminal import make_console


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command.

    Args:
        arguments: Arguments of the command line; those of the process by default.

    Returns:
        The exit code: 0; 1 if `retest` does not confirm the finding; 2 for a mistake of the user;
        130 when interrupted.
    """
    options = _parser().parse_args(arguments)
    try:
        return options.command(options) or 0
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"interrupted; {options.saved}", file=sys.stderr)
        return 130


def _train(options: argparse.Namespace) -> None:
    resume = Run.open(options.resume) if options.resume else None
    source: Path | None = options.config or (resume.experiment if resume else None)
    if source is None:
        raise UserError(
            "train needs an experiment or a run: train configs/char_rnn.yaml, or --resume RUN."
        )
    config = load_experiment(source, options.set)
    changes = _display_options(options)
    if options.corpus:
        files = {"source": "files", "files": options.corpus}
        changes |= {f"corpus.{key}": value for key, value in files.items()}
        # A prompt or probe for another corpus may contain tokens that this one lacks.
        overridden = {override.partition("=")[0] for override in options.set}
        changes |= dict.fromkeys({"synthesis.prompt", "recording.probe_text"} - overridden)
    changes |= _without_none({"name": options.name, "training.n_epochs": options.epochs})
    changes |= _without_none({"synthesis.prompt": options.prompt})
    if resume:
        changes |= resume.fixed_options()
    if options.no_train:
        changes["training.train"] = False
    config = revise(config, changes)
    with silence_stderr():
        from trainer.training import train
    train(config, options.log_dir, _console(config), resume)


def _generate(options: argparse.Namespace) -> None:
    run = Run.open(options.run)
    config = load_experiment(run.experiment, options.set)
    synthesis = {
        "synthesis.prompt": options.prompt,
        "synthesis.length_synthesized_text": options.length,
        "synthesis.temperature": options.temperature,
        "synthesis.seed": options.seed,
    }
    config = revise(config, _display_options(options) | _without_none(synthesis))
    with silence_stderr():
        from trainer.generation import generate
    generate(config, run, _console(config))


def _survey(options: argparse.Namespace) -> None:
    run = Run.open(options.run)
    config = load_experiment(run.experiment, options.set)
    if options.features:
        config = revise(config, {"recording.features": str(options.features)})
    with silence_stderr():
        from trainer.surveying import survey
    survey(config, run, options.corpus, options.client, make_console(options.color or "auto"))


def _study(options: argparse.Namespace) -> None:
    start = time.monotonic()
    changes = _without_none({"name": options.name, "grid": options.grid})
    changes |= _without_none({"grids.*.minutes": options.minutes})
    if options.corpus:
        changes |= {"corpus.source": "files", "corpus.files": options.corpus}
    config = load_study(options.config, options.set, changes)
    with silence_stderr():
        from trainer.study.run_study import run_study
    run_study(config, options.log_dir, make_console(options.color or "auto"), start)


def _example(options: argparse.Namespace) -> None:
    settings = load_example(options.example, options.set, options.epochs)
    with silence_stderr():
        from trainer.examples.run_example import run_example
    console = make_console(options.color or "auto")
    run_example(options.example, settings, options.log_dir, console)


def _retest(options: argparse.Namespace) -> int:
    from trainer.retest.finding_card import read_card
    from trainer.retest.logged_recording import read_recording
    from trainer.retest.outcome_table import outcome_table
    from trainer.retest.retest import retest

    card = read_card(options.finding)
    recording = read_recording(options.log_dir, options.probe, options.step, card.probe)
    source = options.source and read_recording(options.source, card.probe, card.step, card.probe)
    outcome = retest(
        card,
        recording,
        layer=options.layer,
        unit=options.unit,
        features=options.features,
        source=source,
    )
    make_console(options.color or "auto").print(outcome_table(outcome, recording))
    return 0 if outcome.confirmed_by else 1


def _display_options(options: argparse.Namespace) -> dict[str, Any]:
    display = {
        "display.neurons": options.neurons,
        "display.layer": options.layer,
        "display.quantity": options.quantity,
        "display.color": options.color,
        "display.dark_theme": None if options.theme is None else options.theme == "dark",
    }
    return _without_none(display)


def _without_none(options: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in options.items() if value is not None}


def _console(config: Config) -> Any:
    return make_console(config.display.color)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m trainer",
        description="Train recurrent models on text and record their neurons with RNN-Viz.",
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    display = _display_parser()
    train = commands.add_parser("train", parents=[display], help="train a model and log it")
    train.set_defaults(command=_train, saved="the best model so far is saved")
    train.add_argument("config", nargs="?", type=_path, help="experiment, such as configs/*.yaml")
    train.add_argument(
        "--corpus", action="append", metavar="FILE_OR_GLOB", help="UTF-8 text; repeatable"
    )
    train.add_argument("--resume", type=_path, metavar="RUN", help="continue a saved run")
    train.add_argument("--no-train", action="store_true", help="only evaluate and record")
    train.add_argument("--epochs", type=int, help="epochs of this call")
    train.add_argument("--name", help="name of the run, default: that of the experiment")
    train.add_argument("--log-dir", type=_path, default=Path("logs"), help="default: logs")
    generate = commands.add_parser(
        "generate", parents=[display], help="generate text with a saved model"
    )
    generate.set_defaults(command=_generate, saved="the saved model is as it was")
    generate.add_argument("run", type=_path, metavar="RUN", help="directory of a run")
    generate.add_argument("--length", "--steps", type=int, help="tokens to generate")
    generate.add_argument("--temperature", type=float, help="0 takes the most probable token")
    generate.add_argument("--seed", type=int, help="seed of the sampling")
    _add_survey(commands)
    _add_study(commands)
    _add_example(commands)
    _add_retest(commands)
    return parser


def _add_survey(commands: Any) -> None:
    survey = commands.add_parser("survey", help="read a whole corpus with a saved model")
    survey.set_defaults(
        command=_survey, saved="finished shards are kept, and the same command continues after them"
    )
    survey.add_argument("run", type=_path, metavar="RUN", help="directory of a run")
    survey.add_argument(
        "--corpus",
        action="append",
        required=True,
        metavar="FILE_OR_GLOB",
        help="UTF-8 text; repeatable",
    )
    survey.add_argument("--features", type=_path, metavar="FILE", help="default: those of the run")
    survey.add_argument("--client", metavar="ADDRESS", help="Dask scheduler, default: threads")
    survey.add_argument("--color", choices=("auto", "always", "never"))
    survey.add_argument(
        "--set", action="append", default=[], metavar="KEY.PATH=VALUE", help="any option"
    )


def _add_study(commands: Any) -> None:
    study = commands.add_parser("study", help="train networks of many sizes side by side")
    study.set_defaults(
        command=_study, saved="finished models are kept, and the same command continues after them"
    )
    study.add_argument("config", type=_path, help="study, such as configs/karpathy.yaml")
    study.add_argument("--grid", help="which of its grids, such as small or full")
    study.add_argument("--minutes", type=float, help="time for all models together")
    study.add_argument(
        "--corpus", action="append", metavar="FILE_OR_GLOB", help="UTF-8 text; repeatable"
    )
    study.add_argument("--name", help="name of the study, default: that of its file")
    study.add_argument("--log-dir", type=_path, default=Path("logs"), help="default: logs")
    study.add_argument("--color", choices=("auto", "always", "never"))
    study.add_argument(
        "--set", action="append", default=[], metavar="KEY.PATH=VALUE", help="any option"
    )


def _add_example(commands: Any) -> None:
    example = commands.add_parser(
        "example", help="train a network on signals, pairs, graphs or labelled lines"
    )
    example.set_defaults(command=_example, saved="the log has all epochs so far")
    example.add_argument("example", choices=tuple(SCHEMAS), metavar="NAME", help=", ".join(SCHEMAS))
    example.add_argument("--epochs", type=int, help="epochs of each run")
    example.add_argument("--log-dir", type=_path, default=Path("logs"), help="default: logs")
    example.add_argument("--color", choices=("auto", "always", "never"))
    example.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="any option"
    )


def _add_retest(commands: Any) -> None:
    retest = commands.add_parser("retest", help="test a finding of the tab on another recording")
    retest.set_defaults(command=_retest, saved="nothing was written")
    retest.add_argument("finding", type=_path, metavar="FINDING", help="YAML from the tab's export")
    retest.add_argument("log_dir", type=_path, metavar="LOGDIR", help="a run with recordings")
    retest.add_argument("--probe", help="default: that of the finding, or the only one")
    retest.add_argument("--step", type=_step, default=LAST, help="default: last")
    retest.add_argument("--layer", metavar="LAYER", help="path of a layer here")
    retest.add_argument("--unit", type=int, help="a unit here, which decides alone")
    retest.add_argument("--features", type=_path, metavar="FILE", help="YAML that has its feature")
    retest.add_argument(
        "--from", dest="source", type=_path, metavar="LOGDIR", help="the finding's own run"
    )
    retest.add_argument("--color", choices=("auto", "always", "never"))


def _path(text: str) -> Path:
    if is_url(text):
        raise argparse.ArgumentTypeError(
            f"{text} is not a local path: models and histories are kept in a local directory. "
            "RNNVizCallback writes to URLs (docs/remote.md)."
        )
    return Path(text).expanduser()


def _step(word: str) -> int | str:
    if word == LAST or word.lstrip("-").isdecimal():
        return word if word == LAST else int(word)
    raise argparse.ArgumentTypeError(f"Allowed: a recorded step, or {LAST}. Received: {word!r}")


def _display_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--prompt", help="beginning of the generated text")
    parser.add_argument("--neurons", help="such as 3,7:9, both ends included, or auto")
    parser.add_argument("--layer", type=int, help="recurrent layer of interest, from 1")
    parser.add_argument("--quantity", help="such as hidden_state or forget_gate")
    parser.add_argument("--theme", choices=("dark", "light"))
    parser.add_argument("--color", choices=("auto", "always", "never"))
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY.PATH=VALUE", help="any option"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
