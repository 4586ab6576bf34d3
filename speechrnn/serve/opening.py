"""How a WebSocket is opened, and closed again with a reason that a page can read."""

from typing import Final

from fastapi import WebSocket, WebSocketDisconnect

from speechrnn.serve.fault import FaultError
from speechrnn.serve.key import SUBPROTOCOL

REFUSED: Final = 1008
FAILED: Final = 1011
BUSY: Final = 1013


async def accept(websocket: WebSocket) -> None:
    """Open it, with our subprotocol where that is offered: a browser that offers one wants one."""
    offered = websocket.scope.get("subprotocols", [])
    await websocket.accept(SUBPROTOCOL if SUBPROTOCOL in offered else None)


async def refuse(websocket: WebSocket, fault: FaultError) -> None:
    """Say why, and close."""
    code = {500: FAILED, 503: BUSY}.get(fault.status, REFUSED)
    try:
        await websocket.send_json({"type": "error", **fault.to_json()})
        await websocket.close(code)
    except (WebSocketDisconnect, RuntimeError):  # it is closed already
        return
