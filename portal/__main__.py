"""Serve the portal, the actions and the metrics: ``python -m portal`` (``make run`` starts it)."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys

from aiohttp import web

from dossiers.holidays import HolidaysError
from dossiers.keys import KeyFault
from dossiers.states import StateTableError
from portal.app import make_apps
from portal.keys import KeysError
from portal.logs import start_logging
from portal.notices import NoticesError
from portal.settings import Settings, SettingsError, read_settings

_FAULTS = (SettingsError, NoticesError, KeysError, KeyFault, StateTableError, HolidaysError)
"""What is wrong with the deployment, told in one line."""


def main(argv: list[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m portal", description="The public portal of the assistant."
    )
    parser.add_argument("--log-level", default="INFO", help="Python log level (default: %(default)s)")
    arguments = parser.parse_args(argv)
    try:
        settings = read_settings()
        start_logging(arguments.log_level, settings.log)
        asyncio.run(serve(settings))
    except _FAULTS as error:
        print(error, file=sys.stderr)
        return 2
    return 0


async def serve(settings: Settings) -> None:
    """Listen on the public and the two private ports until a signal comes."""
    apps = make_apps(settings)
    sites = (
        (apps.actions, settings.private_host, settings.actions_port),
        (apps.metrics, settings.private_host, settings.metrics_port),
        (apps.public, settings.host, settings.port),
    )
    runners = [web.AppRunner(app, handle_signals=False, access_log=None) for app, _, _ in sites]
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    try:
        for runner, (_, host, port) in zip(runners, sites, strict=True):
            await runner.setup()
            await web.TCPSite(runner, host, port).start()
        logging.getLogger(__name__).info("listening on http://%s:%d", settings.host, settings.port)
        await stop.wait()
    finally:
        for runner in reversed(runners):
            await runner.cleanup()


if __name__ == "__main__":
    sys.exit(main())
