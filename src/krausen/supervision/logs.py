"""Where a process writes its log: files of its own that turn over by themselves."""

import logging
import os
import sys
from contextlib import suppress
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TextIO

import structlog
from structlog.dev import ConsoleRenderer, plain_traceback
from structlog.stdlib import LoggerFactory, ProcessorFormatter
from structlog.typing import EventDict, Processor, WrappedLogger

from krausen.model.log import LogLevel
from krausen.supervision.lines import stamp_of
from krausen.supervision.masking import hide_secrets, without_secrets
from krausen.supervision.tapping import LogTap
from krausen.supervision.wanted import AGENT

SIZE = 2_000_000
"""Bytes at which a log is turned over."""
KEPT = 5
"""Old logs kept of each, with a number behind the name."""
STDOUT, STDERR = 1, 2


def log_to_files(folder: Path, name: str, *, terminal: bool = False, tap: LogTap | None = None) -> None:
    """Log to the files of a process in `folder`, which is made when it is not there.

    An agent, `dev-NAME`, has one file for what it tells and one for warnings and errors; any other process
    has a single one. What goes past the log, such as the last words of a crash, goes to the same files,
    unless `terminal`: then that is left alone, and all that is logged is shown there too. A full disk ends no
    process: lines are lost, counted, and the count is logged once there is room. A `tap` hears it all too.
    """
    with suppress(OSError):  # each line that cannot be written says so
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    files: list[logging.Handler] = list(_files(folder, name, taking=not terminal))
    if terminal:
        files.append(_formatted(logging.StreamHandler(sys.stderr), colors=sys.stderr.isatty()))
    _log_to(files, tap)
    logging.getLogger("circus").setLevel(logging.WARNING)


def log_to_stream(stream: TextIO, tap: LogTap | None = None) -> None:
    """Log readable lines to a stream with the time of day, and to no file. A `tap` hears it all as well."""
    shown = logging.StreamHandler(stream)
    clock = structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False)
    _log_to([_formatted(shown, clock, colors=stream.isatty())], tap)


def log_from(level: LogLevel) -> None:
    """Log from a level on in this process, at once; what counts as INFO and more is logged in any case."""
    least = level if level.rank < LogLevel.INFO.rank else LogLevel.INFO
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(least.value))
    # What libraries say for their own writers is not asked for.
    logging.getLogger("krausen").setLevel(least.value.upper())


def log_apart(folder: Path, name: str, module: str) -> None:
    """Log what one module says to a file of its own, and nowhere else."""
    logger = logging.getLogger(module)
    logger.propagate = False
    _restart(logger, [_formatted(LogFile(folder / f"{name}.log"))])


class LogFile(RotatingFileHandler):
    """A log that turns over at 2 MB and outlives a full disk; it takes the place of `streams` (1, 2)."""

    def __init__(self, path: Path, *, streams: tuple[int, ...] = ()) -> None:
        self._streams = streams
        self._lost = 0
        self._reason = ""
        super().__init__(path, maxBytes=SIZE, backupCount=KEPT, encoding="utf-8", delay=True)

    def open(self) -> None:
        """Open the file now rather than at the first line; when it cannot be, each line tries again."""
        with suppress(OSError):
            self.stream = self._open()

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line, and after lines that were lost how many those were."""
        lost = self._lost
        super().emit(record)
        if lost and self._lost == lost:
            self._lost = 0
            text = f"{lost} lines before this one could not be written: {self._reason}"
            super().emit(logging.LogRecord(record.name, logging.WARNING, __file__, 0, text, None, None))

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 the name is the library's
        """Count a line that could not be written; complain on standard error of one that makes no sense."""
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            super().handleError(record)
            return
        self._lost += 1
        self._reason = error.strerror or str(error)
        self._drop()

    def _open(self) -> TextIOWrapper:
        stream = super()._open()
        for number in self._streams:
            os.dup2(stream.fileno(), number)
        return stream

    def _drop(self) -> None:
        """Close the file with what is stuck in its buffer; the next line opens it again."""
        stream, self.stream = self.stream, None
        with suppress(OSError):  # the buffer cannot be written, that is why we are here
            if stream is not None:
                stream.close()


_PROCESSORS: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    hide_secrets,
)


def _stamp(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Stamp what was logged past structlog with the time at which it was."""
    event["timestamp"] = stamp_of(event["_record"])
    return event


_FOREIGN: tuple[Processor, ...] = (*_PROCESSORS, _stamp)


def _log_to(places: list[logging.Handler], tap: LogTap | None) -> None:
    _restart(logging.getLogger(), places if tap is None else [*places, tap])
    structlog.configure(
        processors=[*_PROCESSORS, ProcessorFormatter.wrap_for_formatter],
        logger_factory=LoggerFactory(),
    )
    log_from(LogLevel.INFO)


def _files(folder: Path, name: str, *, taking: bool) -> list[LogFile]:
    if not name.startswith(AGENT):
        files = [LogFile(folder / f"{name}.log", streams=(STDOUT, STDERR) if taking else ())]
    else:
        told = LogFile(folder / f"{name}-stdout.log", streams=(STDOUT,) if taking else ())
        told.addFilter(lambda record: record.levelno < logging.WARNING)
        wrong = LogFile(folder / f"{name}-stderr.log", streams=(STDERR,) if taking else ())
        wrong.setLevel(logging.WARNING)
        files = [told, wrong]
    for file in files:
        file.open()
        _formatted(file)
    return files


def _formatted(handler: logging.Handler, *stamping: Processor, colors: bool = False) -> logging.Handler:
    renderer = ConsoleRenderer(colors=colors, exception_formatter=plain_traceback)

    def masked(logger: WrappedLogger, method: str, event: EventDict) -> str:
        return without_secrets(str(renderer(logger, method, event)))

    processors = [*stamping, ProcessorFormatter.remove_processors_meta, masked]
    handler.setFormatter(ProcessorFormatter(processors=processors, foreign_pre_chain=_FOREIGN))
    return handler


def _restart(logger: logging.Logger, handlers: list[logging.Handler]) -> None:
    for old in list(logger.handlers):
        logger.removeHandler(old)
        old.close()
    for new in handlers:
        logger.addHandler(new)
    logger.setLevel(logging.INFO)
