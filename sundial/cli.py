"""The `sundial` command: one module of `sundial.commands` per sub-command.

Each module has `register(app: typer.Typer) -> None`. Only the module of the sub-command asked for is
imported, so that `sundial judge` does not pay for the web server or the read store. Without a known
sub-command (help, a typing mistake) all are imported.
"""

import inspect
import re
import sys
from importlib import import_module
from pkgutil import iter_modules
from typing import Final

import typer

from sundial import commands

_EXAMPLE: Final = re.compile(r"(?m)^(?=\s*(?:Example: )?(?:[A-Z_]+=\S+ )?sundial )")
"""Where a line of a help text is an example."""


def command_modules() -> dict[str, str]:
    """Sub-command to module name: `import` to `import_`, `dead-letters` to `dead_letters`."""
    names = (module.name for module in iter_modules(commands.__path__))
    return {name.rstrip("_").replace("_", "-"): name for name in names if not name.startswith("_")}


def build_app(arguments: list[str]) -> typer.Typer:
    """The application with the sub-command that `arguments` names, or with all of them."""
    app = typer.Typer(
        name="sundial",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_about)
    modules = command_modules()
    wanted = modules.get(arguments[0]) if arguments else None
    for name in [wanted] if wanted else modules.values():
        import_module(f"{commands.__name__}.{name}").register(app)
    _keep_examples(app)
    return app


def _about() -> None:
    """Sundial (日晷): electronic supervision of public-service halls by their event stream.

    Example: sundial serve --data data/demo --demo
    """


def _keep_examples(app: typer.Typer) -> None:
    """Help texts are wrapped, but for their examples: these are to be copied as they stand."""
    for command in app.registered_commands:
        command.help = _kept(command.help or inspect.getdoc(command.callback) or "")
        command.epilog = _kept(command.epilog or "") or None
    for group in app.registered_groups:
        inner = group.typer_instance
        if inner is not None:
            inner.info.help = _kept(inner.info.help) if isinstance(inner.info.help, str) else inner.info.help
            _keep_examples(inner)


def _kept(text: str) -> str:
    return _EXAMPLE.sub("\b\n", text)


def main() -> None:
    """Entry point of the console script."""
    build_app(sys.argv[1:])()
