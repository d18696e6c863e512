"""Variables: each is declared once, read through one door, documented, and refused in words when it makes no sense."""

import ast
import re
from pathlib import Path

import pytest
import yaml

from portal import configuration
from portal.configuration import FILE, SECRETS, VARIABLES, ConfigurationError
from tools.configuration import PAGE, page

ROOT = Path(__file__).resolve().parents[2]
READERS = {"text", "flag", "number", "seconds", "listed", "path", "is_set"}
# What is not for the site itself: where programs are, where Django finds it, where counts are shared; what tests and
# measurements choose.
OTHERS = {"PATH", "RAW_TEXTS", "DJANGO_SETTINGS_MODULE", "PROMETHEUS_MULTIPROC_DIR", "GAITWAY_DATABASE_NAME"}
SOURCES = [
    path for app in ("portal", "review", "articles", "triage") for path in (ROOT / app).rglob("*.py")
] + [ROOT / "manage.py"]  # fmt: skip
# Names of containers' own software, of compose, and of what only the database's container reads.
NOT_OURS = re.compile(r"POSTGRES_\w+|PGDATA|GAITWAY_TAG|GAITWAY_HTTPS?")


def of_the_environment(tree, constants):
    """Yield the name of each variable that code reads or sets by itself; None where it cannot be told."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv", "environb"}:
            yield from (None,) if node.attr != "environ" else ()
        called = node.func if isinstance(node, ast.Call) else None
        if (
            isinstance(called, ast.Attribute)
            and isinstance(called.value, ast.Attribute)
            and called.value.attr == "environ"
        ):
            yield name_of(node.args[0], constants)
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute) and node.value.attr == "environ":
            yield name_of(node.slice, constants)


def name_of(node, constants):
    return node.value if isinstance(node, ast.Constant) else constants.get(getattr(node, "id", ""))


def test_nothing_else_looks_into_the_environment():
    found, uses = {}, 0
    for path in SOURCES:
        if path == Path(configuration.__file__):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = {"PLACE": "PROMETHEUS_MULTIPROC_DIR"}
        names = list(of_the_environment(tree, constants))
        mentions = len(
            re.findall(
                r"\benviron\[|\benviron\.|\bgetenv\b|from os import", re.sub(r"(?<!os\.)environ", "", path.read_text())
            )
        )
        assert mentions == len(names), path
        uses += len(names)
        if strange := [name for name in names if name not in OTHERS | {"DATABASE_SECONDS"}]:
            found[str(path.relative_to(ROOT))] = strange

    assert found == {}
    assert uses >= 5


def test_each_name_that_is_read_is_declared_and_each_that_is_declared_is_read():
    read = set()
    for path in [*SOURCES, ROOT / "tools" / "run.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if called in READERS and re.fullmatch(r"[A-Z][A-Z_]+", str(node.args[0].value)):
                read.add(node.args[0].value)

    assert read == set(VARIABLES)


def test_the_page_is_made_from_what_is_declared():
    assert PAGE.read_text(encoding="utf-8") == page(), "run tools/configuration.py"
    for one in VARIABLES.values():
        assert one.meaning.endswith("."), one.name


def written_down():
    """Yield (file, name) of each variable that a file of the deployment sets for the site."""
    for name in ("deploy/gaitway.env.example", "deploy/kubernetes/settings/gaitway.env"):
        for found in re.findall(r"^([A-Z_]+)=", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE):
            yield name, found
    compose = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text(encoding="utf-8"))
    for service in compose["services"].values():
        yield from (("compose", name) for name in service.get("environment", {}))
    for found in re.findall(r"\$\{([A-Z_]+)", (ROOT / "deploy/compose.yaml").read_text(encoding="utf-8")):
        yield "compose", found


def test_what_is_deployed_sets_nothing_that_nobody_reads():
    known = set(VARIABLES) | {f"{one.name}{FILE}" for one in VARIABLES.values() if one.kind in SECRETS}
    names = list(written_down())

    assert {(file, name) for file, name in names if name not in known and not NOT_OURS.fullmatch(name)} == set()
    assert len(names) > 20


@pytest.mark.parametrize(
    ("name", "value", "read", "said"),
    [
        ("DEBUG", "perhaps", configuration.flag, "Set it to 1 or to 0"),
        ("TRUSTED_PROXIES", "-1", configuration.number, "whole number"),
        ("DATABASE_SECONDS", "soon", configuration.seconds, "Set it to seconds"),
        ("LOG_LEVEL", "LOUD", configuration.text, "one of: DEBUG"),
        ("EMAIL_SECURITY", "ssl", configuration.text, "starttls, tls, none"),
    ],
)
def test_what_makes_no_sense_ends_the_start_in_words(monkeypatch, name, value, read, said):
    monkeypatch.setenv(name, value)

    with pytest.raises(ConfigurationError) as refused:
        read(name)

    assert str(refused.value).startswith(f"{name} is “{value}”")
    assert said in str(refused.value)


def test_words_are_read_as_what_they_are(monkeypatch):
    for value, wanted in (("1", True), ("true", True), ("ON", True), ("0", False), ("no", False)):
        monkeypatch.setenv("DEBUG", value)
        assert configuration.flag("DEBUG") is wanted
    monkeypatch.setenv("ALLOWED_HOSTS", " a.example , ,b.example")
    assert configuration.listed("ALLOWED_HOSTS") == ["a.example", "b.example"]
    monkeypatch.setenv("KEEP_PAGES", "")
    monkeypatch.setenv("DEBUG", "1")
    assert configuration.flag("KEEP_PAGES") is False


def test_a_secret_comes_from_a_file_and_nothing_else_does(monkeypatch, tmp_path):
    (tmp_path / "key").write_text("from a file\n")
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))
    monkeypatch.setenv("SITE_URL_FILE", str(tmp_path / "key"))
    assert configuration.text("SECRET_KEY") == "from a file"
    assert "file" not in configuration.text("SITE_URL")

    monkeypatch.setenv("SECRET_KEY", "both")
    with pytest.raises(ConfigurationError, match="are both set"):
        configuration.text("SECRET_KEY")

    monkeypatch.delenv("SECRET_KEY")
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "gone"))
    with pytest.raises(ConfigurationError, match=r"SECRET_KEY_FILE names .* cannot be read"):
        configuration.text("SECRET_KEY")


@pytest.mark.parametrize(
    ("address", "hosts", "earnest"),
    [
        ("http://localhost:8000", "", False), ("http://127.0.0.1:9", "localhost", False),
        ("http://site.localhost", "site.localhost", False), ("https://a.example", "", True),
        ("http://a.example", "", True), ("", "a.example", True), ("", "*", True),
    ],
)  # fmt: skip
def test_a_site_with_a_name_that_others_know_is_in_earnest(monkeypatch, address, hosts, earnest):
    monkeypatch.setenv("SITE_URL", address)
    monkeypatch.setenv("ALLOWED_HOSTS", hosts)

    assert configuration.in_earnest() is earnest
    assert configuration.text("LOG_FORMAT") == ("json" if earnest else "line")
