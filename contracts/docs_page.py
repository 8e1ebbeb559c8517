"""The page at /control/docs: all descriptions, to read and to try, without a network.

The fake does not know it: who serves the fake hands it over.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from flask import Blueprint, Response, abort
from flask_swagger_ui import get_swaggerui_blueprint

from contracts.specification import BRAZE, CONTROL, QUIKLY, Specification

PAGE = "/control/docs"
DESCRIPTIONS = {"braze": BRAZE, "control": CONTROL, "quikly": QUIKLY}
TITLES = {"braze": "Braze", "control": "Control plane", "quikly": "Quikly's receiver"}
HERE = {"url": "/", "description": "this fake"}
SCHEMAS = "#/components/schemas/"
# The browser loads nothing from elsewhere and calls nobody else: not Braze, and not Quikly.
POLICY = "default-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"


def docs_page() -> Blueprint:
    """The page, with all that it loads."""
    config = {
        "app_name": "Braze Lab",
        "urls": [
            {"name": title, "url": f"{PAGE}/descriptions/{name}.json"}
            for name, title in TITLES.items()
        ],
        "validatorUrl": None,  # it would send the address of this server to one on the internet
        "docExpansion": "list",
        "showExtensions": True,  # the permission that a key needs, and the facts
        "defaultModelsExpandDepth": 0,
        "filter": True,
    }
    page: Blueprint = get_swaggerui_blueprint(PAGE, "", config, blueprint_name="docs")
    page.add_url_rule("/descriptions/<name>.json", view_func=_description)
    page.after_request(_with_policy)
    return page


@cache
def description(name: str) -> dict[str, Any]:
    """A description in one piece, with the schemas it uses; what is tried goes to this server."""
    document = Specification(DESCRIPTIONS[name]).document
    schemas = document["components"]["schemas"]
    used, unseen = set[str](), set(_schemas_in({**document, "components": _but_schemas(document)}))
    while unseen:
        used |= unseen
        unseen = {each for known in unseen for each in _schemas_in(schemas[known])} - used
    kept = {each: schema for each, schema in schemas.items() if each in used}
    components = {**document["components"], "schemas": kept}
    return {**document, "components": components} | ({"servers": [HERE]} if name == "braze" else {})


def _but_schemas(document: dict[str, Any]) -> dict[str, Any]:
    return {name: held for name, held in document["components"].items() if name != "schemas"}


def _schemas_in(value: Any) -> Iterator[str]:
    """The names of the schemas that a part of a description refers to."""
    if isinstance(value, dict):
        reference = value.get("$ref")
        if isinstance(reference, str) and reference.startswith(SCHEMAS):
            yield reference.removeprefix(SCHEMAS).partition("/")[0]
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _schemas_in(each)


def _description(name: str) -> dict[str, Any]:
    if name not in DESCRIPTIONS:
        abort(404)
    return description(name)


def _with_policy(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    return response
