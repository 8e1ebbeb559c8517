"""Which calls the control plane has: all of them, and the one that was probably meant."""

from collections.abc import Iterator
from difflib import get_close_matches
from inspect import cleandoc
from operator import itemgetter
from typing import Any

from flask import Blueprint, current_app, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from mock_braze.control.calls import queries_of

CONTROL = "/control"
BLUEPRINT = "control."  # a page that is served beside the calls is none of them
UNTOLD = frozenset({"HEAD", "OPTIONS"})  # Flask's own
blueprint = Blueprint("index", __name__)


@blueprint.get("")
def read() -> dict[str, Any]:
    """Every call, with what it takes and does."""
    return {
        "calls": [
            {
                "method": method,
                "path": path,
                "query": queries_of(current_app.view_functions[endpoint]),
                "says": _says(endpoint),
            }
            for method, path, endpoint in sorted(_calls(), key=itemgetter(1, 0))
        ]
    }


def why_not(error: HTTPException) -> str:
    """Why Flask refuses the control call of this request, and what to do."""
    match error:
        case NotFound():
            paths = sorted({path for _, path, _ in _calls()} - {CONTROL})
            close = get_close_matches(request.path, paths, n=1, cutoff=0.8)
            meant = f"; close to it is {close[0]}" if close else ""
            return f"there is no such path{meant}; GET {CONTROL} lists every call"
        case MethodNotAllowed():
            taken = sorted(set(error.valid_methods or ()) - UNTOLD)
            return f"this path takes {' and '.join(taken)} only"
        case _:
            return error.description or error.name


def _calls() -> Iterator[tuple[str, str, str]]:
    """Method, path and endpoint of each."""
    for rule in current_app.url_map.iter_rules():
        if rule.endpoint.startswith(BLUEPRINT):
            for method in (rule.methods or set()) - UNTOLD:
                yield method, rule.rule, rule.endpoint


def _says(endpoint: str) -> str:
    """The docstring of a view in one line, without what it raises and rests on."""
    paragraphs = cleandoc(current_app.view_functions[endpoint].__doc__ or "").split("\n\n")
    told = [each for each in paragraphs if not each.startswith(("Facts:", "Raises:"))]
    return " ".join(" ".join(told).split())
