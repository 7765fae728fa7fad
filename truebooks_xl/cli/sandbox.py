"""The command of the practice Xero."""

from __future__ import annotations

from typing import Annotated

import typer

from truebooks_xl.cli.shared import Json, group

app = group("The built-in practice Xero.")


@app.command("serve")
def sandbox_serve(
    *,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes a free one.")] = 0,
    json: Json = False,
) -> None:
    """Serve the practice Xero on this machine until interrupted."""
    from truebooks_xl.actions.xero import serve_sandbox  # noqa: PLC0415
    from truebooks_xl.presenting import present  # noqa: PLC0415

    serve_sandbox(port, lambda document: present("serve", document, as_json=json))
