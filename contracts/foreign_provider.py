"""Does a server keep somebody else's description? Judged by schemathesis's own checks."""

from collections.abc import Collection
from functools import partial
from pathlib import Path
from typing import Any

from contracts.findings import Finding
from contracts.provider import Verification, explore


def verify_by_description(
    description: Path, url: str, api_key: str, *, max_examples: int, only: Collection[str] = ()
) -> tuple[Verification, list[Finding]]:
    """Call every operation of the description, and collect what the answers break.

    Raises:
        ValueError: the description cannot be read, or has no such operation.
    """
    import requests
    import schemathesis
    from schemathesis.core.failures import Failure, FailureGroup

    config = schemathesis.Config()
    config.projects.default.base_url = url
    try:
        schema = schemathesis.openapi.from_path(str(description), config=config)
        operations: list[Any] = [each.ok() for each in schema.get_all_operations()]
    except Exception as error:
        raise ValueError(f"{description}: {error}") from error
    named = {f"{each.method.upper()} {each.path}": each for each in operations}
    if unknown := set(only) - named.keys():
        raise ValueError(f"no such operation: {', '.join(sorted(unknown))}")
    session = requests.Session()
    session.trust_env = False  # a proxy must not divert test traffic
    verification, findings = Verification(), dict[tuple[str, str], Finding]()
    headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}

    def send(name: str, case: Any) -> None:
        response = case.call(headers=headers, session=session)
        verification.statuses[name][response.status_code] += 1
        try:
            case.validate_response(response)
        except FailureGroup as group:
            for failure in group.exceptions:
                _note(findings, name, failure)
        except Failure as failure:
            _note(findings, name, failure)

    for name, operation in named.items():
        if not only or name in only:
            explore(operation, max_examples, partial(send, name))
    return verification, list(findings.values())


def _note(findings: dict[tuple[str, str], Finding], name: str, failure: Any) -> None:
    title = str(getattr(failure, "title", type(failure).__name__))
    message = " ".join(str(getattr(failure, "message", failure)).split())
    says = f"{name}: {title}: {message[:300]}"
    findings.setdefault((name, title), Finding(says, operation=name, documented=title))
