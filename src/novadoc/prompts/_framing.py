"""What stands around the JSON of an answer, the same in training and at inference."""

from __future__ import annotations

from dataclasses import dataclass

from novadoc.errors import PromptError
from novadoc.prompts._reserved import reserved_words


@dataclass(frozen=True)
class Framing:
    r"""How an answer in `json` mode is opened and closed.

    The trained assistant turn is `wrap(answer)`. At inference the request ends with an assistant
    turn of exactly `prefill`, the model goes on with `lead + answer`, and the service cuts at
    `stop`: so what is trained is, sign for sign, prefill + the model's continuation + stop.

    Raises:
        PromptError: A part holds a word that the service reserves.

    Example:
        >>> Framing().wrap('{"total":12}')
        '```json\n{"total":12}\n```'
    """

    # The fence as prefill is what AWS's published Nova fine-tuning walk-through uses. It ends
    # without white space, since some services refuse a prefill that ends with it; the line break
    # after it is the first thing the model writes.
    prefill: str = "```json"
    """What the answer is made to begin with; empty for none."""
    lead: str = "\n"
    """What the model writes between the prefill and the JSON."""
    # With the line break before it, the stop sequence cannot occur inside the answer: JSON has no
    # bare line break in its strings, so a fence printed on a page cuts nothing off.
    stop: str = "\n```"
    """What ends the answer; empty for none."""

    def __post_init__(self) -> None:
        """Refuse what no request may hold."""
        found = reserved_words(f"{self.prefill}{self.lead}{self.stop}")
        if found:
            raise PromptError(
                f"The framing holds {found[0]!r}, which the service reserves.",
                remedy="Frame the answer by other words, as `<answer>`.",
            )

    def wrap(self, answer: str) -> str:
        """Return the whole assistant turn for an answer's JSON text."""
        return f"{self.prefill}{self.lead}{answer}{self.stop}"
