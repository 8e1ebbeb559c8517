"""`/custom_attributes`: the names that profiles have been given, with the types detected."""

from mock_braze.domain import rate_limits
from mock_braze.domain.tracking.attribute_types import AttributeType, DataType
from mock_braze.domain.tracking.custom_attributes import ARRAY_LENGTHS
from mock_braze.rest import queries
from mock_braze.rest.exchange import Call, Reply
from mock_braze.rest.operations import operation


@operation(
    "GET",
    "/custom_attributes",
    permission="custom_attributes.get",
    family=rate_limits.EVENT_NAMES,
)
def list_custom_attributes(call: Call) -> Reply:
    """Fifty a page, in alphabetical order, the next page by the `Link` header.

    Facts: custom-attributes-list, lists-by-cursor, custom-attribute-type-names
    """
    length = ARRAY_LENGTHS[call.workspace.state.dials.array_length]
    types = sorted(call.workspace.state.attribute_types.items())
    return queries.by_cursor(
        call,
        "attributes",
        [
            {
                # Inferred: the words for types and the length (custom-attribute-type-names)
                "array_length": length if each.type is DataType.ARRAY else None,
                "data_type": _words_for(each),
                "description": None,
                "name": name,
                "status": "Active",
                "tag_names": [],
            }
            for name, each in types
        ],
    )


def _words_for(found: AttributeType) -> str:
    words = found.type.value.replace("_", " ").title()
    return words if found.is_forced else f"{words} (Automatically Detected)"
