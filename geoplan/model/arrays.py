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
