"""The `sundial` command: one module of `sundial.commands` per sub-command.

Each module has `register(app: typer.Typer) -> None`. Only the module of the sub-command asked for is
imported, so that `sundial judge` does not pay for the web server or the read store. Without a known
sub-command (help, a typing mistake) all are imported.
"""

import sys
from importlib import import_module
from pkgutil import iter_modules

import typer

from sundial import commands


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
    return app


def _about() -> None:
    """Sundial (日晷): electronic supervision of public-service halls by their event stream."""


def main() -> None:
    """Entry point of the console script."""
    build_app(sys.argv[1:])()
