"""ONNX Runtime sessions, all made alike: how many threads, what memory they keep."""

from __future__ import annotations

from pathlib import Path

import onnxruntime as ort

_threads = 1


def set_threads(count: int) -> None:
    """Threads that sessions opened from now on may use (at least 1; default 1).

    One is right for workers: several processes each with one thread beat one with several.
    """
    global _threads
    if count < 1:
        raise ValueError(f"threads must be at least 1, not {count}")
    _threads = count


def threads() -> int:
    """How many threads a session opened now may use."""
    return _threads


def open_session(model: Path | bytes, count: int | None = None) -> ort.InferenceSession:
    """Open a model on the CPU: the file at a path, or its bytes.

    The memory arena is off: it would keep the largest batch's buffers for ever, in every worker.
    """
    options = ort.SessionOptions()
    options.intra_op_num_threads = count or _threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    # Idle threads that spin steal the cores that decoding needs.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    source = model if isinstance(model, bytes) else str(model)
    return ort.InferenceSession(source, options, providers=["CPUExecutionProvider"])
