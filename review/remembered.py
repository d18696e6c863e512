"""What is dear to make and rests on nothing but its key: the last of it stays in memory, so that it cannot grow."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """The last `most` things that were made, by all that each rests on."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._made: dict[K, V] = {}
        self._lock = Lock()

    def get(self, key: K, make: Callable[[], V]) -> V:
        """Return what was made for this key, or make it; what fails is not kept. Two at once may both make it."""
        with self._lock:
            if key in self._made:
                return self._made[key]
        made = make()
        self._keep({key: made})
        return made

    def many(self, keys: Iterable[K], make: Callable[[list[K]], Mapping[K, V]]) -> dict[K, V]:
        """Return what was made for each key; `make` is given all those together for which nothing was made yet."""
        wanted = list(dict.fromkeys(keys))
        with self._lock:
            known = {key: self._made[key] for key in wanted if key in self._made}
        if missing := [key for key in wanted if key not in known]:
            made = make(missing)
            self._keep(made)
            known |= made
        return known

    def _keep(self, made: Mapping[K, V]) -> None:
        with self._lock:
            self._made |= made
            while len(self._made) > self._most:
                del self._made[next(iter(self._made))]
