"""Looks over everything that the site is deployed with: `make deploy-check [ARGS="--only linters|image"]`.

Linters of others read the Dockerfile, the compose file, the Kubernetes manifests as kustomize puts them together, and
the rules of Prometheus. Then the steps of the Dockerfile are carried out natively, and what they make is started as it
will be: another account, a read-only root, files for secrets. What cannot be had on a machine is said, not passed over.
Ends with 1 when something does not hold.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

from clusters import DATABASE, Cluster
from clusters import folder as cluster_folder

DEPLOY, LINTERS, NODE = ROOT / "deploy", ROOT / "var" / "linters", ROOT / "deploy" / "node_modules" / ".bin"
SPARE = {
    # the tags stand in the arguments above
    "CKV_DOCKER_7",
    # images come from the registry of whoever runs the site: its digests are set there, in the kustomization
    "CKV_K8S_43",
}
# How things are ordered is ours; both names of an image are meant; the site is there for everybody.
DCLINT_SPARE = ("no-build-and-image", "no-unbound-port-interfaces", "require-quotes-in-ports", "service-keys-order",
                "services-alphabetical-order", "top-level-properties-order")  # fmt: skip
Result = tuple[str, str]


def _said(*words: object, **more: str) -> Result:
    done = subprocess.run(
        [str(word) for word in words], cwd=ROOT, env=os.environ | more, capture_output=True, text=True, check=False
    )
    return ("FAILS" if done.returncode else "ok"), (done.stdout + done.stderr).strip() if done.returncode else ""


def _tool(name: str) -> Path:
    return LINTERS / "bin" / name


def yaml() -> Result:
    """YAML of this folder."""
    return _said(_tool("yamllint"), "--strict", "--config-file", DEPLOY / "yamllint.yaml", DEPLOY)


def dockerfile() -> Result:
    """The Dockerfile, by hadolint."""
    return _said(_tool("hadolint"), "--failure-threshold", "style", ROOT / "Dockerfile")


def compose() -> Result:
    """The compose file: its schema, and the rules of dclint."""
    if not (NODE / "dclint").exists():
        return "absent", "needs Node and npm"
    spare = [word for name in DCLINT_SPARE for word in ("--disable-rule", name)]
    return _said(NODE / "dclint", DEPLOY / "compose.yaml", "--max-warnings", "0", *spare)


def put_together(folder: Path) -> list[Path]:
    """Return the manifests as kustomize puts them together; RuntimeError says why not."""
    files = []
    for name in ("migrate", "site"):
        done = subprocess.run(
            ["kubectl", "kustomize", f"deploy/kubernetes/{name}"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(done.stderr)
        files.append(folder / f"{name}.yaml")
        files[-1].write_text(done.stdout)
    return files


def kubernetes(folder: Path) -> Result:
    """The manifests, by Kubernetes' own schemas."""
    if shutil.which("kubectl") is None:
        return "absent", "needs kubectl, which puts the manifests together"
    try:
        files = put_together(folder)
    except RuntimeError as error:
        return "FAILS", str(error)
    return _said(_tool("kubernetes-validate"), "--strict", "--quiet", *files)


def hardening(folder: Path) -> Result:
    """Image and manifests, by checkov's rules."""
    files = [ROOT / "Dockerfile", *folder.glob("*.yaml")]
    named = [word for file in files for word in ("--file", file)]
    words = [_tool("checkov"), "--quiet", "--compact", "--skip-download", "--skip-check", ",".join(sorted(SPARE))]
    return _said(*words, *named, LOG_LEVEL="CRITICAL")


def alerts() -> Result:
    """The rules of alerts and their tests, by promtool."""
    if shutil.which("promtool") is None:
        return "absent", "needs promtool (Debian: prometheus)"
    found = _said("promtool", "check", "rules", DEPLOY / "prometheus" / "alerts.yaml")
    return _said("promtool", "test", "rules", DEPLOY / "prometheus" / "alerts_test.yaml") if found[0] == "ok" else found


def linters() -> int:
    """Run every linter; return how many found something."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        each: list[tuple[str, Callable[[], Result]]] = [
            ("YAML, by yamllint", yaml), ("Dockerfile, by hadolint", dockerfile), ("compose, by dclint", compose),
            ("Kubernetes' schemas", lambda: kubernetes(folder)), ("hardening, by checkov", lambda: hardening(folder)),
            ("alerts, by promtool", alerts),
        ]  # fmt: skip
        wrong = 0
        for name, look in each:
            how, said = look()
            print(f"  {how:<6} {name}{': ' if said else ''}{said}", flush=True)
            wrong += how == "FAILS"
    return wrong


def image() -> int:
    """Build and use the images natively; return how much does not hold."""
    if os.geteuid() != 0 or shutil.which("unshare") is None or shutil.which("nginx") is None:
        print("  absent the image: needs root, unshare and nginx, or a container engine: docker build .")
        return 0
    place = cluster_folder("gaitway-image-")
    cluster = Cluster(place, "image")
    build = place / "build"
    build.mkdir()
    try:
        cluster.create()
        cluster.start()
        cluster.sockets.chmod(0o755)
        cluster.sql(f"CREATE DATABASE {DATABASE}", database="postgres")
        database = f"postgresql://postgres:@/{DATABASE}?host=SOCKETS"
        command = ["unshare", "--mount", sys.executable, "-m", "tools.deploy_check.running"]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        return subprocess.run(
            [*command, str(build), database, str(cluster.sockets)], env=environment, check=False
        ).returncode
    finally:
        cluster.throw_away()
        shutil.rmtree(place, ignore_errors=True)


def main() -> int:
    """Look over all of it, or a part."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=["linters", "image"])
    only = parser.parse_args().only
    wrong = 0
    if only != "image":
        wrong += linters()
    if only != "linters":
        wrong += image()
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
