"""What the site is made of: each package is locked with hashes, under a licence that we know, and on the bill."""

import pytest

from tools import packages

SITE, WORK = (packages.locked(lock) for lock in packages.LOCKS.values())


@pytest.fixture(scope="module")
def licences():
    return packages.licences()


def test_every_locked_package_has_a_hash_and_an_allowed_licence(licences):
    for lock in packages.LOCKS.values():
        named = [line for line in lock.read_text().splitlines() if line[:1].isalnum()]
        assert len(packages.locked(lock)) == len(named) > 30

    everything = SITE | WORK
    assert [name for name, (_, hashes) in everything.items() if not hashes] == []
    assert {name: one for name, one in licences.items() if not packages.is_allowed(one)} == {}
    # what is not installed here is for another system, and says so
    assert [name for (name, _), (marker, _) in everything.items() if name not in licences and not marker] == []


def test_the_page_of_licences_names_every_package(licences):
    assert packages.PAGE.read_text(encoding="utf-8") == packages.page(licences), "run tools/packages.py licences"


@pytest.mark.parametrize("licence", ["UNKNOWN", "GPL-3.0-only", "AGPL-3.0", "Proprietary", "MIT AND GPL-2.0", ""])
def test_other_licences_are_not_allowed(licence):
    assert not packages.is_allowed(licence)


def test_the_bill_of_materials_names_every_locked_package(tmp_path):
    bill = packages.sbom(tmp_path / "sbom.json", validate=False)
    found = {(packages._plain(part["name"]), part["version"]): part for part in bill["components"]}

    assert bill["bomFormat"] == "CycloneDX"
    assert set(found) == set(SITE)
    for key, (_, hashes) in SITE.items():
        assert sum(len(ref.get("hashes", [])) for ref in found[key]["externalReferences"]) == hashes


def test_an_audit_that_could_not_ask_is_no_good_news():
    asked = {"name": "a", "version": "1", "vulns": []}
    faulty = {"name": "b", "version": "2", "vulns": [{"id": "PYSEC-1"}]}
    skipped = {"name": "c", "skip_reason": "not found"}

    assert packages.verdict({"dependencies": [asked]})[0] == 0
    assert packages.verdict({"dependencies": [asked, faulty]})[0] == 1
    assert packages.verdict({"dependencies": [asked, faulty, skipped]})[0] == 1
    assert packages.verdict({"dependencies": [asked, skipped]})[0] == packages.UNASKED
    assert packages.verdict({"dependencies": []})[0] == packages.UNASKED
    assert packages.verdict(None)[0] == packages.UNASKED
    assert "PYSEC-1" in " ".join(packages.verdict({"dependencies": [faulty]})[1])
