"""The `sundial` command: one module of `sundial.commands` per sub-command.

Only the module of the sub-command asked for is imported, so that `sundial judge` does not pay for the
web server or the read store. Without a known sub-command (help, a typing mistake) all are imported.
"""

import importlib
import sys
from importlib.util import find_spec

import typer

COMMANDS: dict[str, str] = {
    "judge": "judge",
    "calendar": "calendar",
    "import": "import_",
    "simulate": "simulate",
    "serve": "serve",
    "rebuild": "rebuild",
    "tokens": "tokens",
    "dead-letters": "dead_letters",
}
"""Sub-command to module of `sundial.commands`; each module has `register(app: typer.Typer) -> None`."""


def build_app(arguments: list[str]) -> typer.Typer:
    """The application with the sub-command that `arguments` names, or with all of them."""
    app = typer.Typer(
        name="sundial",
        help="Sundial (日晷): electronic supervision of public-service halls.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(_keep_sub_commands)
    wanted = next((word for word in arguments if word in COMMANDS), None)
    for module in [COMMANDS[wanted]] if wanted else COMMANDS.values():
        path = f"sundial.commands.{module}"
        if find_spec(path) is not None:
            importlib.import_module(path).register(app)
    return app


def _keep_sub_commands() -> None:
    """Sundial (日晷): electronic supervision of public-service halls by their event stream."""


def main() -> None:
    """Entry point of the console script."""
    build_app(sys.argv[1:])()
