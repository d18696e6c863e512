"""What of the starter protocols can be worked out of their files alone, before there is a database to load them into.

Their proofs are made and followed. When the protocols are loaded, each is proved as it stands in the database: where
that comes to exactly the same clauses, goals and steps, these need not be followed a second time.
"""

from pathlib import Path

from articles.content.files import ContentError, read_folder
from articles.content.loader import STARTER
from triage import protocol_file
from triage.actions import PROTOCOLS
from triage.engine.join import JoinError, join, shelf
from triage.engine.parse import ProtocolError, parse_or_raise
from triage.engine.prove import prove
from triage.engine.solver import SolverMissingError

SHELVES = {"findings": "finding", "rules": "care_rule", "blocks": "contraindication", "modules": "technique"}


def follow_proofs(*, content: Path = STARTER, protocols: Path = PROTOCOLS) -> list[str]:
    """Make and follow the proofs of the protocols in a folder; return the hashes of their certificates.

    A file that is wrong ends it without a word: the load says what is wrong.
    """
    made: list[str] = []
    try:
        entries = [one.data for one in read_folder(content)]
        library = {name: shelf(one for one in entries if one.get("type") == kind) for name, kind in SHELVES.items()}
        files = {
            one["key"]: one for one in (protocol_file.read(path).data for path in sorted(protocols.glob("*.yaml")))
        }
        for one in files.values():
            report = prove(parse_or_raise(join(one, library, files)), certificates=True)
            made += [report.certificate.sha256] if report.certificate else []
    except (ContentError, JoinError, ProtocolError, SolverMissingError):
        pass
    return made
