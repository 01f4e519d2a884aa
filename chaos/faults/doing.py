"""Brings the faults of a run about, while lives go on, and brings everything back."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta
from random import Random

from chaos.faults import plan
from chaos.faults.operator import give_up
from chaos.faults.plan import Fault
from chaos.faults.record import Happened
from chaos.place.office import WORKERS, Office
from chaos.place.program import NotReady, Program
from chaos.place.wire import Wire
from chaos.place.worker import WorkerProgram, wrong_clock

BACKLOG = 3
"""Faults that may wait for their turn: with more, the lives wait, so that every fault finds some under way."""
HANDS = {"workers": WORKERS}
"""How many faults of a lane may be under way at once; left out: one."""
BACK_WITHIN = 600.0
LOOK_EVERY = 0.5
BY_ITSELF = 0.1
"""Of so many workers that are killed nobody tells the server: it finds out by its own timeouts."""
WRONG_BY = (timedelta(seconds=-40), timedelta(minutes=4), timedelta(hours=-2), timedelta(days=3), timedelta(days=-400))
UnderWay = Callable[[], dict[str, list[str]]]
"""Tells which lives are under way, and the cases of each."""


class NeverBack(RuntimeError):
    """Something did not work again. The message says what."""


def possible(office: Office) -> tuple[list[plan.Kind], list[tuple[str, str]]]:
    """Return what can be brought about here, and what cannot, with the reason."""
    without: list[tuple[str, str]] = []

    def leave_out(kinds: Iterable[plan.Kind], why: str) -> None:
        without.extend((kind.name, why) for kind in kinds)

    if office.books_database is None:
        leave_out((plan.BOOKS, plan.BOOKS_CUT, plan.BOOKS_SILENT), "the books are a file (SQLite)")
    if office.server_database is None:
        leave_out((plan.SERVER_DATABASE,), "the server keeps its cases in a file (SQLite)")
    if wrong_clock() is None:
        leave_out((plan.CLOCK,), "libfaketime is not installed (Debian: apt-get install libfaketime)")
    if not all(disk.can_be_full for disk in office.disks.values()):
        leave_out((plan.SERVER_FULL, plan.BOOKS_FULL, plan.PAPERS_FULL), "only root may mount a small disk")
    names = {name for name, _ in without}
    return [kind for kind in (*plan.KILLING, *plan.OTHERS) if kind.name not in names], without


class Faults:
    """The faults of a run.

    Attributes:
        happened: Those that have happened.
        restarts: How often something had ended by itself, and was started again, as a service manager does.
    """

    def __init__(
        self, office: Office, faults: Iterable[Fault], under_way: UnderWay, told: Callable[[int], None]
    ) -> None:
        """Prepare the faults of a run; `told`: how many processes have been killed, each time that one was."""
        self._office, self._under_way, self._told = office, under_way, told
        self._coming = list(faults)
        self._passed = self._backlog = self.restarts = 0
        self._room = asyncio.Condition()
        self._lanes: dict[str, asyncio.Queue[Fault]] = {}
        self._turns: dict[str, asyncio.Lock] = {}
        self._broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.happened: list[Happened] = []

    @property
    def kills(self) -> int:
        """How many processes have been killed."""
        return sum(one.kills for one in self.happened)

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator["Faults"]:
        """Bring faults about for as long as a block lasts, and look after what ends by itself."""
        lanes = {fault.kind.lane for fault in self._coming}
        self._lanes = {lane: asyncio.Queue() for lane in lanes}
        hands = [queue for lane, queue in self._lanes.items() for _ in range(HANDS.get(lane, 1))]
        tasks = [asyncio.create_task(self._work(queue)) for queue in hands]
        tasks.append(asyncio.create_task(self._look_after()))
        try:
            yield self
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def gate(self) -> None:
        """Let a message pass, and begin what is due after it. Raises `NeverBack` where something stays away."""
        self._passed += 1
        async with self._room:
            while self._coming and self._coming[0].after < self._passed:
                fault = self._coming.pop(0)
                self._backlog += 1
                self._lanes[fault.kind.lane].put_nowait(fault)
            await self._room.wait_for(lambda: self._backlog <= BACKLOG or self._broken.done())
        if self._broken.done():
            self._broken.result()

    async def finish(self) -> None:
        """Wait until everything that has begun is over, and everything works."""
        async with self._room:
            await self._room.wait_for(lambda: self._backlog == 0 or self._broken.done())
        if self._broken.done():
            self._broken.result()
        for program in (*self._office.programs, *self._office.workers):
            await self._back(program)

    async def _work(self, queue: "asyncio.Queue[Fault]") -> None:
        clock = asyncio.get_running_loop().time
        while True:
            fault = await queue.get()
            await asyncio.sleep(fault.wait)
            lives, begun = frozenset(self._under_way()), clock()
            try:
                await self._bring_about(fault)
            except Exception as error:
                if not self._broken.done():
                    self._broken.set_exception(NeverBack(f"{fault.kind.name}: {error}"))
            self.happened.append(Happened(fault.kind.name, fault.kind.kills, lives, clock() - begun))
            self._told(self.kills)
            async with self._room:
                self._backlog -= 1
                self._room.notify_all()

    async def _bring_about(self, fault: Fault) -> None:
        office, lasts, chance = self._office, fault.lasts, Random(fault.chance)
        wires, disks = office.wires, office.disks
        match fault.kind:
            case plan.WORKER:
                await self._kill_workers([self._one_of(office.workers, chance)], lasts, chance)
            case plan.ALL_WORKERS:
                await self._kill_workers(office.workers, lasts, chance)
            case plan.CLOCK:
                await self._mislead(self._one_of(office.workers, chance), lasts, chance)
            case plan.SERVER:
                await self._kill(office.server, lasts)
            case plan.SERVER_DATABASE:
                assert office.server_database
                await self._kill(office.server_database, lasts)
            case plan.BOOKS:
                assert office.books_database
                await self._kill(office.books_database, lasts)
            case plan.MAIL:
                await self._kill(office.postbox, lasts)
            case plan.TEMPORAL_CUT | plan.TEMPORAL_SILENT:
                await _disturb(wires.temporal, lasts, silently=fault.kind == plan.TEMPORAL_SILENT)
            case plan.BOOKS_CUT | plan.BOOKS_SILENT:
                assert wires.books
                await _disturb(wires.books, lasts, silently=fault.kind == plan.BOOKS_SILENT)
            case plan.MAIL_CUT | plan.MAIL_SILENT:
                await _disturb(wires.mail, lasts, silently=fault.kind == plan.MAIL_SILENT)
            case plan.SERVER_FULL:
                await disks["server"].be_full(lasts)
                if office.server_database:
                    await self._back(office.server_database)
                await self._back(office.server)
            case plan.BOOKS_FULL:
                await disks["books"].be_full(lasts)
                if office.books_database:
                    await self._back(office.books_database)
            case plan.PAPERS_FULL:
                await disks["papers"].be_full(lasts)

    def _turn(self, program: Program) -> asyncio.Lock:
        return self._turns.setdefault(program.name, asyncio.Lock())

    def _one_of(self, workers: list[WorkerProgram], chance: Random) -> WorkerProgram:
        """Return a worker to whom nothing happens at the moment, where there is one."""
        return chance.choice([worker for worker in workers if not self._turn(worker).locked()] or workers)

    async def _kill(self, program: Program, lasts: float) -> None:
        async with self._turn(program):
            await program.kill()
            await asyncio.sleep(lasts)
            await _started(program)

    async def _kill_workers(self, workers: list[WorkerProgram], lasts: float, chance: Random) -> None:
        """Kill workers; but for a few times the server is told of it, as an operator would."""
        async with AsyncExitStack() as turns:
            for worker in workers:
                await turns.enter_async_context(self._turn(worker))
            await asyncio.gather(*(worker.kill() for worker in workers))
            if chance.random() >= BY_ITSELF:
                await self._give_up()
            await asyncio.sleep(lasts)
            await asyncio.gather(*(_started(worker) for worker in workers))

    async def _give_up(self) -> None:
        cases = [case_id for cases in self._under_way().values() for case_id in cases]
        await asyncio.gather(*(give_up(self._office.client, case_id) for case_id in cases))

    async def _mislead(self, worker: WorkerProgram, lasts: float, chance: Random) -> None:
        """Have a worker work by a wrong clock for a while."""
        worker.off = chance.choice(WRONG_BY)
        try:
            await self._kill(worker, 0)
            await asyncio.sleep(lasts)
        finally:
            worker.off = timedelta(0)
        await self._kill(worker, 0)
        await self._give_up()

    async def _back(self, program: Program) -> None:
        """See that a program works; one that ended, or does not come to itself, is started again."""
        clock = asyncio.get_running_loop().time
        async with self._turn(program):
            stop = clock() + BACK_WITHIN / 10
            while program.running and clock() < stop:
                if await program.works():
                    return
                await asyncio.sleep(LOOK_EVERY)
            await program.kill()
            self.restarts += 1
            await _started(program)

    async def _look_after(self) -> None:
        """Start again what has ended by itself."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            for program in (*self._office.programs, *self._office.workers):
                turn = self._turn(program)
                if program.running or turn.locked():
                    continue
                async with turn:
                    self.restarts += 1
                    with suppress(NotReady):
                        await program.start()


async def _started(program: Program) -> None:
    """Start a program, as often as it takes: what it needs may be away as well.

    Raises:
        NotReady: It does not come up in ten minutes.
    """
    clock = asyncio.get_running_loop().time
    stop = clock() + BACK_WITHIN
    while True:
        try:
            await program.start()
        except NotReady:
            await program.kill()
            if clock() > stop:
                raise
        else:
            return


async def _disturb(wire: Wire, lasts: float, *, silently: bool) -> None:
    await (wire.be_silent(lasts) if silently else wire.cut(lasts))
