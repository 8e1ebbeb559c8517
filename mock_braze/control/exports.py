"""Files of segment exports, at the URL that the answer and the callback name.

Whoever has the URL may read the file, as with Braze; no control token is asked for.
"""

import gzip
import io
import zipfile
from collections.abc import Iterator

import orjson
from flask import Blueprint, Response

from mock_braze.control.calls import BadControl, all_workspaces
from mock_braze.domain.segments.export_jobs import SegmentExport

blueprint = Blueprint("exports", __name__, url_prefix="/exports")
USERS_IN_A_FILE = 5_000


@blueprint.get("/<file_name>")
def read(file_name: str) -> Response:
    """The archive, from when it is ready until it is deleted; otherwise 403.

    Facts: segment-export-file-dies
    """
    for workspace in all_workspaces():
        with workspace.lock:
            workspace.settle()
            export = workspace.state.exports.get(file_name)
            if export is not None and export.ready_at is not None:
                return Response(archive(export), content_type="application/octet-stream")
    raise BadControl(
        403, ["there is no such file: it is not ready yet, or it was deleted after four hours"]
    )


def archive(export: SegmentExport) -> bytes:
    """Text files with one user a line as JSON, 5,000 users each.

    Facts: segment-export-file-form
    """
    texts = list(_texts(export))
    if export.asked.output_format == "gzip":
        # Inferred: how several files make one gzip is not stated; one after the other
        # (segment-export-gzip)
        return b"".join(gzip.compress(text, mtime=0) for text in texts)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        for number, text in enumerate(texts, 1):
            assert export.ready_at is not None
            moment = export.ready_at.timetuple()[:6]
            file.writestr(zipfile.ZipInfo(f"{export.object_prefix}-{number}.txt", moment), text)
    return written.getvalue()


def _texts(export: SegmentExport) -> Iterator[bytes]:
    for start in range(0, max(len(export.users), 1), USERS_IN_A_FILE):
        chunk = export.users[start : start + USERS_IN_A_FILE]
        yield b"".join(orjson.dumps(user) + b"\n" for user in chunk)
