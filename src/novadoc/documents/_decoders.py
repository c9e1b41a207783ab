"""What makes pixels of files: loaded with the first page that cannot be passed through as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from novadoc._faces import lazily

if TYPE_CHECKING:
    from novadoc.documents._encode import encoded
    from novadoc.documents._pdf import Pdf
    from novadoc.documents._pixels import fitted
    from novadoc.documents._raster import decoded, frames, prepared
else:
    __getattr__, __dir__ = lazily(
        __name__,
        {
            "._encode": "encoded",
            "._pdf": "Pdf",
            "._pixels": "fitted",
            "._raster": "decoded frames prepared",
        },
    )

__all__ = ["Pdf", "decoded", "encoded", "fitted", "frames", "prepared"]
