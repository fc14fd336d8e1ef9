import math

import pytest

from ballbot_fusion.core.tables import load_entry

TABLE = {"numbers": "math", "words": "string"}


def test_an_entry_is_the_module_of_its_line() -> None:
    assert load_entry(TABLE, "numbers", "subject") is math


def test_what_is_not_there_is_refused_with_what_is() -> None:
    with pytest.raises(ValueError, match="Unknown subject 'art'; choose one of numbers, words"):
        load_entry(TABLE, "art", "subject")
