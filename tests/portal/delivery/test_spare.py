"""What nobody waits for is done when readers leave time for it, and in the end all the same."""

import pytest

from portal.delivery import spare
from portal.delivery.spare import Spare


class Machine:
    """A machine of two processors of which readers take a share; its time goes on only when somebody waits."""

    def __init__(self, file):
        self.file, self.seconds, self.idle, self.taken = file, 1000.0, 100_000, 100_000
        self.write()

    def write(self):
        self.file.write_text(f"cpu  {self.taken} 0 0 {self.idle} 0 0 0 0 0 0\ncpu0 1 2 3\n")

    def run(self, seconds, busy):
        ticks = round(200 * seconds)
        self.seconds += seconds
        self.taken += round(ticks * busy)
        self.idle += ticks - round(ticks * busy)
        self.write()


@pytest.fixture
def machine(tmp_path, monkeypatch):
    found = Machine(tmp_path / "stat")
    monkeypatch.setattr(spare, "STAT", found.file)
    return found


def test_there_is_time_on_a_machine_that_does_little(machine):
    looks = Spare(clock=lambda: machine.seconds)

    assert not looks.is_there()  # nobody can know yet
    machine.run(1, busy=0.5)
    assert looks.is_there()


def test_there_is_none_while_readers_take_all(machine):
    looks = Spare(clock=lambda: machine.seconds)
    looks.is_there()

    for _ in range(20):
        machine.run(1, busy=0.95)
        assert not looks.is_there()
    machine.run(1, busy=0.1)
    assert looks.is_there()


def test_in_the_end_it_is_done_all_the_same(machine):
    looks = Spare(patience=60, clock=lambda: machine.seconds)
    looks.is_there()

    waited = 0
    while not looks.is_there():
        machine.run(1, busy=1)
        waited += 1
    assert waited == 60


def test_what_was_before_a_pause_is_no_reason(machine):
    looks = Spare(clock=lambda: machine.seconds)
    looks.is_there()
    machine.run(3600, busy=0)

    assert not looks.is_there()
    machine.run(1, busy=1)
    assert not looks.is_there()


def test_waiting_does_not_count_what_was_used_before_it(machine):
    looks = Spare(clock=lambda: machine.seconds)
    looks.is_there()
    machine.run(5, busy=1)  # our own work
    slept = []

    def sleep(seconds):
        slept.append(seconds)
        machine.run(seconds, busy=1 if len(slept) < 4 else 0.2)

    looks.wait(sleep)

    assert len(slept) == 4


def test_on_a_system_that_does_not_say_nothing_waits(monkeypatch, tmp_path):
    monkeypatch.setattr(spare, "STAT", tmp_path / "none")

    assert Spare().is_there()
