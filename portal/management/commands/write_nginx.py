"""Write the configuration of the web server before the application."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from portal.delivery.edge import configuration


class Command(BaseCommand):
    """Print a server block for nginx that answers released pages from the files that the application keeps."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Take where it listens and where the application is."""
        parser.add_argument("--listen", default="80")
        parser.add_argument(
            "--application", nargs="+", default=["127.0.0.1:8000"], help="host:port of each process of the application"
        )
        tls = parser.add_mutually_exclusive_group()
        tls.add_argument("--certificate", nargs=2, metavar=("CERTIFICATE", "KEY"), help="files, where nginx ends TLS")
        tls.add_argument("--behind-tls", action="store_true", help="a proxy of ours in front ends TLS, and says so")
        parser.add_argument("--brotli", action="store_true", help="the server has the module brotli_static")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it."""
        names = [name.lstrip(".") for name in settings.ALLOWED_HOSTS if name != "*"] or ["_"]
        text = configuration(
            listen=options["listen"], applications=options["application"], names=names, brotli=options["brotli"],
            certificate=options["certificate"], behind_tls=options["behind_tls"],
        )  # fmt: skip
        self.stdout.write(text)
