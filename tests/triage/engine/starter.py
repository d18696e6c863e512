"""Joins the starter protocols with the starter content, as the site does with its pages."""

import functools
import json
from pathlib import Path

import yaml

from triage.engine.compiled import Machine
from triage.engine.join import join, shelf
from triage.engine.vignettes import read

ROOT = Path(__file__).resolve().parents[3]
CONTENT = ROOT / "articles" / "starter"
PROTOCOLS = ROOT / "triage" / "protocols"
NAMES = ("calf", "pregnancy")
FOLDERS = {
    "findings": "findings",
    "rules": "care_rules",
    "blocks": "contraindications",
    "modules": "techniques",
}


def there() -> bool:
    return all(any((CONTENT / folder).glob("*.yaml")) for folder in FOLDERS.values())


def load(path):
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found if isinstance(found, list) else [found]


@functools.cache
def library():
    return {
        kind: shelf([item for path in sorted((CONTENT / folder).glob("*.yaml")) for item in load(path)])
        for kind, folder in FOLDERS.items()
    }


@functools.cache
def files():
    return {name: load(PROTOCOLS / f"{name}.yaml")[0] for name in NAMES}


@functools.cache
def source(name):
    return join(files()[name], library(), files())


@functools.cache
def machine(name):
    return Machine.of(source(name))


@functools.cache
def stories(name):
    return read(json.loads((PROTOCOLS / f"{name}.vignettes.json").read_text(encoding="utf-8")))
