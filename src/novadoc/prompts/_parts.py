"""Everything a prompt is made from, as its author gave it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from novadoc.documents import ImagePolicy
from novadoc.prompts._conversation import AnswerMode
from novadoc.prompts._framing import Framing
from novadoc.prompts._wording import Wording
from novadoc.schema import DocumentSchema

if TYPE_CHECKING:
    from novadoc.prompts._example import Example

T = TypeVar("T")


@dataclass(eq=False, repr=False)
class Parts(Generic[T]):
    """The settings of one prompt."""

    schema: DocumentSchema[T]
    instructions: str
    examples: tuple[Example[T], ...]
    answer: AnswerMode
    images: ImagePolicy
    framing: Framing
    max_tokens: int
    wording: Wording
    reads_text: bool = False
    cached: bool = False
