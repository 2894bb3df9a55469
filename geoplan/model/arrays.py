"""Array types of the model, and the one way to freeze them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Indices: TypeAlias = NDArray[np.int32]
Codes: TypeAlias = NDArray[np.uint8]
Flags: TypeAlias = NDArray[np.bool_]
Texts: TypeAlias = NDArray[np.str_]
Offsets: TypeAlias = "Indices | Ints"
"""Starts of consecutive stretches and the end, int32 where the end fits into it."""
Geometries: TypeAlias = NDArray[np.object_]
Sparse: TypeAlias = "csr_array[np.float64, tuple[int, int]]"

AnyArray = TypeVar("AnyArray", bound=NDArray[Any])


def frozen(array: AnyArray) -> AnyArray:
    """Return a read-only view of the array; the caller's own array stays as it was."""
    view = array.view()
    view.flags.writeable = False
    return view


def freeze_fields(owner: object, *names: str) -> None:
    """Make the named array fields of a frozen dataclass read-only, in place at birth."""
    for name in names:
        object.__setattr__(owner, name, frozen(getattr(owner, name)))


def require_lengths(owner: str, expected: int, **arrays: NDArray[Any]) -> None:
    """Raise ``ValueError`` when an array does not have the expected first dimension."""
    for name, array in arrays.items():
        if array.shape[0] != expected:
            raise ValueError(f"{owner}.{name} has {array.shape[0]} rows, expected {expected}")


def narrow_offsets(counts: Ints | Indices) -> Offsets:
    """Return where each of consecutive stretches starts, and the end: int32 when it fits."""
    total = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])
    return total.astype(np.int32) if total[-1] <= np.iinfo(np.int32).max else total
