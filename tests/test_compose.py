"""What an installation runs is what the tests run: versions, settings, search attributes, retention.

No container engine is needed here: the file is held against the Compose specification, and its scripts and variables
against the code that reads them.
"""

import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.envconfig import ClientConfigProfile

from embedded.versions import SERVER, UI
from services.health import PATH
from services.namespace import RETENTION, SEARCH_ATTRIBUTES
from services.settings import SAMPLE, load_settings
from services.workers import FINISH_WITHIN

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy" / "temporal"
SCRIPTS = ["setup-schema.sh", "setup-namespace.sh"]
VARIABLE = re.compile(r"\$\{(\w+):([-?])([^}]*)\}")


def filled_in(value: Any) -> Any:
    """Return a value of the file as Compose reads it where only passwords are set: with every default."""
    if isinstance(value, dict):
        return {name: filled_in(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [filled_in(inner) for inner in value]
    return (
        VARIABLE.sub(lambda match: match[3] if match[2] == "-" else f"of-{match[1]}", value)
        if isinstance(value, str)
        else value
    )


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    """The services by name."""
    found: dict[str, Any] = filled_in(yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8")))["services"]
    return found


def script(name: str) -> str:
    return (DEPLOY / name).read_text("utf-8")


def test_the_file_is_what_the_compose_specification_allows() -> None:
    command = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        "vendor.compose-spec",
        "docker-compose.yml",
    ]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_image_is_pinned_to_a_version_and_its_digest(services: dict[str, Any]) -> None:
    images = [service["image"] for service in services.values() if "build" not in service]
    images += re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    assert len(images) == len(services), "the two that are built name two images"
    assert [image for image in images if not re.search(r":v?\d+\.\d+[\w.-]*@sha256:[0-9a-f]{64}$", image)] == []


def test_server_and_ui_are_those_that_are_embedded(services: dict[str, Any]) -> None:
    assert services["temporal"]["image"].partition("@")[0] == f"temporalio/server:{SERVER}"
    assert services["temporal-ui"]["image"].partition("@")[0] == f"temporalio/ui:{UI}"
    for name in ("temporal-schema", "temporal-namespace"):
        assert services[name]["image"].partition("@")[0] == f"temporalio/admin-tools:{SERVER}"


def test_search_attributes_are_those_of_the_embedded_server() -> None:
    registered = dict(re.findall(r"^attribute (\w+) (\w+)$", script("setup-namespace.sh"), re.MULTILINE))
    words = {
        name: IndexedValueType.Name(kind).removeprefix("INDEXED_VALUE_TYPE_").capitalize()
        for name, kind in SEARCH_ATTRIBUTES.items()
    }
    assert registered == words


def test_closed_cases_stay_as_long_as_on_the_embedded_server() -> None:
    hours = re.search(r"^retention=(\d+)h$", script("setup-namespace.sh"), re.MULTILINE)
    assert hours
    assert timedelta(hours=int(hours[1])) == RETENTION


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_scripts_can_be_read_by_a_plain_shell(name: str) -> None:
    subprocess.run(["sh", "-n", DEPLOY / name], check=True)


def test_nothing_is_open_to_other_machines(services: dict[str, Any]) -> None:
    ports = [port for service in services.values() for port in service.get("ports", [])]
    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_without_passwords_of_its_own_an_installation_does_not_start() -> None:
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    secret = [line.strip() for line in text.splitlines() if re.search(r"(PASSWORD|_PWD|postgresql://\w+:)", line)]
    assert len(secret) >= 4
    assert [line for line in secret if not re.search(r"\$\{\w+:\?[^}]+\}", line)] == []
    asked_for = {match[1] for match in VARIABLE.finditer(text) if match[2] == "?"}
    sample = (ROOT / "deploy" / "env.sample").read_text("utf-8")
    assert {*re.findall(r"^(\w+)=$", sample, re.MULTILINE)} == asked_for
    assert re.findall(r"^\w+=.+$", sample, re.MULTILINE) == []


def test_no_container_may_do_more_than_it_must(services: dict[str, Any]) -> None:
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"]), name
        assert service["pids_limit"] > 0, name
        assert re.fullmatch(r"\d+[mg]", service["mem_limit"]), name
        assert "/tmp" in service["tmpfs"], name
        assert not {"privileged", "cap_add", "devices", "network_mode", "pid", "ipc"} & {*service}, name
        binds = [volume for volume in service.get("volumes", []) if volume.startswith((".", "/", "$"))]
        assert all(volume.endswith(":ro") for volume in binds), name


def test_whatever_stays_up_says_whether_it_is_well(services: dict[str, Any]) -> None:
    stays = {name for name, service in services.items() if service["restart"] == "unless-stopped"}
    assert {name for name in stays if "healthcheck" not in services[name]} == {"worker"}, "the image has the worker's"


def test_the_image_has_no_secret_and_nothing_of_an_office() -> None:
    image = (ROOT / "Dockerfile").read_text("utf-8")
    assert re.findall(r"^(ARG|ADD)\b.*", image, re.MULTILINE) == []
    assert not re.search("password|secret|token", image, re.IGNORECASE)
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert "*" in ignored
    let_in = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    assert let_in.isdisjoint({"var", ".env", "office.toml", ".git", ".venv", "deploy"})


def test_the_worker_reads_everything_that_it_is_told(services: dict[str, Any]) -> None:
    told = services["worker"]["environment"]
    settings = load_settings(SAMPLE, {name: str(value) for name, value in told.items()})
    assert settings.database.url == told["ACCREDIT_DATABASE_URL"]
    assert (settings.mail.host, settings.mail.port, settings.mail.starttls) == ("mail", 1025, False)
    profile = ClientConfigProfile.load(override_env_vars=told)
    assert (profile.address, profile.namespace) == ("temporal:7233", "default")
    assert told["TEMPORAL_NAMESPACE"] == services["temporal-namespace"]["environment"]["TEMPORAL_NAMESPACE"]
    assert [name for name in told if not name.startswith("ACCREDIT_")] == ["TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE"]


def test_the_portal_is_told_what_the_worker_is_and_by_which_address_browsers_reach_it(services: dict[str, Any]) -> None:
    told, worker = services["portal"]["environment"], services["worker"]
    assert {name: told[name] for name in worker["environment"]} == worker["environment"]
    assert services["portal"]["volumes"] == worker["volumes"], "its key lies among the worker's"
    settings = load_settings(SAMPLE, {name: str(value) for name, value in told.items()})
    assert settings.portal.public_url == "http://localhost:8088"


def test_the_books_are_on_a_database_of_their_own(services: dict[str, Any]) -> None:
    books, temporal = services["books-db"], services["temporal-db"]
    assert books["volumes"] != temporal["volumes"]
    assert services["temporal"]["environment"]["POSTGRES_SEEDS"] == "temporal-db"
    login = books["environment"]
    address = f"{login['POSTGRES_USER']}:{login['POSTGRES_PASSWORD']}@books-db:5432/{login['POSTGRES_DB']}"
    assert services["worker"]["environment"]["ACCREDIT_DATABASE_URL"] == f"postgresql://{address}"


def test_whoever_is_waited_for_says_when_it_is_ready(services: dict[str, Any]) -> None:
    waits = [wait for service in services.values() for wait in service.get("depends_on", {}).items()]
    healthy = {name for name, wait in waits if wait["condition"] == "service_healthy"}
    ending = {name for name, wait in waits if wait["condition"] == "service_completed_successfully"}
    assert healthy | ending == {name for name, _ in waits}
    assert {name for name in healthy if "healthcheck" not in services[name]} <= {"worker"}, "the image has the worker's"
    assert all(services[name]["restart"].startswith("on-failure") for name in ending)
    assert all(service["restart"] == "unless-stopped" for name, service in services.items() if name not in ending)


def test_the_worker_is_given_the_time_that_its_activities_have_to_finish(services: dict[str, Any]) -> None:
    assert int(services["worker"]["stop_grace_period"].removesuffix("s")) > FINISH_WITHIN.total_seconds()


def test_the_image_runs_the_worker_as_nobody_in_particular_and_asks_for_its_health(services: dict[str, Any]) -> None:
    image = (ROOT / "Dockerfile").read_text("utf-8")
    port = services["worker"]["command"][4]
    assert f"USER {services['worker']['user']}\n" in image
    assert image.index("USER ") < image.index('CMD ["python", "-m", "worker"')
    assert "--require-hashes" in image
    assert f"http://127.0.0.1:{port}{PATH}" in image
    assert services["worker"]["command"][:5] == ["python", "-m", "worker", "--health-port", "8081"]
    assert "127.0.0.1:8081:8081" in services["worker"]["ports"]


def test_prometheus_asks_the_worker_where_it_tells_its_figures(services: dict[str, Any]) -> None:
    command = services["worker"]["command"]
    port = int(command[command.index("--metrics-port") + 1])
    configured = yaml.safe_load((ROOT / "deploy" / "prometheus" / "prometheus.yml").read_text("utf-8"))
    (job,) = configured["scrape_configs"]
    assert job["dns_sd_configs"] == [{"names": ["worker"], "type": "A", "port": port}]
    assert all((ROOT / "deploy" / "prometheus" / name).exists() for name in configured["rule_files"])
    assert not [one for one in services["worker"]["ports"] if str(port) in one], "figures are for the network alone"


def test_grafana_finds_its_source_and_its_dashboard_where_they_are_mounted(services: dict[str, Any]) -> None:
    provisioned = ROOT / "deploy" / "grafana" / "provisioning"
    (source,) = yaml.safe_load((provisioned / "datasources" / "prometheus.yml").read_text("utf-8"))["datasources"]
    assert source["url"] == "http://prometheus:9090"
    (provider,) = yaml.safe_load((provisioned / "dashboards" / "accredit.yml").read_text("utf-8"))["providers"]
    told = services["grafana"]
    folder = provider["options"]["path"]
    assert f"./deploy/grafana/dashboards:{folder}:ro" in told["volumes"]
    assert told["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"] == f"{folder}/accredit.json"
    board = json.loads((ROOT / "deploy" / "grafana" / "dashboards" / "accredit.json").read_text("utf-8"))
    assert {panel["datasource"]["uid"] for panel in board["panels"]} == {source["uid"]}
    assert told["environment"]["GF_PATHS_PROVISIONING"] == "/etc/accredit/provisioning"
    assert "./deploy/grafana:/etc/accredit:ro" in told["volumes"]
