"""braze-lab verify provider: a server against the contract."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui.commands.verify.output import finish, format_option

if TYPE_CHECKING:
    import requests

    from contracts.findings import Finding
    from contracts.provider import Verification

TRIES = 5  # looks at what was written, a second apart where the server is not the fake


@click.command(
    "provider",
    epilog="Example:  braze-lab verify provider --url http://127.0.0.1:8080 --key braze-lab",
)
@click.option("--url", help="Base URL of the server.  [default: the fake, furnished for it]")
@click.option("--key", default="", help="API key with every permission; may be $BRAZE_API_KEY.",
              envvar="BRAZE_API_KEY")  # fmt: skip
@click.option(
    "--resource",
    "resources",
    multiple=True,
    metavar="NAME=ID",
    help="What the server has: subscription_group_id, segment_id, campaign_id, canvas_id. Without "
    "one, only refusals are judged where it is needed.",
)
@click.option(
    "--spec",
    type=click.Path(path_type=Path),
    help="Another API description to verify by, with schemathesis's own checks.",
)
@click.option("--only", multiple=True, metavar="OPERATION", help="Such as 'POST /users/track'.")
@click.option(
    "--examples",
    default=25,
    show_default=True,
    type=click.IntRange(1, 10_000),
    help="Requests made up for each operation that fit it, and as many that break it.",
)
@format_option
def command(
    url: str | None,
    key: str,
    resources: tuple[str, ...],
    spec: Path | None,
    only: tuple[str, ...],
    examples: int,
    form: str,
) -> None:
    """Call every operation with known, fitting and breaking requests, and judge the answers.

    Never point it at a workspace with real people: it writes, deletes and subscribes. Exit status
    0: the server keeps the contract; 1: it does not; 2: wrong usage.
    """
    named = dict(_resource(each) for each in resources)
    try:
        if spec is not None:
            verification, findings = _by_description(spec, url, key, examples, only)
        else:
            verification, findings = _by_contract(url, key, named, examples, only)
    except ImportError as error:
        says = f"{error.name} is missing; install braze-lab[verify]"
        raise click.UsageError(says) from error
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    click.echo(_told(verification), err=True)
    finish(findings, form)


def _resource(text: str) -> tuple[str, str]:
    from contracts.provider import RESOURCES

    name, _, value = text.partition("=")
    if name not in RESOURCES or not value:
        known = ", ".join(RESOURCES)
        raise click.UsageError(f"--resource is one of {known}, with =ID, not {text!r}")
    return name, value


def _by_description(
    spec: Path, url: str | None, key: str, examples: int, only: tuple[str, ...]
) -> "tuple[Verification, list[Finding]]":
    from contracts.foreign_provider import verify_by_description

    if url is None:
        raise click.UsageError("--spec needs --url: the server that is to keep it")
    return verify_by_description(spec, url, key, max_examples=examples, only=only)


def _by_contract(
    url: str | None, key: str, resources: dict[str, str], examples: int, only: tuple[str, ...]
) -> "tuple[Verification, list[Finding]]":
    from contracts.findings import finding_of
    from contracts.furnished import KEY, RESOURCES, a_fake
    from contracts.linked_calls import linked_findings
    from contracts.provider import verify_provider
    from mock_braze.domain.clock import pass_time
    from mock_braze.in_process import BASE_URL, in_process_session

    if url is None:
        provider = a_fake()
        key, resources = KEY, dict(RESOURCES)
        session, base_url = in_process_session(provider), BASE_URL
    else:
        import requests

        provider = base_url = url.rstrip("/")
        session = requests.Session()
        session.trust_env = False
        _check_reachable(session, base_url)
    verification = verify_provider(
        provider, key, resources=resources, max_examples=examples, only=only
    )
    findings = [finding_of(each) for each in verification.violations]
    if not only:
        findings += linked_findings(
            lambda operation, sent: _ask(session, base_url, key, operation, sent),
            resources.get("subscription_group_id"),
            TRIES,
            (lambda: None) if url is None else (lambda: pass_time(1)),
        )
    return verification, findings


def _check_reachable(session: "requests.Session", url: str) -> None:
    import requests

    try:
        session.get(url, timeout=10)
    except requests.RequestException as error:
        raise click.UsageError(f"{url} does not answer: {type(error).__name__}") from error


def _ask(
    session: "requests.Session", url: str, key: str, operation: str, sent: Mapping[str, Any]
) -> Any:
    method, _, path = operation.partition(" ")
    told = {"params": sent} if method == "GET" else {"json": sent}
    headers = {"Authorization": f"Bearer {key}"}
    answer = session.request(method, url + path, headers=headers, timeout=30, **told)  # type: ignore[arg-type]
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _told(verification: "Verification") -> str:
    lines = []
    both = 0
    for name, statuses in sorted(verification.statuses.items()):
        hundreds = {status // 100 for status in statuses}
        both += {2, 4} <= hundreds
        lines.append(f"  {_counts(statuses):<40} {name}")
    total = sum(each.total() for each in verification.statuses.values())
    summary = (
        f"{total} calls of {len(lines)} operations; {both} of these answered with 2xx and with 4xx"
    )
    return "\n".join([*lines, summary])


def _counts(statuses: "Counter[int]") -> str:
    return " ".join(f"{status}:{count}" for status, count in sorted(statuses.items()))
