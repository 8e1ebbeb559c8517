"""How far a run of the client has come, as a bar on the terminal."""

from types import TracebackType
from typing import Any

from rich import progress
from rich.console import Console

from quikly_client.journeys.participation import Outcome, Participation, Workflow
from quikly_client.worker import Worker


class Progress:
    """A bar of those who are settled. Where there is no terminal, nothing is drawn."""

    def __init__(self, worker: Worker, activation: str, console: Console) -> None:
        mine = [
            each
            for each in worker.participations()
            if each.activation == activation and each.workflow is not Workflow.CASCADE
        ]
        self._settled = sum(each.due is None for each in mine)
        self._credited = sum(each.outcome is Outcome.CREDITED for each in mine)
        self._worker = worker
        self._bar = progress.Progress(
            progress.TextColumn("{task.description}"),
            progress.BarColumn(),
            progress.MofNCompleteColumn(),
            progress.TextColumn("settled, {task.fields[credited]} credited, {task.fields[calls]}"),
            progress.TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task(
            activation, total=len(mine), completed=self._settled, **self._told()
        )

    def happened(self, participation: Participation) -> None:
        """Count a step that was performed."""
        if participation.due is None and participation.workflow is not Workflow.CASCADE:
            self._settled += 1
            self._credited += participation.outcome is Outcome.CREDITED
        self._bar.update(self._task, completed=self._settled, **self._told())

    def __enter__(self) -> "Progress":
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def _told(self) -> dict[str, Any]:
        calls = self._worker.metrics.total("quikly_calls_total")
        return {"credited": f"{self._credited:,}", "calls": f"{calls:,.0f} calls"}
