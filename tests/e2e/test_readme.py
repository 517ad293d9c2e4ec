"""What the README shows of a terminal is what a terminal shows."""

from __future__ import annotations

import pytest

from tools.readme import replayed, transcripts


def test_the_readme_shows_an_extraction() -> None:
    assert any("notelift extract" in text for text in transcripts())


@pytest.mark.parametrize("text", transcripts(), ids=lambda text: text.split("\n")[0][2:])
def test_a_transcript_is_what_the_commands_print(text: str) -> None:
    assert replayed(text) == text, "python -m tools.readme writes the present output"
