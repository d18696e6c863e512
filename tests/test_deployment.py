"""What the site is deployed with keeps its promises: no root, nothing writable, no secret, probes, budgets, limits.

`make deploy-check` has others' linters look over the same files, and builds the images and uses them.
"""

import re
from pathlib import Path

import pytest
import yaml
from django.urls import Resolver404, resolve

from portal.management.commands import run_worker
from portal.observe.around import ANSWERS
from tools.deploy_check import dockerfile

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
STAGES = dockerfile.read(ROOT / "Dockerfile")
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
FILES = sorted((DEPLOY / "kubernetes").rglob("*.yaml"))
OBJECTS = [one for path in FILES for one in yaml.safe_load_all(path.read_text(encoding="utf-8")) if one]
PODS = {
    one["metadata"]["name"]: one["spec"]["template"]["spec"] for one in OBJECTS if "template" in one.get("spec", {})
}
CONTAINERS = [
    (name, container, kind == "initContainers")
    for name, pod in PODS.items() for kind in ("containers", "initContainers") for container in pod.get(kind, [])
]  # fmt: skip
OURS = [name for name, service in COMPOSE["services"].items() if str(service["image"]).startswith("gaitway")]


def of_kind(kind):
    return [one for one in OBJECTS if one["kind"] == kind]


@pytest.mark.parametrize("name", ["app", "edge"])
def test_an_image_is_no_root_has_a_health_check_and_a_version(name):
    stage = STAGES[name]

    assert min(stage.user) >= 10_000
    assert stage.words("CMD")
    assert stage.words("HEALTHCHECK")
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert all(
        re.fullmatch(r"[a-z]+:\d+\.\d+\.\d+-[a-z-]+", base)
        for base in re.findall(r"^ARG (?:PYTHON|NGINX)=(.+)", text, re.MULTILINE)
    )


def test_no_secret_comes_near_an_image():
    said = " ".join(said for stage in STAGES.values() for kind, said in stage.steps if kind in {"ENV", "ARG", "COPY"})
    lets_in = dockerfile.allowed(ROOT / ".dockerignore")

    assert not re.search(r"SECRET|PASSWORD|_KEY|DATABASE_URL|\.env|secrets", said)
    assert not [one for one in lets_in if one.startswith(("var", ".git", "deploy/secrets", ".env", "deploy/gaitway"))]
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {"deploy/gaitway.env", "deploy/secrets/"} <= set(ignored)


def test_an_image_holds_what_the_site_reads_while_it_runs():
    copied = {word for kind, said in STAGES["build"].steps if kind == "COPY" for word in said.split()}

    assert {app.split(".")[0] for app in ("portal", "triage", "articles", "review")} <= copied
    # the hazard log looks up its tests; the web server's configuration is made from a template
    assert {"tests", "deploy/nginx", "templates", "requirements.txt", "manage.py"} <= copied
    assert all((ROOT / name).exists() for name in copied - {"./"})


