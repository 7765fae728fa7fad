"""The least any command line has to do: one command, and its version."""

from typing import Annotated

import typer


def show_version(*, wanted: bool) -> None:
    """Say the version and leave."""
    if wanted:
        typer.echo("one 1.0")
        raise typer.Exit


def one(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True)
    ] = False,
) -> None:
    """Do one thing."""


typer.run(one)
