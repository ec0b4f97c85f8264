"""What the API answers when it cannot do what was asked."""

from __future__ import annotations


class ApiError(Exception):
    """An error of the CodePipeline API, by the code the service model gives it."""

    def __init__(self, code: str, message: str, *, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
