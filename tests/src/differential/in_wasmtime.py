"""Runs modules in wasmtime: reads a line of JSON for each module and its calls, answers with one.

A request is {"module": HEX, "calls": [{"name": NAME, "args": [[TYPE, BITS], ...]}, ...]}. The module exports
everything it has as "every KIND: INDEX". An answer is {"end": END, "calls": [...]} with an object for each call:
{"results": [BITS, ...], "end": END, "globals": [BITS, ...], "tables": [[BITS, ...], ...], "memory": BYTES,
"rows": [[ADDRESS, HEX], ...]}. END is null, or the name of a trap. Rows are those of memory that are not 0 throughout.
A reference to what has number N is N + 1, null is 0. What cannot be run at all is answered with {"error": WORDS}.
"""

import ctypes
import itertools
import json
import sys
import threading

from wasmtime import Config, Engine, Instance, Module, Store, Trap, Val, WasmtimeError
# Values as bits: the public interface turns every float into a number, which changes a signalling NaN.
from wasmtime import _ffi as ffi

# Bytes. More than any call of a random module takes, and less than the thread has.
WASM_STACK = 256 << 20
THREAD_STACK = WASM_STACK + (64 << 20)

# Bytes of memory that are answered together.
ROW = 256

# Of a reference that is null.
NULL = 0

KINDS = {
    "i32": ffi.WASMTIME_I32,
    "i64": ffi.WASMTIME_I64,
    "f32": ffi.WASMTIME_F32,
    "f64": ffi.WASMTIME_F64,
    "funcref": ffi.WASMTIME_FUNCREF,
    "externref": ffi.WASMTIME_EXTERNREF,
}


def signed(bits, width):
    return bits - (1 << width) if bits >> (width - 1) else bits


class Running:
    """An instance in a store of its own."""

    def __init__(self, engine, code):
        self.store = Store(engine)
        self.exports = Instance(self.store, Module(engine, code), []).exports(self.store)
        functions = [export._func for export in self.every("Function")]
        self.indices = {bytes(function): index for index, function in enumerate(functions)}

    def every(self, kind):
        for index in itertools.count():
            export = self.exports.get(f"every {kind}: {index}")
            if export is None:
                return
            yield export

    def raw(self, kind, bits):
        value = ffi.wasmtime_val_t(kind=KINDS[kind])
        if kind == "externref":
            return Val.externref(None if bits == NULL else bits - 1)._new_raw(self.store)
        if kind == "funcref":
            return Val.funcref(None)._new_raw(self.store)
        if kind in ("i32", "f32"):
            value.of.i32 = signed(bits, 32)
        else:
            value.of.i64 = signed(bits, 64)
        return value

    def bits(self, value):
        if value.kind in (ffi.WASMTIME_I32.value, ffi.WASMTIME_F32.value):
            return value.of.i32 & 0xFFFFFFFF
        if value.kind in (ffi.WASMTIME_I64.value, ffi.WASMTIME_F64.value):
            return value.of.i64 & 0xFFFFFFFFFFFFFFFF
        if value.kind == ffi.WASMTIME_FUNCREF.value:
            function = value.of.funcref
            return self.indices[bytes(function)] + 1 if function.store_id else NULL
        number = Val._from_raw(self.store, value).value
        return NULL if number is None else number + 1

    def call(self, name, args):
        """Results as bits; raises what stops it."""
        function = self.exports[name]
        params = (ffi.wasmtime_val_t * len(args))(*(self.raw(kind, bits) for kind, bits in args))
        count = len(function.type(self.store).results)
        results = (ffi.wasmtime_val_t * count)()
        trap = ctypes.POINTER(ffi.wasm_trap_t)()
        error = ffi.wasmtime_func_call(
            self.store._context(),
            ctypes.byref(function._func),
            params,
            len(args),
            results,
            count,
            ctypes.byref(trap),
        )
        if error:
            raise WasmtimeError._from_ptr(error)
        if trap:
            raise Trap._from_ptr(trap)
        return [self.bits(result) for result in results]

    def globals(self):
        for export in self.every("Global"):
            value = ffi.wasmtime_val_t()
            ffi.wasmtime_global_get(self.store._context(), ctypes.byref(export._global), ctypes.byref(value))
            yield self.bits(value)

    def table(self, export):
        for index in range(export.size(self.store)):
            value = ffi.wasmtime_val_t()
            ffi.wasmtime_table_get(self.store._context(), ctypes.byref(export._table), index, ctypes.byref(value))
            yield self.bits(value)

    def state(self):
        memories = list(self.every("Memory"))
        memory = memories[0].read(self.store) if memories else b""
        rows = ((at, memory[at : at + ROW]) for at in range(0, len(memory), ROW))
        return {
            "globals": list(self.globals()),
            "tables": [list(self.table(export)) for export in self.every("Table")],
            "memory": len(memory),
            "rows": [[at, row.hex()] for at, row in rows if row.count(0) < len(row)],
        }


def end(trap):
    code = trap.trap_code
    return code.name if code is not None else trap.message


def answer(engine, request):
    try:
        running = Running(engine, bytes.fromhex(request["module"]))
    except Trap as trap:
        return {"end": end(trap), "calls": []}
    calls = []
    for call in request["calls"]:
        results, stopped = [], None
        try:
            results = running.call(call["name"], call["args"])
        except Trap as trap:
            stopped = end(trap)
        calls.append({"results": results, "end": stopped, **running.state()})
    return {"end": None, "calls": calls}


def main():
    config = Config()
    # As the golden model has them.
    config.cranelift_nan_canonicalization = True
    ffi.wasmtime_config_async_stack_size_set(config.ptr(), THREAD_STACK)
    config.max_wasm_stack = WASM_STACK
    config.wasm_tail_call = True
    config.wasm_custom_page_sizes = True
    config.wasm_gc = True
    config.wasm_function_references = True
    config.wasm_memory64 = True
    config.wasm_multi_memory = True
    config.wasm_exceptions = True
    engine = Engine(config)
    for line in sys.stdin:
        try:
            reply = answer(engine, json.loads(line))
        except WasmtimeError as error:
            reply = {"error": str(error)}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    threading.stack_size(THREAD_STACK)
    thread = threading.Thread(target=main)
    thread.start()
    thread.join()
