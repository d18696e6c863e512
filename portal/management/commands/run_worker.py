"""Do what is due for as long as this process lives: one worker is enough, two do each job once all the same."""

import logging
import os
import signal
import threading
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import Error, connection

from portal import production
from portal.work import alive
from portal.work.running import run_due

EVERY = 5.0
# How soon it notices that whoever it works beside has ended.
NOTICED = 0.5
logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Needs nothing but the database. Told to end, it ends after the job that it is at."""

    help = "Run the jobs that are due, again and again, until told to end."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how often to look."""
        parser.add_argument("--every", type=float, default=EVERY, help="seconds between two looks")
        parser.add_argument("--beside", type=int, metavar="PID", help="end when the process that started this ends")

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until told to end."""
        production.refuse_unsafe()
        ending = threading.Event()

        def goes_on() -> bool:
            alive.beat()
            return not ending.is_set() and options["beside"] in {None, os.getppid()}

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ending.set())
        while goes_on():
            try:
                for row in run_due(goes_on=goes_on):
                    if options["verbosity"] > 1:
                        self.stdout.write(f"{row.job}: {row.error or row.said}")
            except Error as error:
                logger.warning("What is due cannot be asked, or was cut off: %s", type(error).__name__)
                connection.close()
            until = time.monotonic() + options["every"]
            while goes_on() and (left := until - time.monotonic()) > 0:
                ending.wait(min(NOTICED, left))
