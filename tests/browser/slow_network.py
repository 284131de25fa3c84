"""A network between browser and server that is slow at random; it brings out what tests and pages take as given.

``MORPHOSPACE_SLOW=2 make test ARGS=tests/browser`` puts one before every server that a file of tests shares.
"""

import asyncio
import random
import threading
from urllib.parse import urlsplit

OFTEN, RARELY = 0.15, 0.06  # shares: of requests for a file, and of all other pieces, that are late
PIECE = 65_536  # bytes


def delayed(address: str, longest: float) -> str:
    """Address of the same server, behind a network that keeps a piece back for up to ``longest`` seconds."""
    ready: list[int] = []
    began = threading.Event()

    async def serve() -> None:
        async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            there = urlsplit(address)
            try:
                far_reader, far_writer = await asyncio.open_connection(there.hostname, there.port)
            except OSError:
                return writer.close()
            await asyncio.gather(_pass(reader, far_writer, longest), _pass(far_reader, writer, longest))

        server = await asyncio.start_server(connect, "127.0.0.1", 0)
        ready.append(server.sockets[0].getsockname()[1])
        began.set()
        await server.serve_forever()

    threading.Thread(target=lambda: asyncio.run(serve()), daemon=True).start()
    began.wait()
    return f"http://127.0.0.1:{ready[0]}"


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, longest: float) -> None:
    """Hand on what comes, in order, some of it late."""
    try:
        while piece := await reader.read(PIECE):
            if random.random() < (OFTEN if piece.startswith(b"GET ") else RARELY):
                await asyncio.sleep(random.uniform(0, longest))
            writer.write(piece)
            await writer.drain()
    except OSError:
        pass  # one side is gone
    finally:
        writer.close()
