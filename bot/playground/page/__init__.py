"""The playground page: phones of customers, the staff group and the manager's chat in a browser, live."""

from __future__ import annotations

from .routes import make_playground, mount_playground

__all__ = ["make_playground", "mount_playground"]
