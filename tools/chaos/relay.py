"""A way to the database that can stop moving bytes without saying so, as a network or a hanging server does."""

import socket
import threading
from contextlib import suppress
from pathlib import Path

PIECE = 65536


class Relay:
    """Listens on a port of this machine and hands everything on to a socket, while it moves."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.moves = threading.Event()
        self.moves.set()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._open: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._listener.getsockname()[1])

    def hang(self) -> None:
        """Take connections and bytes, and hand nothing on."""
        self.moves.clear()

    def go_on(self) -> None:
        """Hand on everything, also what was held back."""
        self.moves.set()

    def close(self) -> None:
        """End, with every connection."""
        self.moves.set()
        # a thread that waits for connections is woken only by this
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for one in list(self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        self._open.add(client)
        self.moves.wait()
        server = socket.socket(socket.AF_UNIX)
        self._open.add(server)
        try:
            server.connect(str(self.target))
        except OSError:
            self._end(client, server)
            return
        threading.Thread(target=self._move, args=(client, server), daemon=True).start()
        self._move(server, client)

    def _move(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(PIECE):
                self.moves.wait()
                sink.sendall(data)
        self._end(source, sink)

    def _end(self, *both: socket.socket) -> None:
        for one in both:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
            self._open.discard(one)
