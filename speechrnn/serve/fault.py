"""Refusals, laid out as OpenAI lays them out, so that its clients raise what their users expect."""

from typing import Any, Final

from fastapi.responses import JSONResponse

from speechrnn.errors import AudioError, AudioTooLongError

REQUEST: Final = "invalid_request_error"
SERVER: Final = "server_error"


class FaultError(Exception):
    """A request that is not answered, and why."""

    def __init__(
        self, status: int, message: str, *, code: str | None = None, param: str | None = None, retry: int | None = None
    ) -> None:
        """Refuse.

        Args:
            status: of HTTP.
            message: one line for the user; it leaves this machine, so it names nothing on it.
            code: the same for programs.
            param: the field of the form that is to blame.
            retry: seconds after which it is worth another try.
        """
        super().__init__(message)
        self.status, self.message, self.code, self.param, self.retry = status, message, code, param, retry

    def to_json(self) -> dict[str, Any]:
        """Give `{"error": {message, type, param, code}}`."""
        kind = REQUEST if self.status < 500 else SERVER
        return {"error": {"message": self.message, "type": kind, "param": self.param, "code": self.code}}

    def response(self) -> JSONResponse:
        """Answer with it."""
        headers = {} if self.retry is None else {"Retry-After": str(self.retry)}
        if self.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        return JSONResponse(self.to_json(), self.status, headers)


def unusable(error: AudioError) -> FaultError:
    """Blame a recording."""
    message = str(error) if str(error).startswith("file: ") else f"file: {error}"
    if isinstance(error, AudioTooLongError):
        return FaultError(413, message, code="audio_too_long", param="file")
    return FaultError(400, message, code="invalid_audio", param="file")


def unexpected() -> FaultError:
    """Say no more than that it is not the client's fault."""
    return FaultError(500, "the server failed at this request; its log says why", code="internal_error")