def test_every_service_is_hardened():
    for name, service in COMPOSE["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert not service["user"].startswith(("0", "root")), name
        assert service["ulimits"]["core"] == 0, name
        assert service["mem_limit"], name
        assert service["pids_limit"], name
        assert "privileged" not in service, name
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert [name for name, service in COMPOSE["services"].items() if "ports" in service] == ["edge"]
    assert COMPOSE["services"]["database"]["networks"] == ["inside"]


def test_the_services_are_those_that_were_decided():
    assert set(COMPOSE["services"]) == {"database", "migrate", "prepare", "app-1", "app-2", "worker", "edge"}
    words = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    assert "docs/adr/0010-no-cache-server-and-no-queue.md" in words
    for name in OURS:
        assert COMPOSE["services"][name]["user"] == ":".join(map(str, STAGES["edge" if name == "edge" else "app"].user))
    # all processes of one site have the same settings: what a build is called depends on them
    alike = [COMPOSE["services"][name] for name in OURS if name != "edge"]
    assert all(
        (one["environment"], one["env_file"]) == (alike[0]["environment"], alike[0]["env_file"]) for one in alike
    )


def test_whoever_stands_before_somebody_else_is_waited_for():
    def waits(name):
        return {other: how["condition"] for other, how in COMPOSE["services"][name].get("depends_on", {}).items()}

    assert waits("migrate") == {"database": "service_healthy"}
    assert waits("prepare") == {"migrate": "service_completed_successfully"}
    assert waits("app-1") == waits("app-2") == waits("worker") == {"prepare": "service_completed_successfully"}
    assert waits("edge") == {"app-1": "service_healthy", "app-2": "service_healthy"}


@pytest.mark.parametrize(
    ("name", "container", "_first"), CONTAINERS, ids=lambda one: one["name"] if isinstance(one, dict) else ""
)
def test_every_container_is_hardened_and_limited(name, container, _first):
    pod, own = PODS[name], container["securityContext"]

    assert pod["securityContext"]["runAsNonRoot"] is True
    assert (
        own.get("runAsUser", pod["securityContext"]["runAsUser"])
        == STAGES["edge" if "edge" in container["image"] else "app"].user[0]
    )
    assert pod["securityContext"]["seccompProfile"]["type"] == "RuntimeDefault"
    assert pod["automountServiceAccountToken"] is False
    assert (own["readOnlyRootFilesystem"], own["allowPrivilegeEscalation"]) == (True, False)
    assert own["capabilities"] == {"drop": ["ALL"]}
    assert set(container["resources"]) == {"requests", "limits"}
    assert {"cpu", "memory"} == set(container["resources"]["limits"]) == set(container["resources"]["requests"])
    writable = {mount["mountPath"] for mount in container["volumeMounts"] if not mount.get("readOnly")}
    assert writable <= {"/tmp", "/var/lib/gaitway", "/var/lib/gaitway-shared", "/var/lib/gaitway-edge"}  # noqa: S108
    assert {mount["name"] for mount in container["volumeMounts"]} <= {volume["name"] for volume in pod["volumes"]}


def test_every_container_that_stays_has_probes_that_are_there():
    stays = [(name, one) for name, one, first in CONTAINERS if not first and name != "gaitway-migrate"]
    assert len(stays) == 3
    for name, container in stays:
        for probe in ("livenessProbe", "readinessProbe"):
            asked = container[probe].get("httpGet", {}).get("path") or " ".join(container[probe]["exec"]["command"])
            assert asked in {*ANSWERS, "/-edge"} or asked.startswith("python -m portal.work.alive"), (name, probe)
    app = next(one for name, one, _ in CONTAINERS if one["name"] == "app")
    # alive asks for nothing but the process; ready may say that readers are better off elsewhere
    assert app["livenessProbe"]["httpGet"]["path"] == app["startupProbe"]["httpGet"]["path"] == "/-/live"
    assert app["readinessProbe"]["httpGet"]["path"] == "/-/ready"
    assert "portal.work" in run_worker.__dict__["alive"].__name__


def test_readers_never_go_without_a_pod():
    (web,) = [one for one in of_kind("Deployment") if one["metadata"]["name"] == "gaitway-web"]
    (budget,) = of_kind("PodDisruptionBudget")

    assert web["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    assert 1 <= budget["spec"]["minAvailable"] < web["spec"]["replicas"]
    labels = web["spec"]["template"]["metadata"]["labels"]
    for one in (budget["spec"]["selector"]["matchLabels"], of_kind("Service")[0]["spec"]["selector"]):
        assert one.items() <= labels.items()
    asked = web["spec"]["template"]["metadata"]["annotations"]
    assert asked["prometheus.io/path"] in ANSWERS


def test_nobody_speaks_to_anybody_but_where_it_is_said():
    policies = {one["metadata"]["name"]: one["spec"] for one in of_kind("NetworkPolicy")}
    nothing = policies["gaitway-nothing"]
    assert (nothing["podSelector"], set(nothing["policyTypes"])) == ({}, {"Ingress", "Egress"})
    assert "ingress" not in nothing
    assert "egress" not in nothing

    outwards = {port["port"] for rule in policies["gaitway-outwards"]["egress"] for port in rule["ports"]}
    assert outwards == {53, 5432, 587}
    inwards = {port["port"]: rule["from"] for rule in policies["gaitway-readers"]["ingress"] for port in rule["ports"]}
    assert set(inwards) == {8000, 8080}
    assert "monitoring" in str(inwards[8000])


def test_no_secret_lies_among_the_manifests_and_every_object_is_put_together_once():
    assert of_kind("Secret") == []
    put = {
        folder.name: yaml.safe_load((folder / "kustomization.yaml").read_text())
        for folder in (DEPLOY / "kubernetes").iterdir()
    }
    for name, one in put.items():
        there = {path.name for path in (DEPLOY / "kubernetes" / name).glob("*.yaml")} - {"kustomization.yaml"}
        assert there == {resource for resource in one["resources"] if not resource.startswith("..")}, name
    assert {one["name"] for name in ("migrate", "site") for one in put[name]["images"]} == {"gaitway", "gaitway-edge"}


def test_the_edge_passes_no_probe_on_and_numbers_requests():
    text = (DEPLOY / "nginx" / "gaitway.conf").read_text(encoding="utf-8")

    assert re.search(r"location \^~ /-/ \{\s+return 404;", text)
    assert "proxy_set_header X-Request-ID $request_id;" in text
    assert 'proxy_set_header Traceparent "";' in text
    # a page or a view of the site never has such an address
    for path in ANSWERS:
        with pytest.raises(Resolver404):
            resolve(path)
