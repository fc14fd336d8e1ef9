"""Kinds of numbers that training settings are made of."""

from typing import Annotated

from pydantic import Field

Count = Annotated[int, Field(gt=0)]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
