"""The words of the audit trail: what Wagtail's log calls the deeds that a package's services record."""

from collections.abc import Mapping
from typing import Any

from wagtail import hooks
from wagtail.log_actions import LogActionRegistry


def name_log_actions(names: Mapping[str, tuple[Any, Any]]) -> None:
    """`{action: (what is done, what was done)}`, lazily translated; called in `wagtail_hooks.py`."""

    @hooks.register("register_log_actions")
    def register(actions: LogActionRegistry) -> None:
        for action, (label, message) in names.items():
            actions.register_action(action, label, message)
