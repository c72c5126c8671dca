"""`handraise web`: the web server by itself, for who runs its processes with something other than `up`."""

from typing import TYPE_CHECKING, Annotated

import typer

from handraise.cli import output
from handraise.cli.children import OfParent, end_with_parent, ending
from handraise.cli.options import Json

if TYPE_CHECKING:
    from handraise.http.envelope import Application


def web(
    port: Annotated[int | None, typer.Option(help="The port to listen on; 0 takes any free one.")] = None,
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    of_parent: OfParent = False,
    json: Json = False,
) -> None:
    """Run the web server: what comes in, the API, health. `handraise up` runs it for you."""
    import asyncio

    from handraise.settings import read_settings

    given = {name: value for name, value in (("port", port), ("host", host)) if value is not None}
    settings = read_settings(**given)
    if of_parent:
        end_with_parent()
    else:
        from handraise.cli.ports import reserved

        with reserved(settings.host, settings.port) as found:
            settings = settings.model_copy(update={"port": found})
            told = {"event": "listening", "address": f"http://{settings.host}:{found}"}
            output.line(told) if json else output.say(f"Listening on {told['address']}")
    from handraise.app import create

    asyncio.run(serve(create(), settings.host, settings.port))


async def serve(application: "Application", host: str, port: int) -> None:
    """Serve the application until somebody asks the process to end."""
    import asyncio

    from handraise.api.serving import Server, listening, spare_the_collector

    spare_the_collector()
    server = Server(application, listening(host, port))
    loop = asyncio.get_running_loop()
    ending(lambda: loop.call_soon_threadsafe(server.stop))
    await server.serve()
