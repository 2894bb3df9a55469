"""A hint to the processor: this element of an array is wanted soon. It changes no value."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

_READ, _KEEP, _DATA = 0, 3, 1
"""Arguments of LLVM's ``llvm.prefetch``: for reading, in all caches, data not code."""


def _prefetch(_typing: Any, array: types.Array, _index: types.Integer) -> tuple[Any, Any]:  # noqa: ANN401  numba's own types
    """Return the signature and the code of ``prefetch``."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        held = context.make_array(signature.args[0])(context, builder, arguments[0])
        byte = ir.IntType(8).as_pointer()
        spot = builder.bitcast(builder.gep(held.data, [arguments[1]]), byte)
        number = ir.IntType(32)
        shape = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        hint = builder.module.declare_intrinsic("llvm.prefetch", [byte], shape)
        how = [ir.Constant(number, value) for value in (_READ, _KEEP, _DATA)]
        builder.call(hint, [spot, *how])
        return context.get_dummy_value()

    return types.void(array, types.intp), generate


prefetch: Any = intrinsic(_prefetch)
"""``prefetch(array, index)`` inside compiled code asks the memory for ``array[index]``; an index
beyond the end asks for nothing harmful."""
